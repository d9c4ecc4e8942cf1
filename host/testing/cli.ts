/** `npx sightline` in a folder, as a user or a script runs it. */
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../sightline.js', import.meta.url))

export interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface NodeFile {
  readonly id: string
  readonly type: string
  readonly params?: object
}

const position = { x: 0, y: 0 }

export function commandLine(folder: string) {
  return {
    sightline(...args: string[]): Promise<Ended> {
      const child = spawn(process.execPath, [bin, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
      let [out, err] = ['', '']
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        out += text
      })
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        err += text
      })
      return new Promise((resolve, reject) => {
        child.on('error', reject)
        child.on('close', (code) => resolve({ code: code ?? -1, out, err }))
      })
    },
    /** Writes a pipeline into the folder, and returns its name. */
    pipeline(name: string, nodes: readonly NodeFile[], edges: readonly [from: string, to: string][] = []): string {
      const file = {
        format: 'sightline',
        version: 1,
        nodes: nodes.map((node) => ({ ...node, position })),
        edges: edges.map(([from, to]) => ({ from, to })),
      }
      writeFileSync(join(folder, name), JSON.stringify(file))
      return name
    },
  }
}
