/** Every kernel against OpenCV's results (fixtures/make.py), on one thread without shared memory and on the thread pool. */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Bench, type NumberType, numberTypes, openBench } from '../../host/cpu/testing.ts'
import { COLOUR_SCRATCH } from './colour/scratch.ts'
import { convolveScratch } from './convolve/scratch.ts'
import type { KernelCall } from './cpu.ts'
import { medianScratch } from './median/scratch.ts'
import { pointwiseScratch } from './pointwise/scratch.ts'
import { resizeScratch } from './resize/scratch.ts'
import { separableScratch } from './separable/scratch.ts'
import { sobelScratch } from './sobel/scratch.ts'

interface Stored {
  at: number
  shape: number[]
  type: NumberType
}
interface Case {
  op: string
  params: Record<string, number>
  inputs: Stored[]
  output: Stored
  tolerance: number
}

const { cases } = JSON.parse(await readFile(new URL('fixtures/kernels.json', import.meta.url), 'utf8')) as {
  cases: Case[]
}
const blob = (await readFile(new URL('fixtures/kernels.bin', import.meta.url))).buffer

const size = ({ shape }: { shape: readonly number[] }) => shape.reduce((a, b) => a * b, 1)
const numbers = (stored: Stored) => new numberTypes[stored.type](blob, stored.at, size(stored))

/** The calls of a fixture: the kernel's name and arguments, once inputs and output have addresses. */
function callOf(c: Case, inputs: number[], out: number, { put }: Bench): KernelCall | readonly KernelCall[] {
  const [src = 0, second = 0, third = 0] = inputs
  const [h = 0, w = 0, ch = 1] = c.inputs[0]?.shape ?? []
  const [oh = 0, ow = 0] = c.output.shape
  const { border = 0, value = 0, delta = 0, method = 0, size: k = 0, code = 0, lo = 0, hi = 0 } = c.params
  const length = (i: number) => c.inputs[i]?.shape[0] ?? 0
  switch (c.op) {
    case 'separable': {
      const [nx, ny] = [length(1), length(2)]
      const args = [src, out, w, h, ch, second, nx, third, ny, border, value]
      return { kernel: 'separable', args, rows: h, scratch: separableScratch(w, ch, nx, ny) }
    }
    case 'convolve': {
      const [kh = 0, kw = 0] = c.inputs[1]?.shape ?? []
      const args = [src, out, w, h, ch, second, kw, kh, delta, border, value]
      return { kernel: 'convolve', args, rows: h, scratch: convolveScratch(w, ch, kw, kh) }
    }
    case 'sobel': {
      const plane = 4 * h * w * ch
      const args = [src, w, h, ch, border, value, out, out + plane, out + 2 * plane, out + 3 * plane]
      return { kernel: 'sobel', args, rows: h, scratch: sobelScratch(w, ch) }
    }
    case 'resize':
      return {
        kernel: 'resize',
        args: [src, w, h, ch, out, ow, oh, method],
        rows: oh,
        scratch: resizeScratch(w, h, ch, ow, oh),
      }
    case 'median': {
      const scratch = medianScratch(k, w, ch)
      const args = [src, out, w, h, ch, k]
      if (k <= 5) return [{ kernel: 'median', rows: h, args, scratch }]
      return Array.from({ length: ch }, (_, c) => ({ kernel: 'medianRows', rows: h, args: [...args, c, 0], scratch }))
    }
    case 'rgbToGray':
      return { kernel: c.op, args: [src, ch, out, w], rows: h, scratch: COLOUR_SCRATCH }
    case 'pointwise': {
      const program = put([code, 2, 0, 1, 0], 'uint32')
      const table = put([src, ch, second, ch], 'uint32')
      const args = [program, 1, table, 2, 0, 0, put([out], 'uint32'), 1, 0, w, ch]
      return { kernel: c.op, args, rows: h, scratch: pointwiseScratch(3) }
    }
    case 'moments':
      return { kernel: c.op, args: [src, w, ch, out, h], rows: h, grain: h }
    case 'histogram':
      return { kernel: c.op, args: [src, w, ch, out, ow, lo, hi, h], rows: h, grain: h }
    case 'u8ToF32':
      return { kernel: c.op, args: [src, w * ch, out, w * ch, 255], rows: h }
    case 'u16ToF32':
      return { kernel: c.op, args: [src, 2 * w * ch, out, w * ch, 65535], rows: h }
    case 'f32ToU8':
      return { kernel: c.op, args: [src, out, w * ch, 255, 0], rows: h }
    case 'f32ToU16':
      return { kernel: c.op, args: [src, out, w * ch, 65535, 0], rows: h }
    default:
      return { kernel: c.op, args: [src, ch, out, ch, w], rows: h, scratch: COLOUR_SCRATCH }
  }
}

