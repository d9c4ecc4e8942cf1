/** A job in a real engine process, as a window has it: shown while it runs, paused, killed with SIGKILL, resumed. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { protocolVersion } from '../../engine/protocol/messages.ts'
import type { NodeReport } from '../../engine/protocol/reports.ts'
import type { NumberValue, PlotValue } from '../../engine/values/index.ts'
import { buildKernels } from '../build/kernels.ts'
import { type Keeper, startKeeper } from '../keeper.ts'
import { openWindow, type TestWindow, temporaryFolder } from '../server/testing.ts'

const folder = temporaryFolder()
const user = { settings: join(folder, 'settings'), data: join(folder, 'data') }
const script = fileURLToPath(new URL('../testing/engine-process.ts', import.meta.url))
let keeper: Keeper

beforeAll(async () => {
  await buildKernels()
  keeper = await startKeeper({ script, folder, user, log: () => undefined, spareAfter: 0 })
})
afterAll(() => keeper.stop())

const epochs = 60
const params = { epochs, ms: 15, points: 40, rate: 0.3, slope: 1.7 }

/** Plain gradient descent over the same points, in one go. */
function trained() {
  const { points, rate, slope: wanted } = params
  const x = Array.from({ length: points }, (_, i) => i / points)
  const y = x.map((v) => wanted * v + 0.25 + Math.sin(40 * v) / 10)
  let [slope, intercept] = [0, 0]
  const losses: number[] = []
  for (let epoch = 0; epoch < epochs; epoch++) {
    const errors = x.map((v, i) => slope * v + intercept - (y[i] ?? 0))
    losses.push(errors.reduce((sum, error) => sum + error * error, 0) / points)
    const bySlope = errors.reduce((sum, error, i) => sum + error * (x[i] ?? 0), 0)
    const byIntercept = errors.reduce((sum, error) => sum + error, 0)
    slope -= (2 * rate * bySlope) / points
    intercept -= (2 * rate * byIntercept) / points
  }
  return { slope, intercept, losses }
}

/** Connects as often as it takes, and opens the pipeline. */
async function open(): Promise<TestWindow> {
  for (;;) {
    const window = openWindow(keeper)
    if (
      await window.opened.then(
        () => true,
        () => false,
      )
    ) {
      window.send({ type: 'hello', protocol: protocolVersion, session: 'the-session' })
      window.send({
        type: 'open',
        rev: 1,
        document: {
          format: 'sightline',
          version: 1,
          nodes: [{ id: 'line', type: 'test/line', params, position: { x: 0, y: 0 } }],
          edges: [],
        },
      })
      const views = ['loss', 'slope', 'intercept'].map((port) => ({
        id: port,
        node: 'line',
        port,
        width: 8,
        height: 8,
      }))
      window.send({ type: 'views', views })
      return window
    }
    await sleep(20)
  }
}

/** The next report on the job that passes. */
async function report(window: TestWindow, test: (report: NodeReport) => boolean): Promise<NodeReport> {
  for (;;) {
    const found = (await window.next('status')).nodes.line
    if (found && test(found)) return found
  }
}

/** The next value of a view that passes. */
async function shown<T>(window: TestWindow, view: string, test: (value: T) => boolean): Promise<T> {
  for (;;) {
    const item = (await window.next('previews')).items.find((item) => item.view === view)
    if (item && test(item.value as T)) return item.value as T
  }
}

/** The newest values of all views once the curve is whole. */
async function shownAtTheEnd(window: TestWindow) {
  const values: { slope?: NumberValue; intercept?: NumberValue; loss?: PlotValue } = {}
  while (!values.loss || !values.slope || !values.intercept || length(values.loss) < epochs)
    for (const { view, value } of (await window.next('previews')).items) Object.assign(values, { [view]: value })
  return values
}

const length = (plot: PlotValue): number => plot.series[0]?.values.length ?? 0
const epochOf = ({ progress }: NodeReport): number => Math.round((progress?.fraction ?? 0) * epochs)

it('comes to the same numbers, bit for bit, whatever happened to it on the way', async () => {
  let window = await open()
  await report(window, ({ status }) => status === 'manual')
  window.send({ type: 'run', nodes: ['line'] })
  const early = await shown<PlotValue>(window, 'loss', (plot) => length(plot) >= 3)
  await shown<PlotValue>(window, 'loss', (plot) => length(plot) > length(early))

  window.send({ type: 'pause' })
  const paused = await report(window, ({ status }) => status === 'paused')
  expect(epochOf(paused)).toBeGreaterThanOrEqual(3)
  expect(epochOf(paused)).toBeLessThan(epochs)

  window.send({ type: 'run', nodes: ['line'] })
  await report(window, (report) => report.status === 'running' && epochOf(report) >= epochOf(paused) + 3)
  process.kill(keeper.pid ?? 0, 'SIGKILL')
  await window.closed

  window = await open()
  const found = await report(window, ({ status }) => status === 'paused')
  // The last epoch may have been told before it was kept.
  expect(epochOf(found)).toBeGreaterThanOrEqual(epochOf(paused) + 2)
  expect(found.progress?.say).toBe(`epoch ${epochOf(found)} of ${epochs}`)
  window.send({ type: 'run', nodes: ['line'] })
  const first = await report(window, (report) => report.status === 'running' && epochOf(report) > 0)
  expect(epochOf(first)).toBeGreaterThan(epochOf(found))
  const values = await shownAtTheEnd(window)
  const truth = trained()
  expect(values.slope?.value).toBe(truth.slope)
  expect(values.intercept?.value).toBe(truth.intercept)
  expect(values.loss?.series[0]?.values).toEqual(truth.losses)
  await report(window, ({ status }) => status === 'done' || status === 'unchanged')

  // Killed once more: the result is there without a run.
  process.kill(keeper.pid ?? 0, 'SIGKILL')
  await window.closed
  window = await open()
  expect((await shownAtTheEnd(window)).slope?.value).toBe(truth.slope)
  await report(window, ({ status }) => status === 'unchanged')
}, 240_000)
