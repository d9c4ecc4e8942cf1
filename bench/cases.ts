/** What is timed of every op, at any size: the bench.ts of each folder of engine/ops, and a chain of several. */
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { BenchPicture, BenchSize, OpBench } from '../engine/ops/bench.ts'
import { expr, greater } from '../engine/ops/expr.ts'
import { gaussianTaps } from '../engine/ops/separable/gaussian.ts'
import type { ImageValue } from '../engine/values/index.ts'
import { flattened, parseCascade } from '../nodes/cascade.ts'
import { blockwise, harrisFormula } from '../nodes/corners.ts'
import type { BenchDevice } from './device.ts'
import { benchPicture } from './picture.ts'

const folder = new URL('../engine/ops/', import.meta.url)

/** Of all folders that have a bench.ts, in the order of their names. */
async function benchesOfOps(): Promise<readonly OpBench[]> {
  const files = (await readdir(fileURLToPath(folder), { recursive: true })).map((file) => file.replaceAll('\\', '/'))
  const own = files.filter((file) => /^[^/]+\/bench\.ts$/.test(file)).sort()
  const modules = own.map((file) => import(new URL(file, folder).href) as Promise<{ benches: readonly OpBench[] }>)
  return (await Promise.all(modules)).flatMap(({ benches }) => benches)
}

const taps = gaussianTaps(2)

/** The sample's nodes. */
const chain: OpBench = {
  name: 'chain',
  planes: 7,
  async run(ops, { rgb }) {
    const gray = await ops.convertColour(rgb, { to: 'gray' })
    const blurred = await ops.separable(gray, { x: taps, y: taps, border: 'reflect101' })
    return ops.sobel(blurred, { border: 'reflect101', outputs: ['magnitude'] })
  },
  peers: () => ({
    opencv: [
      { call: 'cvtColor', args: ['rgb', { to: 'gray1' }, { name: 'COLOR_RGB2GRAY' }] },
      { call: 'GaussianBlur', args: ['gray1', { to: 'gray2' }, { size: [taps.length, taps.length] }, 2] },
      { call: 'Sobel', args: ['gray2', { to: 'gray1' }, { name: 'CV_32F' }, 1, 0] },
      { call: 'Sobel', args: ['gray2', { to: 'gray3' }, { name: 'CV_32F' }, 0, 1] },
      { call: 'magnitude', args: ['gray1', 'gray3', { to: 'gray2' }] },
    ],
  }),
}

/** Sobel, three products with their sums, and the formula, as feature/harris. */
const harris: OpBench = {
  name: 'harris',
  planes: 2,
  run: (ops, { gray }) => blockwise(ops, gray, 3, 1, harrisFormula(0.04)),
  peers: () => ({ opencv: [{ call: 'cornerHarris', args: ['gray', { to: 'gray1' }, 3, 3, 0.04] }] }),
}

const faces = fileURLToPath(new URL('../assets/samples/haarcascade_frontalface_default.xml', import.meta.url))
const cascade = flattened(parseCascade(await readFile(faces, 'utf8'), faces))

/** All windows of a cascade; the peer groups its few boxes as well. */
const haar: OpBench = {
  name: 'haar',
  planes: 1,
  run: (ops, { gray }) => ops.cascadeWindows(gray, { cascade, scale: 1.1, least: 0, most: 0 }),
  peers: () => ({
    opencv: [{ of: ['CascadeClassifier', { text: faces }], call: 'detectMultiScale', args: ['gray8', 1.1, 3] }],
  }),
}

export const cases: readonly OpBench[] = [...(await benchesOfOps()), harris, haar, chain]

/** Bytes that must at least be read and written, for the share of the copy's bandwidth. */
export const bytesOf = ({ planes }: OpBench, { width, height }: BenchSize): number => planes * width * height * 4

export async function pictures(
  device: BenchDevice,
  { width, height }: BenchSize,
): Promise<Readonly<Record<BenchPicture, ImageValue>>> {
  const shape = { kind: 'image', height, width, channels: 3, space: 'rgb', alpha: false, range: [0, 1] } as const
  const numbers = benchPicture(width, height)
  const rgb = (await device.keep((ops) => ops.fromNumbers({ shape, numbers }))) as ImageValue
  const gray = await device.keep((ops) => ops.convertColour(rgb, { to: 'gray' }))
  const half = { width: width / 2, height: height / 2, method: 'area' } as const
  const mask = await device.keep((ops) => ops.pointwise(gray, { formula: expr((v) => greater(v, 0.25)) }))
  return { rgb, gray, mask, gray8: gray, small: await device.keep((ops) => ops.resize(rgb, half)) }
}
