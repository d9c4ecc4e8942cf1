/** PyTorch in a process of its own, asked for one run at a time; undefined where it is not installed. */
import { spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface TorchPeer {
  readonly version: string
  /** Milliseconds of one run of an architecture of torchvision on a picture of 224 × 224. */
  run(name: string): Promise<number>
  close(): void
}

export async function openTorch(threads: number): Promise<TorchPeer | undefined> {
  const python = ['/usr/bin/python3', 'python3'].find(
    (name) => spawnSync(name, ['-c', 'import torch, torchvision']).status === 0,
  )
  if (python === undefined) return undefined
  const child = spawn(python, ['-W', 'ignore', fileURLToPath(new URL('./pytorch.py', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ask = async (line: string): Promise<string> => {
    child.stdin.write(`${line}\n`)
    const { value, done } = await lines.next()
    if (done) throw new Error('PyTorch ended')
    return value
  }
  const { version } = JSON.parse(await ask(JSON.stringify({ threads }))) as { version: string }
  return { version, run: async (name) => Number(await ask(name)), close: () => child.kill() }
}
