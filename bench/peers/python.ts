/** A peer in Python: a script of this folder in a process of its own, asked line by line. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** The system's own first: it has the packages that apt installs. */
const pythons = ['/usr/bin/python3', 'python3']

export interface PythonPeer<T> {
  /** What it said of itself first. */
  readonly told: T
  /** One line for one line. Throws where it has ended. */
  ask(line: string): Promise<string>
  close(): void
}

async function start<T>(python: string, script: string, settings: unknown): Promise<PythonPeer<T>> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const child = spawn(python, ['-W', 'ignore', path], { stdio: ['pipe', 'pipe', 'ignore'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  child.stdin.on('error', () => undefined)
  const gone = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`${script} ended`)))
  })
  gone.catch(() => undefined)
  const ask = async (line: string): Promise<string> => {
    child.stdin.write(`${line}\n`)
    const { value, done } = await Promise.race([lines.next(), gone])
    if (done) throw new Error(`${script} ended`)
    return value
  }
  try {
    return { told: JSON.parse(await ask(JSON.stringify(settings))) as T, ask, close: () => child.kill() }
  } catch (error) {
    child.kill()
    throw error
  }
}

/**
 * Starts a script with the first Python that has its packages; undefined where none has.
 * @param settings the first line that it gets, as JSON; it answers with one of JSON
 */
export async function openPython<T>(script: string, settings: unknown): Promise<PythonPeer<T> | undefined> {
  for (const python of pythons) {
    try {
      return await start<T>(python, script, settings)
    } catch {
      // The next one may have them; whoever asks says so if none has.
    }
  }
  return undefined
}
