/** PyTorch in a process of its own, asked for one run at a time; undefined where it is not installed. */
import { openPython } from './python.ts'

export interface TorchPeer {
  readonly version: string
  /** Milliseconds of one run of an architecture of torchvision on a picture of 224 × 224. */
  run(name: string): Promise<number>
  close(): void
}

export async function openTorch(threads: number): Promise<TorchPeer | undefined> {
  const peer = await openPython<{ readonly version: string }>('pytorch.py', { threads })
  return (
    peer && { version: peer.told.version, run: async (name) => Number(await peer.ask(name)), close: () => peer.close() }
  )
}
