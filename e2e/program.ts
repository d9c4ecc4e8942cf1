/** The program as its command starts it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Around the window. */
export interface Program {
  /** The user's home folder. */
  readonly folder: string
  /** The engine process: the keeper's child. */
  enginePid(): number
}

/** In the form a browser needs. */
export interface Served extends Program {
  readonly url: string
  readonly process: ChildProcess
  /** Ends it, and waits for the end. */
  stop(): Promise<void>
}

export const temporary = (): string => mkdtempSync(join(tmpdir(), 'sightline-'))
export const removed = (folder: string): void => rmSync(folder, { recursive: true, force: true })

/** Starts `sightline serve`, or `sightline FILE`, and waits for the printed address. */
export async function startProgram(home: string, file?: string, port = 0): Promise<Served> {
  const what = [file ?? 'serve', '--no-open', '--port', String(port)]
  const child = spawn(process.execPath, ['host/sightline.js', ...what], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HOME: home, USERPROFILE: home, SIGHTLINE_HOME: join(home, 'sightline') },
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const url = await new Promise<string>((resolve, reject) => {
    let output = ''
    const read = (data: Buffer) => {
      output += data
      const found = /https?:\/\/\S+/.exec(output)
      if (found) resolve(found[0])
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('exit', (code) => reject(new Error(`sightline ${what.join(' ')} ended with ${code}:\n${output}`)))
  })
  return {
    url,
    process: child,
    folder: home,
    enginePid: () => {
      const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(child.pid)], { encoding: 'utf8' })
      const pid = Number(stdout.trim().split('\n')[0])
      if (!pid) throw new Error('the engine process is not there')
      return pid
    },
    stop: () => {
      child.kill()
      return ended
    },
  }
}
