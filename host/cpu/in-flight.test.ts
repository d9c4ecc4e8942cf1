/** Previews computed beside other ops, some of them stopped midway, are the same as alone. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Ops } from '../../engine/ops/calls.ts'
import { makeOps } from '../../engine/ops/context.ts'
import type { PreviewParams } from '../../engine/ops/preview/params.ts'
import { gaussianTaps } from '../../engine/ops/separable/gaussian.ts'
import type { ImageValue, Value } from '../../engine/values/index.ts'
import { createTestDevices, noise, pictureShape, type TestDevice } from '../testing/cpu.ts'

const border = 'reflect101'
const display = { mode: 'auto' } as const

let device: TestDevice
beforeAll(async () => {
  device = (await createTestDevices()).threads
}, 120_000)
afterAll(() => device.close())

/** Runs `work` as its own node. Undefined if the signal stopped it. */
async function node<V>(work: (ops: Ops) => Promise<V>, signal = new AbortController().signal, keep = false) {
  const run = makeOps(device.devices, signal)
  let value: V | undefined
  try {
    value = await work(run.ops)
  } catch (error) {
    if (!signal.aborted) throw error
  }
  run.finish(keep ? [value as Value] : [])
  return value
}

async function picture(height: number, width: number, channels: number, numbers: Float32Array): Promise<ImageValue> {
  const shape = pictureShape(height, width, channels)
  const value = await node((ops) => ops.fromNumbers({ shape, numbers }) as Promise<ImageValue>, undefined, true)
  if (!value) throw new Error('no picture')
  return value
}

test('previews in flight with other work are those made alone', async () => {
  const [height, width] = [900, 1200]
  const numbers = noise(height * width)
  const gray = await picture(height, width, 1, numbers)
  const equal = await picture(
    height,
    width,
    3,
    Float32Array.from({ length: 3 * numbers.length }, (_, i) => numbers[Math.floor(i / 3)] ?? 0),
  )
  const others = [await picture(700, 900, 3, noise(700 * 900 * 3, 2)), await picture(500, 300, 4, noise(600_000, 3))]
  const views: readonly PreviewParams[] = [
    { width: 160, height: 120, display },
    { width: 320, height: 240, display },
    { width: 500, height: 400, display, region: { x: 100.5, y: 50.25, width: 900, height: 700 } },
    { width: 300, height: 300, display, region: { x: 5, y: 7, width: 200, height: 200 } },
    { width: 97, height: 61, display, region: { x: 700, y: 300, width: 333, height: 411 } },
    { width: 200, height: 150, display: { mode: 'stretch' } },
  ]
  const previews = [gray, equal].flatMap((image) => views.map((view) => (ops: Ops) => ops.preview(image, view)))
  const work = others.flatMap((image) => [
    ...[1, 2.5, 6].map((sigma) => (ops: Ops) => {
      const taps = gaussianTaps(sigma)
      return ops.separable(image, { x: taps, y: taps, border })
    }),
    (ops: Ops) => ops.sobel(image, { border, outputs: ['magnitude'] }),
    (ops: Ops) => ops.median(image, { size: 3 }),
    (ops: Ops) => ops.convertColour(image, { to: 'hsv' }),
    (ops: Ops) => ops.resize(image, { width: 211, height: 389, method: 'area' }),
    (ops: Ops) => ops.statistics(image, { bins: 64, range: [0, 1] }),
  ])

  const alone: (Uint8Array | undefined)[] = []
  for (const preview of previews) alone.push((await node(preview))?.rgba)
  const used = device.arena.used

  for (let round = 0; round < 8; round++) {
    const stops: AbortController[] = []
    const stopped = (k: number): AbortSignal => {
      const stop = new AbortController()
      // Every third is stopped: at once, or later.
      if (k % 3 === round % 3) stops.push(stop)
      return stop.signal
    }
    // Each round starts with other work, so that small and large scratch memories meet in any order.
    const turned = [...work.slice(round), ...work.slice(0, round)]
    const together = previews.map((preview, k) => [turned[k % turned.length], preview] as const)
    const running = together.flatMap(([other, preview], k) => [
      node(async (ops) => void (await other?.(ops)), stopped(k)),
      node(preview, stopped(k + 1)).then((made) => ({ k, rgba: made?.rgba })),
    ])
    for (const [i, stop] of stops.entries()) setTimeout(() => stop.abort(new Error('newer edit')), i)
    for (const made of await Promise.all(running)) {
      if (!made?.rgba) continue
      expect(Buffer.compare(made.rgba, alone[made.k] ?? made.rgba), `preview ${made.k}, round ${round}`).toBe(0)
    }
  }
  // Every pixel of a gray picture is gray.
  for (const rgba of alone) {
    const pixels = new Uint32Array((rgba ?? new Uint8Array(4)).slice().buffer)
    expect(pixels.every((p) => (p & 255) === ((p >> 8) & 255) && (p & 255) === ((p >> 16) & 255))).toBe(true)
  }
  // Everything that was stopped has returned its memory; what is left is scratch memory, which may have grown.
  expect(device.arena.used - used).toBeLessThan(1 << 22)
})
