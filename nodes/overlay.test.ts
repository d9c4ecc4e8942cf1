/** Label maps in colour, and masks over pictures. The formulas themselves are held by the lines of code (code-lines.test.ts). */
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { ImageValue, LabelmapValue, MaskValue, TensorValue } from '../engine/values/index.ts'
import { createNodeBench } from '../host/testing/nodes.ts'
import { overlay } from './draw/overlay.ts'
import { colours } from './segment/colours.ts'
import { cutOut } from './segment/cut-out.ts'

const bench = await createNodeBench('.')
const { device } = bench
afterEach(() => device.clear())
afterAll(() => bench.close())

const labelmap = async (width: number, numbers: readonly number[]): Promise<LabelmapValue> => {
  const height = numbers.length / width
  const shape = { kind: 'tensor', shape: [height, width], axes: ['H', 'W'], dtype: 'int32' } as const
  const labels = (await device.ops.fromNumbers({ shape, numbers })) as TensorValue
  return { kind: 'labelmap', width, height, names: [], labels }
}
const mask = async (width: number, numbers: readonly number[]): Promise<MaskValue> => {
  const height = numbers.length / width
  const shape = { kind: 'tensor', shape: [height, width], axes: ['H', 'W'] } as const
  return { kind: 'mask', width, height, pixels: (await device.ops.fromNumbers({ shape, numbers })) as TensorValue }
}
const picture = (width: number, height: number, channels: number, numbers: readonly number[]) =>
  device.image(
    { kind: 'image', width, height, channels, space: 'rgb', alpha: channels === 4, range: [0, 1] },
    Float32Array.from(numbers),
  )
const pixelsOf = (image: unknown): readonly (readonly number[])[] => {
  const { channels } = image as ImageValue
  const numbers = Array.from(device.read(image as ImageValue))
  return Array.from({ length: numbers.length / channels }, (_, i) => numbers.slice(i * channels, (i + 1) * channels))
}

describe('labels in colour', () => {
  it('have the colours of the viewer', async () => {
    const labels = await labelmap(4, [0, 1, 2, 3, 254, 255, 256, -1])
    const { image } = await bench.run(colours, { labels })
    const shown = await device.ops.preview(labels.labels, { width: 4, height: 2, display: { mode: 'labels' } })
    const seen = Array.from({ length: 8 }, (_, i) => Array.from(shown.rgba.subarray(4 * i, 4 * i + 3)).join())
    const found = pixelsOf(image).map((rgb) => rgb.map((v) => Math.round(255 * v)).join())
    // Label 0 has a background of its own in both.
    expect(found.slice(1)).toEqual(seen.slice(1))
    // Label 256 has the colour of 1 again, and -1 that of 254; all others differ.
    expect(found[6]).toBe(found[1])
    expect(new Set(found).size).toBe(6)
  })

  it('have the background that is asked for', async () => {
    const { image } = await bench.run(colours, { labels: await labelmap(2, [0, 1]) }, { background: [0.2, 0.4, 0.6] })
    expect(pixelsOf(image)[0]?.map((v) => Math.round(255 * v))).toEqual([51, 102, 153])
  })

  it('lie over a picture of another size, pixel by pixel, and leave label 0 alone', async () => {
    const image = await picture(4, 2, 3, new Array(24).fill(0.5))
    const labels = await labelmap(2, [0, 7])
    const over = pixelsOf((await bench.run(overlay, { image, labels }, { opacity: 1 })).image)
    const own = pixelsOf((await bench.run(colours, { labels })).image)
    for (const [i, rgb] of over.entries()) expect(rgb).toEqual(i % 4 < 2 ? [0.5, 0.5, 0.5] : own[1])
  })
})

it('without a mask an overlay is the picture', async () => {
  const image = await picture(1, 1, 3, [0.1, 0.2, 0.3])
  expect(pixelsOf((await bench.run(overlay, { image })).image)).toEqual(pixelsOf(image))
})

it('a cut-out keeps the opacity that a picture has, and stretches a smaller mask', async () => {
  const image = await picture(2, 2, 4, [1, 0, 0, 0.5, 0, 1, 0, 1, 0, 0, 1, 1, 1, 1, 1, 0])
  const cut = await bench.run(cutOut, { image, mask: await mask(2, [1, 1, 0, 1]) })
  expect(pixelsOf(cut.image).map(([, , , opacity]) => opacity)).toEqual([0.5, 1, 0, 0])
  const inverted = await bench.run(cutOut, { image, mask: await mask(1, [1]) }, { invert: true })
  expect(pixelsOf(inverted.image).map(([, , , opacity]) => opacity)).toEqual([0, 0, 0, 0])
})
