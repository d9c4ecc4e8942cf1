/** A command that is asked to end does so in order, and its exit code names the signal. */
import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../installation.ts'
import { temporaryFolder } from '../server/testing.ts'

const folder = temporaryFolder()
const position = { x: 0, y: 0 }
writeFileSync(
  join(folder, 'long.json'),
  JSON.stringify({
    format: 'sightline',
    version: 1,
    nodes: [{ id: 'live', type: 'io/test-source', position }],
    edges: [],
  }),
)

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
type Signal = (typeof signals)[number]

interface Command {
  readonly args: (signal: Signal) => readonly string[]
  /** Whether it is at work. */
  readonly started: (said: string, signal: Signal) => boolean
}
const small = ['--device', 'cpu', '--threads', '1']
const commands: Readonly<Record<string, Command>> = {
  serve: {
    args: () => ['serve', '--no-open', '--port', '0', ...small],
    started: (said) => said.includes('token='),
  },
  run: {
    args: (signal) => ['run', 'long.json', '--repeat', '100000', '--out', signal, ...small],
    started: (_, signal) => existsSync(join(folder, signal)),
  },
}

/** Starts it, sends the signal once it is at work, and gives how it ended. */
function ended({ args, started }: Command, signal: Signal): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [join(root, 'host/sightline.js'), ...args(signal)], {
    cwd: folder,
    env: { ...process.env, SIGHTLINE_HOME: join(folder, `home ${signal}`) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const output of [child.stdout, child.stderr])
    output.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  const timer = setInterval(() => {
    if (!started(said, signal)) return
    clearInterval(timer)
    child.kill(signal)
  }, 20)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      clearInterval(timer)
      resolve({ code, said })
    })
  })
}

it.each(Object.keys(commands))(
  '%s',
  async (name) => {
    const command = commands[name]
    if (!command) throw new Error('no such command')
    const ends = await Promise.all(signals.map((signal) => ended(command, signal)))
    expect(ends.map(({ code, said }) => [code, /Error|ended \(/.exec(said)])).toEqual([
      [130, null],
      [143, null],
      [129, null],
    ])
  },
  120_000,
)
