/** Every op at 1920 × 1080 in float32 beside native OpenCV, OpenCV.js, TensorFlow.js and sharp, and beside a plain copy. */
import { add, expr, greater, mix } from '../engine/ops/expr.ts'
import type { Ops } from '../engine/ops/op.ts'
import { gaussianTaps } from '../engine/ops/separable/gaussian.ts'
import type { ImageValue } from '../engine/types/value.ts'
import { type BenchDevice, benchDevice } from './device.ts'
import { median, pairs } from './pairs.ts'
import { openCVjs, sharpPeer, tensorFlowJs } from './peers/javascript.ts'
import { nativeOpenCV, type Peer } from './peers/opencv.ts'
import { benchPicture } from './picture.ts'
import type { Suite } from './report.ts'

const width = 1920
const height = 1080
const border = 'reflect101'

interface Pictures {
  readonly rgb: ImageValue
  readonly gray: ImageValue
  readonly small: ImageValue
}

interface Case {
  /** The peers' name of it. */
  readonly name: string
  readonly run: (ops: Ops, pictures: Pictures) => Promise<unknown>
  /** Bytes that must at least be read and written, for the share of the copy's bandwidth. */
  readonly bytes: number
}

const plane = width * height * 4
const blend = expr((a, b) => mix(a, b, 0.7))
const above = expr((v) => greater(v, 0.5))
const kernel7 = Array.from({ length: 7 }, (_, y) => Array.from({ length: 7 }, (_, x) => Math.sin((7 * y + x) * 7.3)))
const taps3 = gaussianTaps(3)
const taps2 = gaussianTaps(2)

const cases: readonly Case[] = [
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

async function pictures(device: BenchDevice): Promise<Pictures> {
  const shape = { kind: 'image', height, width, channels: 3, space: 'rgb', alpha: false, range: [0, 1] } as const
  const numbers = benchPicture(width, height)
  const rgb = (await device.keep((ops) => ops.fromNumbers({ shape, numbers }))) as ImageValue
  const gray = await device.keep((ops) => ops.convertColour(rgb, { to: 'gray' }))
  const half = { width: width / 2, height: height / 2, method: 'area' } as const
  return { rgb, gray, small: await device.keep((ops) => ops.resize(rgb, half)) }
}

/** GB/s of one pass that reads and writes a picture: what no op can beat. */
async function copyBandwidth(device: BenchDevice, { rgb }: Pictures): Promise<number> {
  const copy = expr((v) => add(v, 0))
  const times: number[] = []
  for (let i = 0; i < 15; i++) times.push(await device.time((ops) => ops.pointwise(rgb, { formula: copy })))
  return (6 * plane) / median(times) / 1e6
}

export const ops: Suite = async ({ threads, report, say, only }) => {
  const device = await benchDevice(threads)
  const given = await pictures(device)
  const options = { width, height, threads }
  const native = await nativeOpenCV(options)
  if (!native) say('No python3 with OpenCV here (apt install python3-opencv): native OpenCV is left out.')
  const peers: Peer[] = [
    ...(native ? [native] : []),
    await openCVjs(options),
    await tensorFlowJs(options),
    await sharpPeer(options),
  ]
  const bandwidth = await copyBandwidth(device, given)
  say(`\n${width} × ${height} float32, ${threads} threads; a copy moves ${bandwidth.toFixed(1)} GB/s`)
  say('ratio: our time / theirs, median of interleaved pairs; of copy: the least time the bytes need / our time')
  for (const { name, run, bytes } of cases) {
    if (only && !name.includes(only)) continue
    const ours = () => device.time((ops) => run(ops, given))
    for (const peer of peers) {
      const theirs = peer.op(name)
      if (!theirs) continue
      const pair = await pairs(ours, theirs, { seconds: 4 })
      report({
        suite: 'op',
        name,
        figures: {
          'ours ms': pair.a,
          'theirs ms': pair.b,
          ratio: pair.ratio,
          'of copy %': (100 * bytes) / bandwidth / 1e6 / pair.a,
          'steal %': 100 * pair.steal,
          peer: `${peer.name}${pair.reliable ? '' : ' UNRELIABLE'}`,
        },
      })
    }
  }
  for (const peer of peers) peer.close()
  await device.close()
}