/** The difference of two numbers in the op's measure: circular for hue and direction, relative for functions. */
function distance(c: Case, i: number, was: number, want: number, all: ArrayLike<number>): number {
  if (Object.is(was, want) || was === want || (Number.isNaN(was) && Number.isNaN(want))) return 0
  const apart = Math.abs(was - want)
  const around = Math.min(apart, 360 - apart)
  if (c.op === 'rgbToHsv' && i % 3 === 0) return (all[i + 1] ?? 0) < 1e-3 ? 0 : around
  if (c.op === 'sobel') {
    const plane = all.length / 4
    // The angle of a gradient that is only rounding is meaningless.
    if (i >= 3 * plane) return (all[i - plane] ?? 0) < 1e-2 ? 0 : around / 100
  }
  if (c.op === 'moments') return apart / Math.max(1, Math.abs(want))
  return apart
}

/** Relative error that the functions of pointwise may have; all other operations are exact. */
const RELATIVE: Record<string, number> = { pow: 2e-6, exp: 1e-6, log: 1e-6, sin: 1e-6, cos: 1e-6, atan2: 1e-6 }

describe.each(['one thread', 'pool'] as const)('%s', (kind) => {
  let b: Bench
  beforeAll(async () => {
    b = await openBench(kind)
  }, 120_000)
  afterAll(async () => {
    await b.device.close()
  })

  test.each([...new Set(cases.map((c) => c.op))])('%s equals OpenCV', async (op) => {
    for (const c of cases.filter((candidate) => candidate.op === op)) {
      const inputs = c.inputs.map((stored) => b.put(numbers(stored), stored.type))
      const want = numbers(c.output)
      // Filled with a number that no op returns, to reveal omissions; 64 more bytes must stay as they are.
      const room = want.byteLength + 64
      const out = b.put(new Uint8Array(room).fill(0x7b), 'uint8')
      for (const call of [callOf(c, inputs, out, b)].flat()) await b.device.dispatch(call)
      const got = b.get(out, want.length, c.output.type)
      const allowed = RELATIVE[String(c.params.name)]
      let worst = 0
      for (let i = 0; i < want.length; i++) {
        const [was = 0, wanted = 0] = [got[i], want[i]]
        let d = distance(c, i, was, wanted, want)
        if (allowed) d = d < allowed * Math.max(1e-3, Math.abs(wanted)) ? 0 : d
        worst = Math.max(worst, Number.isNaN(d) ? Number.POSITIVE_INFINITY : d)
      }
      const what = `${JSON.stringify(c.params)} ${JSON.stringify(c.inputs.map((i) => i.shape))} → ${c.output.shape}`
      expect(worst, `largest error of ${what}`).toBeLessThanOrEqual(c.tolerance)
      const behind = b.get(out + want.byteLength, 64, 'uint8')
      expect(
        Array.from(behind).every((byte) => byte === 0x7b),
        `writes past its rows: ${what}`,
      ).toBe(true)
    }
  })
})
