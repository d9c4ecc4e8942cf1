/**
 * Every op on the GPU at 1080p and 4K: its time by the GPU's own clock, the share of the bandwidth of a copy, and the ratio to
 * the CPU; then the six nodes of the sample at 4K, including upload and preview.
 */
import type { GpuDevice } from '../engine/gpu/device.ts'
import type { BenchSize } from '../engine/ops/bench.ts'
import type { Ops } from '../engine/ops/calls.ts'
import { add, expr } from '../engine/ops/expr.ts'
import { gaussianTaps } from '../engine/ops/separable/gaussian.ts'
import { defaultGpuMemory } from '../host/engine.ts'
import { openGpu } from '../host/gpu/open.ts'
import { bytesOf, cases, pictures } from './cases.ts'
import { benchDevice } from './device.ts'
import { median, pairs } from './pairs.ts'
import { benchPicture } from './picture.ts'
import type { Suite } from './report.ts'

const sizes: Readonly<Record<string, BenchSize>> = {
  '1080p': { width: 1920, height: 1080 },
  '4K': { width: 3840, height: 2160 },
}
const rounds = 21

/** The sample's path from a photograph's bytes to the preview of its edges, with nothing cached. */
async function sample(ops: Ops, { width, height }: BenchSize, data: Uint8Array): Promise<void> {
  const taps = gaussianTaps(2)
  const photo = await ops.fromPicture({ width, height, channels: 3, depth: 8, data })
  const gray = await ops.convertColour(photo, { to: 'gray' })
  const smooth = await ops.separable(gray, { x: taps, y: taps, border: 'reflect101' })
  const { magnitude } = await ops.sobel(smooth, { border: 'reflect101', outputs: ['magnitude'] })
  if (!magnitude) throw new Error('no magnitude')
  const strong = await ops.pointwise(magnitude, { formula: expr((v) => add(v, 0)) })
  await ops.preview(strong, { width: 512, height: 512, display: { mode: 'auto', range: [0, 1] } })
}

async function bandwidthOf(gpu: GpuDevice, threads: number, size: BenchSize): Promise<number> {
  const device = await benchDevice(threads, gpu)
  const { rgb } = await pictures(device, size)
  const copy = expr((v) => add(v, 0))
  const times: number[] = []
  for (let i = 0; i < rounds; i++) times.push(await device.gpuTime((ops) => ops.pointwise(rgb, { formula: copy })))
  await device.close()
  return (6 * size.width * size.height * 4) / median(times) / 1e6
}

export const gpu: Suite = async ({ threads, report, say, only, adapter }) => {
  const opened = await openGpu({ adapter, memory: 2 * defaultGpuMemory })
  if ('reason' in opened) {
    say(`No GPU to measure: ${opened.reason}.`)
    return
  }
  const { gpu } = opened
  say(`\n${gpu.name}${gpu.hasClock ? '' : ', which has no clock of its own'}`)
  for (const [name, size] of Object.entries(sizes)) {
    const bandwidth = await bandwidthOf(gpu, threads, size)
    say(`${name}: a copy moves ${bandwidth.toFixed(1)} GB/s on the GPU`)
    const [there, here] = [await benchDevice(threads, gpu), await benchDevice(threads)]
    const [given, near] = [await pictures(there, size), await pictures(here, size)]
    for (const one of cases) {
      const { name: op, run } = one
      if (only && !op.includes(only)) continue
      const clock: number[] = []
      for (let i = 0; i < rounds; i++) clock.push(await there.gpuTime((ops) => run(ops, given, size)))
      const pair = await pairs(
        () => there.time((ops) => run(ops, given, size)),
        () => here.time((ops) => run(ops, near, size)),
        { seconds: 3 },
      )
      const ms = median(clock)
      report({
        suite: 'gpu',
        name: `${name} ${op}`,
        figures: {
          'GPU clock ms': ms,
          'of copy %': (100 * bytesOf(one, size)) / bandwidth / 1e6 / ms,
          'whole ms': pair.a,
          'CPU ms': pair.b,
          'whole / CPU': pair.ratio,
          'steal %': 100 * pair.steal,
        },
      })
    }
    const data = Uint8Array.from(benchPicture(size.width, size.height), (v) => v * 255)
    const work = (ops: Ops) => sample(ops, size, data)
    if (!only || 'sample'.includes(only)) {
      const clock: number[] = []
      for (let i = 0; i < rounds; i++) clock.push(await there.gpuTime(work))
      const pair = await pairs(
        () => there.time(work),
        () => here.time(work),
        { seconds: 6 },
      )
      const figures = { 'GPU clock ms': median(clock), 'whole ms': pair.a, 'CPU ms': pair.b, 'whole / CPU': pair.ratio }
      report({ suite: 'gpu sample', name: `${name}, upload and preview`, figures })
    }
    await there.close()
    await here.close()
  }
  gpu.destroy()
}
