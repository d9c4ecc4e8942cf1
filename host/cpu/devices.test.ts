/** The contract of both CPU devices: aborts, failures, calls in flight together, the same bits on any number of threads. */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { KernelError } from '../../engine/ops/cpu.ts'
import { separableScratch } from '../../engine/ops/separable/scratch.ts'
import { kernelFiles } from '../build/kernels.ts'
import type { CpuPool } from './pool.ts'
import { type Bench, openBench } from './testing.ts'

const width = 700
const height = 500

/** A call of several hundred ms on one thread, and one of almost no time. */
function calls(b: Bench) {
  const picture = Float32Array.from({ length: width * height }, (_, i) => Math.sin(i * i))
  const src = b.put(picture)
  const dst = b.alloc(4 * width * height)
  const blur = (taps: number) => {
    const t = b.put(Float32Array.from({ length: taps }, (_, i) => (i + 1) / (taps * taps)))
    const args = [src, dst, width, height, 1, t, taps, t, taps, 4, 0]
    return { kernel: 'separable', args, rows: height, scratch: separableScratch(width, 1, taps, taps) }
  }
  return { long: blur(513), short: blur(3), dst }
}

const bytesOf = (numbers: ArrayLike<number>) => new Uint8Array(Float32Array.from(numbers).buffer)

