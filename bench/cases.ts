/** The benchmark of every op, at any size, with the bytes that it must at least read and write. */
import type { Ops } from '../engine/ops/calls.ts'
import { expr, greater, mix } from '../engine/ops/expr.ts'
import { gaussianTaps } from '../engine/ops/separable/gaussian.ts'
import type { ImageValue } from '../engine/values/index.ts'
import type { BenchDevice } from './device.ts'
import { benchPicture } from './picture.ts'

export interface Size {
  readonly width: number
  readonly height: number
}

export interface Pictures {
  readonly rgb: ImageValue
  readonly gray: ImageValue
  readonly small: ImageValue
}

export interface Case {
  /** The name of the case for the peers. */
  readonly name: string
  readonly run: (ops: Ops, pictures: Pictures) => Promise<unknown>
  /** Bytes that must at least be read and written, to compare with the bandwidth of a copy. */
  readonly bytes: number
}

const border = 'reflect101'
const blend = expr((a, b) => mix(a, b, 0.7))
const above = expr((v) => greater(v, 0.5))
const kernel3 = [
  [-1, 0, 1],
  [-2, 0, 2],
  [-1, 0, 1],
]
const kernel7 = Array.from({ length: 7 }, (_, y) => Array.from({ length: 7 }, (_, x) => Math.sin((7 * y + x) * 7.3)))
const taps3 = gaussianTaps(3)
const taps2 = gaussianTaps(2)

export function casesAt({ width, height }: Size): readonly Case[] {
  const plane = width * height * 4
  return [
    { name: 'gray', bytes: 4 * plane, run: (ops, { rgb }) => ops.convertColour(rgb, { to: 'gray' }) },
    { name: 'hsv', bytes: 6 * plane, run: (ops, { rgb }) => ops.convertColour(rgb, { to: 'hsv' }) },
    { name: 'ycrcb', bytes: 6 * plane, run: (ops, { rgb }) => ops.convertColour(rgb, { to: 'ycrcb' }) },
    { name: 'lab', bytes: 6 * plane, run: (ops, { rgb }) => ops.convertColour(rgb, { to: 'lab' }) },
    { name: 'gaussian', bytes: 6 * plane, run: (ops, { rgb }) => ops.separable(rgb, { x: taps3, y: taps3, border }) },
    { name: 'sobel', bytes: 2 * plane, run: (ops, { gray }) => ops.sobel(gray, { border, outputs: ['magnitude'] }) },
    { name: 'convolve7', bytes: 2 * plane, run: (ops, { gray }) => ops.convolve(gray, { kernel: kernel7, border }) },
    { name: 'median3', bytes: 2 * plane, run: (ops, { gray }) => ops.median(gray, { size: 3 }) },
    { name: 'median5', bytes: 2 * plane, run: (ops, { gray }) => ops.median(gray, { size: 5 }) },
    {
      name: 'conv2d',
      bytes: 6 * plane,
      run: (ops, { rgb }) => ops.conv2d(rgb, { kernel: kernel3, stride: 1, padding: 1 }),
    },
    {
      name: 'maxPool',
      bytes: 3.75 * plane,
      run: (ops, { rgb }) => ops.maxPool(rgb, { size: 2, stride: 2, padding: 0 }),
    },
    {
      name: 'nearest',
      bytes: 3.75 * plane,
      run: (ops, { small }) => ops.resize(small, { width, height, method: 'nearest' }),
    },
    {
      name: 'bilinear',
      bytes: 3.75 * plane,
      run: (ops, { small }) => ops.resize(small, { width, height, method: 'bilinear' }),
    },
    {
      name: 'bicubic',
      bytes: 3.75 * plane,
      run: (ops, { small }) => ops.resize(small, { width, height, method: 'bicubic' }),
    },
    {
      name: 'area',
      bytes: 3.75 * plane,
      run: (ops, { rgb }) => ops.resize(rgb, { width: width / 2, height: height / 2, method: 'area' }),
    },
    { name: 'blend', bytes: 9 * plane, run: (ops, { rgb }) => ops.pointwise(rgb, rgb, { formula: blend }) },
    { name: 'threshold', bytes: 2 * plane, run: (ops, { gray }) => ops.pointwise(gray, { formula: above }) },
    { name: 'statistics', bytes: plane, run: (ops, { gray }) => ops.statistics(gray, { bins: 256, range: [0, 1] }) },
    {
      name: 'split',
      bytes: 6 * plane,
      run: (ops, { rgb }) => Promise.all([0, 1, 2].map((index) => ops.channel(rgb, { index }))),
    },
    { name: 'merge', bytes: 6 * plane, run: (ops, { gray }) => ops.merge(gray, gray, gray, { space: 'rgb' }) },
    {
      name: 'chain',
      bytes: 7 * plane,
      async run(ops, { rgb }) {
        const gray = await ops.convertColour(rgb, { to: 'gray' })
        const blurred = await ops.separable(gray, { x: taps2, y: taps2, border })
        return ops.sobel(blurred, { border, outputs: ['magnitude'] })
      },
    },
  ]
}

export async function pictures(device: BenchDevice, { width, height }: Size): Promise<Pictures> {
  const shape = { kind: 'image', height, width, channels: 3, space: 'rgb', alpha: false, range: [0, 1] } as const
  const numbers = benchPicture(width, height)
  const rgb = (await device.keep((ops) => ops.fromNumbers({ shape, numbers }))) as ImageValue
  const gray = await device.keep((ops) => ops.convertColour(rgb, { to: 'gray' }))
  const half = { width: width / 2, height: height / 2, method: 'area' } as const
  return { rgb, gray, small: await device.keep((ops) => ops.resize(rgb, half)) }
}
