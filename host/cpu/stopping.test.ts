/** A stopped call makes room soon, however long its tiles take, and calls beside it are unaffected. */
import { expect, test, vi } from 'vitest'
import type { KernelCall } from '../../engine/ops/cpu.ts'
import { pointwiseScratch } from '../../engine/ops/pointwise/scratch.ts'
import { separableScratch } from '../../engine/ops/separable/scratch.ts'
import { createTestDevice } from '../testing/cpu.ts'
import { createControl, runTiles, slotsOf } from './control.ts'
import { type Bench, openBench } from './testing.ts'

/** A call of one row, and so one tile: this many powers of 65,536 numbers. */
function oneRow(b: Bench, powers: number): KernelCall {
  const width = 1 << 16
  const program = new Uint32Array(5 * powers)
  for (let i = 0; i < program.length; i += 5) program.set([10, 1, 0, 0, 0], i)
  const row = b.put(new Float32Array(width).fill(0.5))
  const outputs = b.put([b.alloc(4 * width)], 'uint32')
  const args = [b.put(program, 'uint32'), powers, b.put([row, 1], 'uint32'), 1, 0, 0, outputs, 1, 0, width, 1]
  return { kernel: 'pointwise', args, rows: 1, scratch: pointwiseScratch(2) }
}

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

test('a call that is stopped in the middle of a tile of half a minute gives its threads back at once', async () => {
  const b = await openBench('pool', 2)
  const measured = performance.now()
  await b.device.dispatch(oneRow(b, 1000))
  const part = performance.now() - measured
  const stop = new AbortController()
  // One thread each: none is left for the others.
  const giants = [0, 1].map(() => b.device.dispatch(oneRow(b, 200_000), stop.signal))
  await later(20)
  const stopped = performance.now()
  stop.abort(new Error('newer edit'))
  for (const end of await Promise.allSettled(giants)) expect(end).toMatchObject({ reason: { message: 'newer edit' } })
  const out = b.alloc(64)
  await b.device.dispatch({ kernel: 'f32ToU8', args: [b.put([1, 0.5]), out, 2, 10, 0], rows: 1 })
  expect(Array.from(b.get(out, 2, 'uint8'))).toEqual([10, 5])
  expect(performance.now() - stopped).toBeLessThan((200 * part) / 4)
  await b.device.close()
})

test('what is in flight beside it comes out right, sums and counts too', async () => {
  const b = await openBench('pool', 2)
  const [width, height, bins, grain] = [4000, 3000, 64, 47]
  const groups = Math.ceil(height / grain)
  const numbers = Float32Array.from({ length: width * height }, (_, i) => (i % 1021) / 1021)
  const counts = new Uint32Array(bins)
  const count = (into: Uint32Array, bin: number, times: number) => {
    into[bin] = (into[bin] ?? 0) + times
  }
  for (const v of numbers) count(counts, Math.floor(v * bins), 1)
  const src = b.put(numbers)
  const taps = b.put([0.25, 0.5, 0.25])
  const blur = b.alloc(4 * numbers.length)
  const separable: KernelCall = {
    kernel: 'separable',
    args: [src, blur, width, height, 1, taps, 3, taps, 3, 4, 0],
    rows: height,
    scratch: separableScratch(width, 1, 3, 3),
  }
  await b.device.dispatch(separable)
  const alone = Buffer.from(b.get(blur, numbers.length * 4, 'uint8') as Uint8Array)
  const histograms = Array.from({ length: 6 }, () => b.put(new Uint32Array(groups * bins), 'uint32'))
  const records = b.alloc(8 * 6 * groups)
  for (let round = 0; round < 2; round++) {
    const stop = new AbortController()
    const order: string[] = []
    const giant = b.device.dispatch(oneRow(b, 200_000), stop.signal).catch(() => order.push('stopped'))
    const innocent = [
      ...histograms.map((out) => ({ kernel: 'histogram', args: [src, width, 1, out, bins, 0, 1, grain], grain })),
      { kernel: 'moments', args: [src, width, 1, records, grain], grain },
      separable,
    ].map((call) => b.device.dispatch({ rows: height, ...call }).then(() => order.push('ended')))
    stop.abort(new Error('newer edit'))
    await giant
    const soFar = order.length
    await Promise.all(innocent)
    // Otherwise the test proves nothing.
    expect(order.length - soFar).toBeGreaterThan(0)
    for (const out of histograms) {
      const sums = new Uint32Array(bins)
      for (const [i, n] of Array.from(b.get(out, groups * bins, 'uint32')).entries()) count(sums, i % bins, n)
      expect(sums).toEqual(counts)
    }
    let sum = 0
    for (let group = 0; group < groups; group++) sum += b.get(records + 48 * group + 16, 1, 'float64')[0] ?? 0
    expect(sum / numbers.reduce((a, v) => a + v, 0)).toBeCloseTo(1, 10)
    expect(Buffer.compare(Buffer.from(b.get(blur, alone.length, 'uint8') as Uint8Array), alone)).toBe(0)
  }
  await b.device.close()
})

