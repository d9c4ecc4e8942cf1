/** The results of a run as files: one for each output that nothing consumes, or one for each element of a sequence. */
import { join } from 'node:path'
import type { Ops } from '../../engine/ops/calls.ts'
import { pictureOf } from '../../engine/ops/preview/place.ts'
import type { RunResult, Sink } from '../../engine/run/engine.ts'
import type { SaveOptions } from '../../engine/types/services.ts'
import type { Display } from '../../engine/values/display.ts'
import { kindOf, type Raster, type Value } from '../../engine/values/index.ts'
import { writeAtomic } from '../files/atomic.ts'
import { encodeFile } from '../files/encode.ts'
import { fileNameOf } from '../text/outputs.ts'
import { npy } from './npy.ts'

export interface Written {
  readonly files: readonly string[]
  /** How a picture's numbers became bytes. */
  readonly display?: Display
}

export interface OutputOptions {
  readonly folder: string
  /** Pictures also as .npy. */
  readonly raw: boolean
  readonly ops: Ops
  readonly signal: AbortSignal
}

/** The largest side of a preview (`engine/ops/preview`): larger pictures are drawn in parts. */
const TILE = 8192

interface Pixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
  readonly display: Display
}

/** A picture at full size in the form of a node's preview: RGBA. */
async function draw(raster: Raster, ops: Ops): Promise<Pixels> {
  const { width, height } = pictureOf(raster).image
  const data = new Uint8Array(width * height * 4)
  let display: Display = { mode: 'auto', flag: false }
  for (let y = 0; y < height; y += TILE)
    for (let x = 0; x < width; x += TILE) {
      const region = { x, y, width: Math.min(TILE, width - x), height: Math.min(TILE, height - y) }
      const part = await ops.preview(raster, {
        width: region.width,
        height: region.height,
        region,
        display: { mode: 'auto' },
      })
      const { mode, flag, range } = part.display
      display = { mode, flag, ...(range && { range: [range[0], range[1]] }) }
      for (let row = 0; row < region.height; row++)
        data.set(part.rgba.subarray(row * region.width * 4, (row + 1) * region.width * 4), ((y + row) * width + x) * 4)
    }
  return { width, height, data, display }
}

/** Without redundant channels: opacity if all pixels are opaque, colour if all are gray. */
export function lean(rgba: Uint8Array): { readonly channels: 1 | 3 | 4; readonly data: Uint8Array } {
  let gray = true
  for (let i = 0; i < rgba.length; i += 4) {
    if (rgba[i + 3] !== 255) return { channels: 4, data: rgba }
    if (gray && (rgba[i] !== rgba[i + 1] || rgba[i] !== rgba[i + 2])) gray = false
  }
  const channels = gray ? 1 : 3
  const data = new Uint8Array((rgba.length / 4) * channels)
  for (let i = 0, o = 0; i < rgba.length; i += 4, o += channels) {
    data[o] = rgba[i] as number
    if (gray) continue
    data[o + 1] = rgba[i + 1] as number
    data[o + 2] = rgba[i + 2] as number
  }
  return { channels, data }
}

async function writeValue(
  value: Value,
  path: string,
  read: RunResult['read'],
  options: OutputOptions,
): Promise<Written> {
  const { raw, ops, signal } = options
  const files: string[] = []
  let display: Display | undefined
  const write = (name: string, data: Uint8Array | string) => writeAtomic(name, data, { signal })
  const png = (name: string, picture: Omit<SaveOptions, 'depth'>, depth: 8 | 16 = 8): Promise<void> =>
    encodeFile({ real: name, shown: name }, { ...picture, depth }, signal)
  for (const file of (await kindOf(value).files?.(value, read)) ?? []) {
    const name = `${path}.${file.ext}`
    if ('text' in file) await write(name, file.text)
    else if ('bytes' in file) await write(name, file.bytes)
    else if ('tensor' in file) {
      if (file.raw && !raw) continue
      await write(name, npy(await read(file.tensor), file.tensor.shape))
    } else if ('gray' in file) {
      const { width, height, gray } = file
      await png(name, { width, height, channels: 1, data: gray }, gray instanceof Uint16Array ? 16 : 8)
    } else {
      const drawn = await draw(file.raster, ops)
      display = drawn.display
      await png(name, { width: drawn.width, height: drawn.height, ...lean(drawn.data) })
    }
    files.push(name)
  }
  return { files, ...(display && { display }) }
}

export interface Writer {
  /** `path`: which element of nested sequences; empty: the value itself. */
  write(sink: Sink, path: readonly number[], read: RunResult['read']): Promise<void>
  /** By `NODE.PORT`. */
  readonly written: ReadonlyMap<string, Written>
}

export function createWriter(options: OutputOptions): Writer {
  const written = new Map<string, Written>()
  return {
    written,
    async write({ node, port, value }, path, read) {
      const name = `${node}.${port}`
      const file = join(options.folder, fileNameOf(node, port, path))
      const { files, display } = await writeValue(value, file, read, options)
      const before = written.get(name)
      const shown = before?.display ?? display
      written.set(name, { files: [...(before?.files ?? []), ...files], ...(shown && { display: shown }) })
    },
  }
}
