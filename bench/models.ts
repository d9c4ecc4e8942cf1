/**
 * Models beside the engine: what they cost it and what they leave behind. A model of about 300 ms (matrices multiplied in a loop)
 * runs while a slider is moved elsewhere; models are opened and closed; runs are stopped in the middle; a network gives the same
 * numbers as in a session of its own (overhead.ts).
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Patch } from '../engine/graph/edit.ts'
import { Shelf } from '../engine/models/shelf.ts'
import type { EngineMessage } from '../engine/protocol/messages.ts'
import { type Made, makeEngine } from '../host/engine.ts'
import { root } from '../host/installation.ts'
import { createModelDevice } from '../host/models/device.ts'
import { modelBench, overhead } from './overhead.ts'
import { median } from './pairs.ts'
import type { Suite } from './report.ts'

const fixtures = join(root, 'host/models/fixtures')
const side = 300
const moves = 60

const ranked = (all: readonly number[], part: number): number =>
  all.toSorted((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * part))] ?? Number.NaN
const megabytes = (bytes: number): number => bytes / 1e6
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Memory of the engine's process and of all that it has started, as the system counts it (Linux). */
async function memory(): Promise<number> {
  let sum = process.memoryUsage.rss()
  for (const id of await readdir('/proc').catch(() => [] as string[])) {
    if (!/^\d+$/.test(id)) continue
    const [stat, pages] = await Promise.all([
      readFile(`/proc/${id}/stat`, 'utf8').catch(() => ''),
      readFile(`/proc/${id}/statm`, 'utf8').catch(() => ''),
    ])
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    if (parent === process.pid) sum += Number(pages.split(' ')[1]) * 4096
  }
  return sum
}

/** The longest time between two ticks of a timer of 5 ms, while `work` runs. */
async function longestGap(work: () => Promise<unknown>): Promise<{ gap: number; ticks: number; ms: number }> {
  let [gap, ticks] = [0, 0]
  const start = performance.now()
  let last = start
  const timer = setInterval(() => {
    const now = performance.now()
    gap = Math.max(gap, now - last)
    last = now
    ticks++
  }, 5)
  await work()
  clearInterval(timer)
  return { gap, ticks, ms: performance.now() - start }
}

const blurred = {
  format: 'sightline',
  version: 1,
  nodes: [
    { id: 'photo', type: 'io/sample-image', position: { x: 0, y: 0 } },
    { id: 'blur', type: 'filter/gaussian-blur', params: { sigma: 1 }, position: { x: 0, y: 0 } },
  ],
  edges: [{ from: 'photo.image', to: 'blur.image' }],
}

/** Times from moves of a slider to their previews, in ms. */
async function slider(made: Made): Promise<readonly number[]> {
  let rev = 0
  let shown: (() => void) | undefined
  let idle: (() => void) | undefined
  const send = (message: EngineMessage): void => {
    if (message.type === 'previews' && message.rev === rev) shown?.()
    if (message.type === 'status' && message.rev === rev && message.run.state === 'idle') idle?.()
  }
  const session = made.engine.session({ send, services: made.services(root) })
  const view = { id: 'v', node: 'blur', port: 'image', width: 320, height: 240 } as const
  const rested = new Promise<void>((resolve) => {
    idle = resolve
  })
  session.receive({ type: 'open', rev: ++rev, document: blurred })
  session.receive({ type: 'views', views: [{ ...view, display: { mode: 'auto' } }] } as Parameters<
    typeof session.receive
  >[0])
  await rested
  const all: number[] = []
  for (let i = 0; i < moves; i++) {
    const done = new Promise<void>((resolve) => {
      shown = resolve
    })
    const value = { type: 'filter/gaussian-blur', params: { sigma: 1.05 + i / 20 }, position: { x: 0, y: 0 } }
    const start = performance.now()
    session.receive({ type: 'edit', rev: ++rev, draft: true, edit: [{ table: 'nodes', id: 'blur', value } as Patch] })
    await done
    all.push(performance.now() - start)
    await pause(15)
  }
  session.close()
  return all
}

