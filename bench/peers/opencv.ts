/** Native OpenCV, scikit-image and SciPy through python3, as far as they are installed. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { CvCall, Peers } from '../../engine/ops/bench.ts'
import type { Timed } from '../pairs.ts'

export interface Peer {
  readonly name: string
  /** A timed run of the same work, or undefined if the peer has none. */
  op(peers: Peers): Timed | undefined
  close(): void
}

export interface PeerOptions {
  readonly width: number
  readonly height: number
  readonly threads: number
}

const pythons = ['/usr/bin/python3', 'python3']

async function start(python: string, options: PeerOptions): Promise<readonly Peer[]> {
  const child = spawn(python, [fileURLToPath(new URL('opencv.py', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const gone = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', () => reject(new Error('python3 with OpenCV ended')))
  })
  gone.catch(() => {})
  const ask = async (message: unknown): Promise<string> => {
    child.stdin.write(`${JSON.stringify(message)}\n`)
    const line = await Promise.race([lines.next(), gone])
    if (line.done) throw new Error('python3 with OpenCV ended')
    return line.value
  }
  const { name, scientific } = JSON.parse(await ask(options)) as { name: string; scientific: string }
  const timed = (calls: readonly CvCall[] | undefined) => calls && (async () => Number(await ask(calls)))
  const close = () => child.kill()
  const native: Peer = { name, op: ({ opencv }) => timed(opencv), close }
  return scientific ? [native, { name: scientific, op: ({ scientific }) => timed(scientific), close }] : [native]
}

/** None without a python3 that has OpenCV (`apt install python3-opencv`). */
export async function nativePeers(options: PeerOptions): Promise<readonly Peer[]> {
  for (const python of pythons) {
    try {
      return await start(python, options)
    } catch {
      // The next python may have it; the caller reports if none has.
    }
  }
  return []
}