describe.each(['one thread', 'pool'] as const)('%s', (kind) => {
  let b: Bench
  beforeAll(async () => {
    b = await openBench(kind)
  }, 120_000)
  afterAll(() => b.device.close())

  test('rejects with the reason of the signal, before and while it runs, and goes on', async () => {
    const { long, short, dst } = calls(b)
    await expect(b.device.dispatch(short, AbortSignal.abort('too late'))).rejects.toBe('too late')
    const abort = new AbortController()
    const running = b.device.dispatch(long, abort.signal)
    setTimeout(() => abort.abort(new Error('newer edit')), 5)
    await expect(running).rejects.toThrow('newer edit')
    // The last rows were never reached.
    expect(b.get(dst + 4 * width * (height - 1), 1)[0]).toBe(0)
    await b.device.dispatch(short)
    expect(b.get(dst + 4 * width * (height - 1), 1)[0]).not.toBe(0)
  })

  test('a kernel that traps, does not exist or is called wrongly rejects its own call only', async () => {
    const { short, dst } = calls(b)
    const table = b.put([dst, 1], 'uint32')
    const nonsense = {
      kernel: 'pointwise',
      args: [b.put([99, 1, 0, 0, 0], 'uint32'), 1, table, 1, 0, 0, table, 1, 0, 8, 1],
    }
    const failing = b.device.dispatch({ ...nonsense, rows: 8, scratch: 65536 })
    const good = b.device.dispatch(short)
    await expect(failing).rejects.toThrow(/kernel "pointwise": unreachable/)
    await expect(failing).rejects.toBeInstanceOf(KernelError)
    await good
    await expect(b.device.dispatch({ kernel: 'nothing', args: [], rows: 1 })).rejects.toThrow(/"nothing"/)
    await expect(b.device.dispatch({ ...short, args: [1, 2] })).rejects.toThrow(/takes 11 arguments .* given 2/)
    await b.device.dispatch({ ...short, rows: 0 })
    await b.device.dispatch(short)
  })

  test('a hundred calls in flight do not mix', async () => {
    const planes = Array.from({ length: 100 }, (_, i) => b.put(new Float32Array(4096).fill(i)))
    const outs = planes.map(() => b.alloc(4096))
    await Promise.all(
      planes.map((src, i) => b.device.dispatch({ kernel: 'f32ToU8', args: [src, outs[i] ?? 0, 64, 2, 1], rows: 64 })),
    )
    for (const [i, out] of outs.entries())
      expect(Array.from(b.get(out, 4096, 'uint8')).every((byte) => byte === 2 * i + 1)).toBe(true)
  })

  test('calls that are stopped while they wait for their turn let the others have it', async () => {
    const { short } = calls(b)
    const stop = new AbortController()
    const stopped = Array.from({ length: 200 }, () => b.device.dispatch(short, stop.signal))
    const last = b.device.dispatch(short)
    stop.abort(new Error('newer edit'))
    const ends = await Promise.allSettled(stopped)
    expect(ends.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(100)
    await last
  })

  test('calls in flight with scratch memory of different sizes do not mix', async () => {
    const picture = Float32Array.from({ length: width * height }, (_, i) => Math.sin(i * i))
    const src = b.put(picture)
    const blurs = Array.from({ length: 12 }, (_, i) => {
      const taps = i % 2 ? 3 : 4 * i + 21
      const t = b.put(Float32Array.from({ length: taps }, (_, k) => (k + 1) / (taps * taps)))
      // The larger i, the narrower: each needs a different amount of scratch memory.
      const columns = width - 40 * i
      const dst = b.alloc(4 * columns * height)
      const args = [src, dst, columns, height, 1, t, taps, t, taps, 4, 0]
      const scratch = separableScratch(columns, 1, taps, taps)
      return { call: { kernel: 'separable', args, rows: height, scratch }, dst, columns }
    })
    const results = () => blurs.map(({ dst, columns }) => b.get(dst, columns * height))
    for (const { call } of blurs) await b.device.dispatch(call)
    const alone = results()
    for (let round = 0; round < 5; round++) {
      await Promise.all(blurs.map(({ call }) => b.device.dispatch(call)))
      for (const [i, together] of results().entries())
        expect(Buffer.compare(bytesOf(together), bytesOf(alone[i] ?? []))).toBe(0)
    }
  })

  test('the event loop turns while a long call runs', async () => {
    const { long } = calls(b)
    let turns = 0
    let running = true
    const turn = () => {
      turns++
      if (running) setImmediate(turn)
    }
    setImmediate(turn)
    await b.device.dispatch(long)
    running = false
    expect(turns).toBeGreaterThan(5)
  })
})

test('the result has the same bits on every device', async () => {
  const results: Uint8Array[] = []
  for (const [kind, threads] of [
    ['one thread', 1],
    ['pool', 1],
    ['pool', 2],
    ['pool', 5],
  ] as const) {
    const b = await openBench(kind, threads)
    const { short, dst } = calls(b)
    // Twice: the second time the call is known to be short, and the engine's thread takes part.
    for (let i = 0; i < 2; i++) await b.device.dispatch(short)
    const sums = b.alloc(8 * 6 * 8)
    await b.device.dispatch({ kernel: 'moments', args: [dst, width, 1, sums, 64], rows: height, grain: 64 })
    results.push(Uint8Array.from(b.get(dst, 4 * width * height, 'uint8')), Uint8Array.from(b.get(sums, 384, 'uint8')))
    await b.device.close()
  }
  for (const [i, bytes] of results.entries()) expect(Buffer.compare(bytes, results[i % 2] ?? bytes)).toBe(0)
})

test('the pool restarts: what runs rejects, what follows works; closed, it refuses', async () => {
  const b = await openBench('pool', 2)
  const pool = b.device as CpuPool
  const { long, short, dst } = calls(b)
  const running = pool.dispatch(long)
  const restarted = new Promise((resolve) => setTimeout(resolve, 5)).then(() => pool.restart())
  await expect(running).rejects.toThrow(/kernel "separable": .*restarted/)
  await restarted
  await pool.dispatch(short)
  expect(b.get(dst + 4 * width * (height - 1), 1)[0]).not.toBe(0)
  await pool.close()
  await expect(pool.dispatch(short)).rejects.toThrow(/closed/)
})

test('the kernels have no data segments: each instance would write them again into the memory that all share', async () => {
  for (const file of Object.values(kernelFiles)) {
    const bytes = await readFile(file)
    const sections: number[] = []
    for (let at = 8; at < bytes.length; ) {
      sections.push(bytes[at++] ?? 0)
      let size = 0
      for (let shift = 0; ; shift += 7) {
        const byte = bytes[at++] ?? 0
        size |= (byte & 127) << shift
        if (byte < 128) break
      }
      at += size
    }
    expect(sections).toContain(10)
    expect(sections).not.toContain(11)
  }
})
