/** What kernels do beyond the fixtures of kernels.test.ts: chains, alpha, planes, special numbers, previews. */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kernelFiles } from '../../host/build/kernels.ts'
import { type Bench, openBench } from '../../host/cpu/testing.ts'
import { COLOUR_SCRATCH } from './colour/scratch.ts'
import { pointwiseScratch } from './pointwise/scratch.ts'

/** The numbers of a WebAssembly module's sections. */
function sectionsOf(bytes: Uint8Array): readonly number[] {
  const sections: number[] = []
  for (let at = 8; at < bytes.length; ) {
    sections.push(bytes[at++] ?? 0)
    let size = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0
      size += (byte & 127) << shift
      if (byte < 128) break
    }
    at += size
  }
  return sections
}

test.each(Object.values(kernelFiles))('no instance writes data into shared memory: %s', async (file) => {
  const sections = sectionsOf(await readFile(file))
  // 10 has the code, 11 has data that would be written again by every thread.
  expect(sections).toContain(10)
  expect(sections).not.toContain(11)
})

describe.each(['one thread', 'pool'] as const)('%s', (kind) => {
  let b: Bench
  beforeAll(async () => {
    b = await openBench(kind)
  }, 120_000)
  afterAll(() => b.device.close())

  test.each([1, 2, 3, 4, 5])('a chain of point-wise operations, %i channels', async (channels) => {
    const [w, h] = [701, 3]
    const n = w * h * channels
    const a = Float32Array.from({ length: n }, (_, i) => Math.fround(Math.sin(i)))
    const plane = Float32Array.from({ length: w * h }, (_, i) => i % 7)
    const constants = Float32Array.from({ length: channels * 2 }, (_, i) => i + 0.5)
    // Registers: 0 a, 1 plane, 2 and 3 constants, 4 and 5 outputs, 6 temporary.
    const program = [
      [3, 6, 0, 1, 0], // t = a · plane
      [1, 4, 6, 2, 0], // first = t + constant
      [14, 6, 4, 3, 0], // t = first < other constant
      [19, 5, 6, 0, 1], // second = t ? a : plane
    ].flat()
    const inputs = b.put([b.put(a), channels, b.put(plane), 1], 'uint32')
    const outs = [b.alloc(4 * n), b.alloc(4 * n)]
    const args = [b.put(program, 'uint32'), 4, inputs, 2, b.put(constants), 2, b.put(outs, 'uint32'), 2, 1, w, channels]
    await b.device.dispatch({ kernel: 'pointwise', args, rows: h, scratch: pointwiseScratch(7) })
    const first = Array.from(b.get(outs[0] ?? 0, n))
    const second = Array.from(b.get(outs[1] ?? 0, n))
    for (let i = 0; i < n; i++) {
      const [c, p, x] = [i % channels, plane[Math.floor(i / channels)] ?? 0, a[i] ?? 0]
      const want = Math.fround(Math.fround(x * p) + (constants[c] ?? 0))
      expect(first[i]).toBe(want)
      expect(second[i]).toBe(want < (constants[channels + c] ?? 0) ? x : p)
    }
  })

  test('clamp keeps NaN', async () => {
    const inputs = b.put([b.put([Number.NaN, -3, 0.25, 9, 1]), 1], 'uint32')
    const out = b.alloc(20)
    const args = [b.put([13, 3, 0, 1, 2], 'uint32'), 1, inputs, 1, b.put([0, 1]), 2, b.put([out], 'uint32'), 1, 0, 5, 1]
    await b.device.dispatch({ kernel: 'pointwise', args, rows: 1, scratch: pointwiseScratch(4) })
    expect(Array.from(b.get(out, 5))).toEqual([Number.NaN, 0, 0.25, 1, 1])
  })

  test('colours with a fourth channel: copied, skipped, made', async () => {
    const rgba = [0.1, 0.2, 0.3, 0.7, 0.4, 0.5, 0.6, 0.8, 0.9, 1, 0, 0.25]
    const rgb = rgba.filter((_, i) => i % 4 !== 3)
    const run = async (values: number[], sc: number, dc: number) => {
      const dst = b.put(new Float32Array(3 * dc).fill(-9))
      await b.device.dispatch({
        kernel: 'rgbToBgr',
        args: [b.put(values), sc, dst, dc, 3],
        rows: 1,
        scratch: COLOUR_SCRATCH,
      })
      return Array.from(b.get(dst, 3 * dc))
    }
    const floats = (values: number[]) => Array.from(Float32Array.from(values))
    expect(await run(rgba, 4, 4)).toEqual(floats([0.3, 0.2, 0.1, 0.7, 0.6, 0.5, 0.4, 0.8, 0, 1, 0.9, 0.25]))
    expect(await run(rgba, 4, 3)).toEqual(floats([0.3, 0.2, 0.1, 0.6, 0.5, 0.4, 0, 1, 0.9]))
    expect(await run(rgb, 3, 4)).toEqual(floats([0.3, 0.2, 0.1, 1, 0.6, 0.5, 0.4, 1, 0, 1, 0.9, 1]))
    const gray = b.alloc(48)
    await b.device.dispatch({ kernel: 'grayToRgb', args: [b.put([0.5, 0.25, 0]), gray, 4, 3], rows: 1 })
    expect(Array.from(b.get(gray, 12))).toEqual([0.5, 0.5, 0.5, 1, 0.25, 0.25, 0.25, 1, 0, 0, 0, 1])
  })

  test('channels and planes, there and back', async () => {
    const [w, h, c] = [5, 4, 3]
    const src = b.put(Float32Array.from({ length: w * h * c }, (_, i) => i))
    const planes = b.alloc(4 * w * h * c)
    await b.device.dispatch({ kernel: 'hwcToChw', args: [src, w, h, c, planes], rows: h })
    expect(Array.from(b.get(planes, 3))).toEqual([0, 3, 6])
    expect(b.get(planes + 4 * (2 * w * h + 7), 1)[0]).toBe(7 * 3 + 2)
    const back = b.alloc(4 * w * h * c)
    await b.device.dispatch({ kernel: 'chwToHwc', args: [planes, w, h, c, back], rows: h })
    expect(b.get(back, w * h * c)).toEqual(b.get(src, w * h * c))
    const merged = b.alloc(4 * w * h * 2)
    const args = [planes + 4 * w * h, planes, 0, 0, 2, merged, w]
    await b.device.dispatch({ kernel: 'mergePlanes', args, rows: h })
    expect(Array.from(b.get(merged, 4))).toEqual([1, 0, 4, 3])
    const part = b.alloc(4 * 2 * 2)
    await b.device.dispatch({ kernel: 'copyRegion', args: [planes + 4 * (w + 1), 4 * w, part, 8, 8], rows: 2 })
    expect(Array.from(b.get(part, 4))).toEqual([18, 21, 33, 36])
  })

  test.each([1, 3, 5])('moments of pictures with NaN and infinities, %i channels', async (channels) => {
    const values = new Float32Array(16 * channels).fill(2)
    values[0] = Number.NaN
    values[channels] = Number.POSITIVE_INFINITY
    values[2 * channels] = Number.NEGATIVE_INFINITY
    values[3 * channels] = -1
    const out = b.alloc(48 * channels * 2)
    const args = [b.put(values), 4, channels, out, 2]
    await b.device.dispatch({ kernel: 'moments', args, rows: 4, grain: 2 })
    expect(Array.from(b.get(out, 6, 'float64'))).toEqual([-1, 2, 7, 17, 1, 2])
    expect(Array.from(b.get(out + 48 * channels, 6, 'float64'))).toEqual([2, 2, 16, 32, 0, 0])
  })

  describe('paint', () => {
    interface View {
      range?: [number, number]
      table?: number[]
      labels?: boolean
      flag?: boolean
    }
    const paint = async (values: number[], channels: number, view: View = {}) => {
      const { range = [0, 1], table, labels = false, flag = false } = view
      const width = values.length / channels
      const dst = b.alloc(4 * width)
      const colours = table ? [b.put(table, 'uint8'), labels ? 2 : 1] : [0, 0]
      const args = [b.put(values), dst, width, channels, ...range, ...colours, flag ? 1 : 0]
      await b.device.dispatch({ kernel: 'paint', args, rows: 1 })
      return Array.from(b.get(dst, 4 * width, 'uint8'))
    }
    const magenta = [255, 0, 255, 255]

    test('gray, two, three and four channels', async () => {
      expect(await paint([0, 0.5, 1, 2, 0.5], 1)).toEqual(
        [0, 128, 255, 255, 128].flatMap((v) => [v, v, v, 255]), // 127.5 goes to the even neighbour
      )
      expect(await paint([0.2, 0.4], 2)).toEqual([51, 102, 0, 255])
      // Once alone, and five times: four of them together.
      for (const times of [1, 5]) {
        const repeated = (numbers: number[]) => Array.from({ length: times }, () => numbers).flat()
        expect(await paint(repeated([0.2, 0.4, -1]), 3)).toEqual(repeated([51, 102, 0, 255]))
        const view = { range: [0, 100] as [number, number] }
        expect(await paint(repeated([20, 40, 60, 0.6]), 4, view)).toEqual(repeated([51, 102, 153, 153]))
      }
    })

    test('colours of a table, from lo to hi', async () => {
      const table = Array.from({ length: 768 }, (_, i) => [Math.floor(i / 3), 7, 255 - Math.floor(i / 3)][i % 3] ?? 0)
      const seen = await paint([-2, 0, 2, 9], 1, { range: [-2, 2], table })
      expect(seen).toEqual([0, 7, 255, 255, 128, 7, 127, 255, 255, 7, 0, 255, 255, 7, 0, 255])
    })

    test('colours of a table, by labels', async () => {
      const table = Array.from({ length: 768 }, (_, i) => [Math.floor(i / 3), 7, 9][i % 3] ?? 0)
      const seen = await paint([0, 1, 255, 256, 510, -1, -300, Infinity, Number.NaN], 1, { table, labels: true })
      const colour = (entry: number) => [entry, 7, 9, 255]
      // 2^30 stands for infinity; 2^30 − 1 = 255 · 4210752 + 63.
      expect(seen).toEqual([...[0, 1, 255, 1, 255, 254, 210, 64].flatMap(colour), ...magenta])
    })

    test('NaN is magenta; out of range is marked on demand', async () => {
      const gray = (v: number) => [v, v, v, 255]
      expect(await paint([Number.NaN, 0.2, 0, 1], 1)).toEqual([...magenta, ...gray(51), ...gray(0), ...gray(255)])
      const flagged = await paint([-0.1, 0, 1, 1.1, Number.NaN], 1, { flag: true })
      expect(flagged).toEqual([0, 48, 255, 255, ...gray(0), ...gray(255), 255, 48, 0, 255, ...magenta])
    })
  })
})
