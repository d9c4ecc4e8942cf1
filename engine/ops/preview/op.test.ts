import { afterEach, describe, expect, it } from 'vitest'
import { createTestDevice } from '../../../host/testing/cpu.ts'
import { displaySchema } from '../../values/display.ts'
import type { ImageShape, TensorValue } from '../../values/index.ts'
import { fromRgb } from '../colour/formulas.ts'
import { labelColours } from './colours.ts'
import { chooseDisplay, extentOf, needsStatistics, shownOf } from './look.ts'
import { placeOf } from './place.ts'

const device = await createTestDevice()
afterEach(device.clear)

describe('the part that is shown', () => {
  const picture = { width: 400, height: 200 }
  it.each([
    ['all of it', { width: 160, height: 160 }, { x: 0, y: 0, width: 400, height: 200 }, 160, 80],
    ['not enlarged', { width: 900, height: 900 }, { x: 0, y: 0, width: 400, height: 200 }, 400, 200],
    [
      'whole pixels where it would be enlarged',
      { width: 100, height: 100, region: { x: 10.4, y: 20.6, width: 3.2, height: 2 } },
      { x: 10, y: 20, width: 4, height: 3 },
      4,
      3,
    ],
    [
      'cut at the edge',
      { width: 50, height: 50, region: { x: -100, y: 150, width: 300, height: 300 } },
      { x: 0, y: 150, width: 200, height: 50 },
      50,
      13,
    ],
    [
      'nothing',
      { width: 50, height: 50, region: { x: 500, y: 0, width: 9, height: 9 } },
      { x: 400, y: 0, width: 0, height: 0 },
      0,
      0,
    ],
  ])('%s', (_, view, region, width, height) => expect(placeOf(picture, view)).toEqual({ region, width, height }))
})

describe('the display that stands for auto', () => {
  const shape = (channels: number, space: ImageShape['space'], range?: readonly [number, number]): ImageShape => ({
    ...{ kind: 'image', height: 9, width: 9, channels, space, alpha: false },
    ...(range && { range }),
  })
  const auto = { mode: 'auto' } as const
  const own = [{ min: -2, max: 5 }]
  const positive = [{ min: 2, max: 5 }]
  it.each([
    ['a photograph', shape(3, 'rgb', [0, 1]), auto, own, 'clip', [0, 1]],
    ['gray', shape(1, 'gray', [0, 1]), auto, own, 'clip', [0, 1]],
    ['Lab, in its colours', shape(3, 'lab'), auto, own, 'clip', [0, 1]],
    ['RGB without bounds', shape(3, 'rgb'), auto, [...own, ...own, { min: 0, max: 9 }], 'stretch', [-2, 9]],
    ['a slope', shape(1, 'data'), auto, own, 'diverging', [-5, 5]],
    ['a length', shape(1, 'data'), auto, positive, 'viridis', [2, 5]],
    ['a signed difference', shape(1, 'data', [-1, 1]), auto, own, 'diverging', [-1, 1]],
    ['an angle', shape(1, 'data', [0, 360]), auto, own, 'clip', [0, 360]],
    ['a of Lab', shape(3, 'lab'), { mode: 'auto', channel: 1 }, own, 'diverging', [-128, 128]],
    ['two channels', shape(2, 'data'), auto, [...own, ...own], 'stretch', [-2, 5]],
    ['a given range', shape(1, 'data'), { mode: 'auto', range: [-0.5, 1] }, own, 'diverging', [-1, 1]],
    ['one number', shape(1, 'data'), auto, [{ min: 3, max: 3 }], 'viridis', [3, 4]],
    ['no number', shape(1, 'data'), auto, [{ min: null, max: null }], 'viridis', [0, 1]],
    ['turned round', shape(1, 'gray', [0, 1]), { mode: 'clip', range: [1, 0] }, own, 'clip', [0, 1]],
  ] as const)('%s', (_, image, display, statistics, mode, range) => {
    const given = display as { mode: 'auto' | 'clip'; range?: [number, number] }
    const shown = shownOf(image, given)
    const extent = needsStatistics(image, given) ? extentOf(shown, statistics) : undefined
    const chosen = chooseDisplay(shown, given, extent)
    expect(chosen).toMatchObject({ mode, range, flag: false })
    expect(displaySchema.parse(chosen)).toEqual(chosen)
  })
})