export const models: Suite = async ({ report, say, threads }) => {
  say('\nmodels: each in a process of its own')
  const made = await makeEngine({ device: 'cpu', threads })
  // Nothing else keeps the process alive between two moves of the slider.
  const alive = setInterval(() => undefined, 1000)
  const device = createModelDevice({ threads })
  const shelf = new Shelf(device, 4e9)
  const { run, tensor } = modelBench(made, shelf)
  const x = await tensor([side, side], new Float32Array(side * side).fill(0.01))
  const loop = async (times: number) => ({ x, times: await tensor([], [times]) })
  const row = (name: string, figures: Readonly<Record<string, number | string>>): void =>
    report({ suite: 'models', name, figures })

  await run('loop.onnx', await loop(1))
  const timed = async (times: number): Promise<number> => {
    const given = await loop(times)
    return (await longestGap(() => run('loop.onnx', given))).ms
  }
  const nothing = median([await timed(1), await timed(1), await timed(1), await timed(1), await timed(1)])
  const times = Math.round(300 / (((await timed(100)) - nothing) / 100))
  const given = await loop(times)
  const free = await longestGap(() => run('loop.onnx', given))
  row('a run: the engine is free', { 'run ms': free.ms, 'ticks of 5 ms': free.ticks, 'longest gap ms': free.gap })
  row('a run of nearly nothing', { 'run ms': nothing })

  const alone = await slider(made)
  let [going, runs] = [true, 0]
  const beside = (async () => {
    while (going) {
      await run('loop.onnx', given)
      runs++
    }
  })()
  const together = await slider(made)
  going = false
  await beside
  for (const [name, all] of [
    ['slider alone', alone],
    [`slider while a model runs (${runs}×)`, together],
  ] as const)
    row(name, { 'p50 ms': ranked(all, 0.5), 'p95 ms': ranked(all, 0.95), 'max ms': ranked(all, 1) })

  const folder = await mkdtemp(join(tmpdir(), 'sightline-bench-'))
  try {
    const linear = await readFile(join(fixtures, 'linear.onnx'))
    const paths = Array.from({ length: 50 }, (_, i) => join(folder, `${i}.onnx`))
    // The name of the program that wrote it differs, so that each is another model.
    const at = linear.indexOf('fixtures')
    for (const [i, path] of paths.entries()) {
      const own = Buffer.from(linear)
      own.write(String(i).padStart(2, '0'), at)
      await writeFile(path, own)
    }
    const small = { x: await tensor([4, 3], new Float32Array(12).fill(1)) }
    await run(paths[0] as string, small)
    shelf.relieve(Number.POSITIVE_INFINITY)
    await pause(500)
    const before = await memory()
    let most = 0
    for (const path of paths) {
      await run(path, small)
      if (shelf.size === 5) {
        most = Math.max(most, await memory())
        shelf.relieve(Number.POSITIVE_INFINITY)
      }
    }
    shelf.relieve(Number.POSITIVE_INFINITY)
    await pause(500)
    const after = await memory()
    row('50 models, opened and closed', {
      ...{ 'MB before': megabytes(before), 'MB at most': megabytes(most), 'MB after': megabytes(after) },
      'change %': ((after - before) / before) * 100,
      'counted MB': megabytes(shelf.bytes),
    })
  } finally {
    await rm(folder, { recursive: true })
  }

  const long = await loop(1e6)
  await run('loop.onnx', await loop(1))
  const waits: number[] = []
  const backs: number[] = []
  for (let i = 0; i < 5; i++) {
    const stopping = new AbortController()
    const running = run('loop.onnx', long, { own: stopping.signal }).catch(() => undefined)
    await pause(300)
    const start = performance.now()
    stopping.abort(new Error('enough'))
    await running
    waits.push(performance.now() - start)
    await run('loop.onnx', await loop(1))
    backs.push(performance.now() - start)
  }
  row('stopped in the middle', { 'caller waits ms': median(waits), 'next result ms': median(backs) })

  await overhead({ made, shelf, row, say, threads })
  clearInterval(alive)
  shelf.close()
  await device.close()
  await made.close()
}