test('what kernels sum up is the same when they run again over what they left', async () => {
  const b = await openBench('one thread')
  const src = b.put(Float32Array.from({ length: 9 * 7 }, (_, i) => i / 63))
  const calls = [
    { kernel: 'histogram', args: [src, 7, 1, b.put(new Uint32Array(12), 'uint32'), 4, 0, 1, 3], bytes: 48 },
    { kernel: 'moments', args: [src, 7, 1, b.alloc(144), 3], bytes: 144 },
  ]
  for (const { kernel, args, bytes } of calls) {
    const run = () => b.device.dispatch({ kernel, args, rows: 9, grain: 3 })
    const result = () => Array.from(b.get(args[3] ?? 0, bytes, 'uint8'))
    await run()
    const once = result()
    expect(new Set(once).size).toBeGreaterThan(1)
    await run()
    expect(result()).toEqual(once)
  }
})

test('a tile is cut by what its rows cost', () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    const [slot] = slotsOf(createControl(2))
    if (!slot) throw new Error('no slot')
    const tilesOf = (rows: number, grain: number, msOfRow: (y: number) => number) => {
      const tiles: { rows: number; ms: number }[] = []
      const kernel = (y0 = 0, y1 = 0) => {
        let ms = 0
        for (let y = y0; y < y1; y++) ms += msOfRow(y)
        vi.advanceTimersByTime(ms)
        tiles.push({ rows: y1 - y0, ms })
      }
      slot.start({ kernel: '', args: [], rows, grain }, 0, grain, Math.ceil(rows / 24 / grain) * grain, undefined)
      runTiles(slot, [kernel], 0, Infinity)
      slot.finish()
      expect(tiles.reduce((sum, tile) => sum + tile.rows, 0)).toBe(rows)
      return tiles
    }
    for (const { ms } of tilesOf(6000, 1, () => 3)) expect(ms).toBeLessThanOrEqual(10)
    // The expensive rows come late.
    for (const { ms } of tilesOf(6000, 1, (y) => (y < 3000 ? 1 : 8)).slice(-2800)) expect(ms).toBeLessThanOrEqual(10)
    // Cheap rows make few tiles, and no tile is smaller than the grain.
    expect(tilesOf(6000, 1, () => 0).length).toBeLessThan(40)
    for (const { rows } of tilesOf(640, 64, () => 100)) expect(rows).toBe(64)
  } finally {
    vi.useRealTimers()
  }
})

test('the median of a large window is cut in parts of little work, however wide the picture is', async () => {
  const device = await createTestDevice()
  const image = await device.noise(64, 4000, 3)
  let turns = 0
  let running = true
  const turn = () => {
    turns++
    if (running) setImmediate(turn)
  }
  setImmediate(turn)
  await device.ops.median(image, { size: 31 })
  running = false
  expect(turns).toBeGreaterThan(20)
})
