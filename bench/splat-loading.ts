/**
 * Loading a million splats from files, into the engine's memory, beside Spark's loader in a browser, and splat-transform where that is
 * installed.
 */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServices } from '../host/files/services.ts'
import { toSplats } from '../nodes/splats.ts'
import { benchDevice } from './device.ts'
import { median, type Timed, timed } from './pairs.ts'
import type { Suite } from './report.ts'
import { type SparkLoader, sparkLoader } from './spark-loader.ts'
import { madeSplats } from './splats.ts'

const [count, rounds] = [1_000_000, 5] as const
/** `npm install --no-save @playcanvas/splat-transform@3.7.0`: it brings an engine along, so it is no dependency. */
const peerName = '@playcanvas/splat-transform'

interface Peer {
  readonly MemoryReadFileSystem: new () => { set(name: string, bytes: Uint8Array): void }
  readonly getInputFormat: (name: string) => string
  readonly readFile: (given: object) => Promise<readonly { close(): Promise<void> }[]>
  readonly createChunkDataPool: () => unknown
  readonly materializeToDataTable: (source: unknown, pool: unknown) => Promise<{ readonly numRows: number }>
}

/** All numbers of a file as its columns; undefined where it is not installed. */
async function peerOf(path: string): Promise<Timed | undefined> {
  const peer = await (import(peerName) as Promise<Peer>).catch(() => undefined)
  if (!peer) return undefined
  return timed(async () => {
    const fileSystem = new peer.MemoryReadFileSystem()
    fileSystem.set(path, new Uint8Array(await readFile(path)))
    const [source] = await peer.readFile({ filename: path, inputFormat: peer.getInputFormat(path), fileSystem })
    const { numRows } = await peer.materializeToDataTable(source, peer.createChunkDataPool())
    if (numRows !== count) throw new Error(`${numRows} rows`)
    await source?.close()
  })
}

export const loading: Suite = async ({ threads, report, say, only }) => {
  say(
    `\nloading: a million splats of degree 3, ${threads} threads; least and median of ${rounds}, ours and theirs in turn`,
  )
  const folder = await mkdtemp(join(tmpdir(), 'splats-'))
  const services = createServices({ base: folder })
  const { signal } = new AbortController()
  const device = await benchDevice(threads)
  let spark: SparkLoader | undefined
  try {
    spark = await sparkLoader(folder)
    const scene = madeSplats(count, 3, 0.004, 16 / 9)
    // Of 4096 kinds, so that writing the .sog does not take longer than all the rest.
    for (let at = 0; at < scene.sh.length; at++) if (at % 48 > 2) scene.sh[at] = scene.sh[at % (48 * 4096)] ?? 0
    for (const format of ['ply', 'spz', 'sog']) {
      if (only !== undefined && !format.includes(only)) continue
      const file = `million.${format}`
      await services.saveSplats(file, scene, signal)
      const { size } = await stat(join(folder, file))
      const ours = (): Promise<number> => device.time(async (ops) => toSplats(ops, await services.splats(file, signal)))
      const theirs = await peerOf(join(folder, file))
      const [own, other, browser]: [number[], number[], number[]] = [[], [], []]
      for (let i = 0; i < rounds; i++) {
        own.push(await ours())
        const seen = await spark.load(file)
        if (seen.count !== count) throw new Error(`Spark: ${seen.count} splats`)
        browser.push(seen.ms)
        if (theirs) other.push(await theirs())
      }
      const by = (peer: readonly number[]): number => median(own.map((v, i) => v / (peer[i] ?? 1)))
      report({
        ...{ suite: 'loading', name: `.${format}, ${Math.round(size / 1e6)} MB` },
        figures: {
          ...{ least: Math.min(...own), median: median(own) },
          ...{ spark: Math.min(...browser), 'ours / spark': by(browser) },
          ...(theirs && { theirs: Math.min(...other), ratio: by(other) }),
        },
      })
    }
  } finally {
    await spark?.close()
    await device.close()
    await rm(folder, { recursive: true })
  }
}
