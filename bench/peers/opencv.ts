/** Native OpenCV, scikit-image and SciPy through python3, as far as they are installed. */
import type { CvCall, Peers } from '../../engine/ops/bench.ts'
import type { Timed } from '../pairs.ts'
import { openPython } from './python.ts'

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

/** None without a python3 that has OpenCV (`apt install python3-opencv`). */
export async function nativePeers(options: PeerOptions): Promise<readonly Peer[]> {
  const python = await openPython<{ readonly name: string; readonly scientific: string }>('opencv.py', options)
  if (!python) return []
  const { name, scientific } = python.told
  const timed = (calls: readonly CvCall[] | undefined) =>
    calls && (async () => Number(await python.ask(JSON.stringify(calls))))
  const close = () => python.close()
  const native: Peer = { name, op: ({ opencv }) => timed(opencv), close }
  return scientific ? [native, { name: scientific, op: ({ scientific }) => timed(scientific), close }] : [native]
}