describe('preview', () => {
  const pixels = (numbers: readonly number[], more: Partial<ImageShape> = {}) =>
    device.image(
      {
        kind: 'image',
        height: 1,
        width: numbers.length / (more.channels ?? 1),
        channels: 1,
        space: 'data',
        alpha: false,
        ...more,
      },
      numbers,
    )
  const auto = { width: 64, height: 64, display: { mode: 'auto' } } as const

  it('shows NaN in magenta, and what lies outside when it is flagged', async () => {
    const image = await pixels([-1, 0.5, 2, Number.NaN], { range: [0, 1] })
    const { rgba } = await device.ops.preview(image, { ...auto, display: { mode: 'clip', flag: true } })
    const [below, inside, above, broken] = [0, 4, 8, 12].map((at) => [...rgba.subarray(at, at + 4)])
    expect(inside).toEqual([128, 128, 128, 255])
    expect(broken).toEqual([255, 0, 255, 255])
    expect(below?.[2]).toBe(255)
    expect(above?.[0]).toBe(255)
  })

  it('shows every colour space in the same colours', async () => {
    const image = await device.noise(6, 7, 3)
    const { rgba } = await device.ops.preview(image, auto)
    for (const to of ['bgr', 'hsv', 'lab', 'linear', 'ycrcb'] as const) {
      const other = await device.ops.preview(await device.ops.convertColour(image, { to }), auto)
      const worst = rgba.reduce((most, v, i) => Math.max(most, Math.abs(v - (other.rgba[i] ?? 999))), 0)
      expect(worst, to).toBeLessThanOrEqual(1)
    }
  })

  it.each([
    ['NCHW', [6, 3, 4, 3], 3, (n: number, y: number, x: number, c: number) => ((n * 3 + c) * 4 + y) * 3 + x],
    ['NHWC', [6, 4, 3, 3], 3, (n: number, y: number, x: number, c: number) => ((n * 4 + y) * 3 + x) * 3 + c],
    ['NHW', [6, 4, 3], 3, (n: number, y: number, x: number) => (n * 4 + y) * 3 + x],
    // A prime number of pictures fills no rectangle but a strip: one cell is empty.
    ['NHW', [5, 4, 3], 3, (n: number, y: number, x: number) => (n * 4 + y) * 3 + x],
    ['NCHW', [7, 3, 3, 3], 3, (n: number, y: number, x: number, c: number) => ((n * 3 + c) * 3 + y) * 3 + x],
  ] as const)('shows a batch %s of %j as a grid of pictures', async (axes, shape, columns, placeOfNumber) => {
    const count = shape.reduce<number>((product, side) => product * side, 1)
    const numbers = Float32Array.from({ length: count }, (_, i) => i)
    const batch = await device.ops.fromNumbers({ shape: { kind: 'tensor', shape, axes: [...axes] }, numbers })
    const range: [number, number] = [0, 255]
    const shown = await device.ops.preview(batch as TensorValue, { ...auto, display: { mode: 'clip', range } })
    const side = shape.length === 4 && axes === 'NCHW' ? shape[2] : shape[1]
    expect([shown.width, shown.height]).toEqual([columns * 3, Math.ceil(shape[0] / columns) * side])
    for (let y = 0; y < shown.height; y++)
      for (let x = 0; x < shown.width; x++) {
        const nth = Math.floor(y / side) * columns + Math.floor(x / 3)
        const at = 4 * (y * shown.width + x)
        const wanted = [0, 1, 2].map((c) => placeOfNumber(nth, y % side, x % 3, shape.length === 4 ? c : 0))
        expect([...shown.rgba.subarray(at, at + 4)]).toEqual(nth < shape[0] ? [...wanted, 255] : [0, 0, 0, 0])
      }
  })

  it('does not average hues around the circle', async () => {
    const reds = Array.from({ length: 64 }, (_, i) => [i % 2 ? 1 : 359, 1, 1]).flat()
    const image = await pixels(reds, { channels: 3, space: 'hsv', width: 64 })
    const { rgba, width } = await device.ops.preview(image, { ...auto, width: 4 })
    expect(width).toBe(4)
    expect(rgba[0]).toBe(255)
    expect(rgba[1]).toBeLessThan(10)
    expect(rgba[2]).toBeLessThan(10)
  })

  it('averages all of a fine pattern, however much it shrinks', async () => {
    const size = 1024
    const stripes = await device.image(
      { kind: 'image', height: size, width: size, channels: 1, space: 'gray', alpha: false, range: [0, 1] },
      Float32Array.from({ length: size * size }, (_, i) => i % 2),
    )
    const { rgba } = await device.ops.preview(stripes, { ...auto, width: 32, height: 32 })
    expect(new Set(rgba.filter((_, i) => i % 4 === 0))).toEqual(new Set([128]))
  })

  it('does not show what a broken number beside a pixel is', async () => {
    const image = await pixels([0, 0, Number.NaN, 0, 0, 0, 0, 0, 0], { range: [0, 1] })
    const { rgba } = await device.ops.preview(image, { ...auto, width: 3 })
    expect([rgba[0], rgba[4], rgba[8]]).toEqual([255, 0, 0])
  })

  it('gives nothing where the region lies outside', async () => {
    const image = await pixels([1, 2, 3])
    const out = await device.ops.preview(image, { ...auto, region: { x: 9, y: 9, width: 2, height: 2 } })
    expect(out).toMatchObject({ width: 0, height: 0 })
    expect(out.rgba).toHaveLength(0)
  })

  it('takes statistics that are known, and needs none where a range is', async () => {
    const image = await pixels([2, 4])
    const none = { mean: 0, std: 0, nan: 0, infinite: 0, histogram: [], range: [0, 1] } as const
    const known = await device.ops.preview(image, { ...auto, statistics: [{ ...none, min: 0, max: 8 }] })
    expect(known.display).toEqual({ mode: 'viridis', range: [0, 8], flag: false })
    const made = await device.ops.preview(image, auto)
    expect(made.display.range).toEqual([2, 4])
  })

  it('shows labels in their own colours, at any size, whatever other labels there are', async () => {
    const labels = [3, 5, 3, 5, 5, 3, 0, 258, -252]
    const colours = async (numbers: readonly number[], width: number) => {
      const { rgba, display } = await device.ops.preview(await pixels(numbers), {
        ...{ width, height: 64, display: { mode: 'labels' } },
      })
      expect(display.mode).toBe('labels')
      return Array.from({ length: rgba.length / 4 }, (_, i) =>
        Buffer.from(rgba.subarray(4 * i, 4 * i + 3)).toString('hex'),
      )
    }
    const [three = '', five = ''] = await colours(labels, 64)
    const [, , , , , , background] = await colours(labels, 64)
    // The colours begin again after 255.
    expect(await colours(labels, 64)).toEqual([three, five, three, five, five, three, background, three, three])
    expect(new Set([three, five, background]).size).toBe(3)
    expect(await colours([5, 900, 3], 64)).toMatchObject({ 0: five, 2: three })
    // Smaller than the picture: one of the labels there, never one between them.
    expect(new Set(await colours([3, 5, 5, 5, 3, 3, 3, 5], 3))).toEqual(new Set([three, five]))
  })

  it('has colours of labels that differ and stand out from the background', () => {
    const colours = Array.from({ length: 256 }, (_, i) => Array.from(labelColours().subarray(3 * i, 3 * i + 3)))
    const lab = colours.map((rgb) => fromRgb.lab(rgb.map((v) => v / 255)))
    const apart = (a: number, b: number) => Math.hypot(...(lab[a] ?? []).map((v, c) => v - (lab[b]?.[c] ?? 0)))
    // WCAG 2.2, contrast ratio.
    const light = (rgb: readonly number[]) => {
      const [r = 0, g = 0, b = 0] = rgb
        .map((v) => v / 255)
        .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
      return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05
    }
    for (let label = 1; label < 256; label++) {
      expect(light(colours[label] ?? []) / light(colours[0] ?? [])).toBeGreaterThanOrEqual(2.95)
      // A just noticeable difference is 2.3 (Mahy et al. 1994).
      for (let other = 1; other < label; other++) expect(apart(label, other)).toBeGreaterThan(label <= 20 ? 30 : 5)
      if (label > 1) expect(apart(label, label - 1)).toBeGreaterThan(14)
    }
  })

  it.each([0, 1.5, 9000])('refuses a view of %s pixels', async (width) => {
    const wrong = device.ops.preview(await pixels([1]), { ...auto, width })
    await expect(wrong).rejects.toMatchObject({ code: 'op.unsupported' })
  })
})
