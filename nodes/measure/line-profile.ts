import { defineNode } from '../../engine/graph/node.ts'
import { unsupported } from '../../engine/ops/check.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageShape } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { opaque } from '../alpha.ts'
import { channelNames } from '../channels.ts'

interface Line {
  readonly points: readonly (readonly number[])[]
  readonly width: number
}

/** Of the places along the line: how many there are, and the matrix from (step, offset) to the middle of a pixel. */
function placesOf({ points, width }: Line) {
  const [[x0 = 0, y0 = 0] = [], [x1 = 0, y1 = 0] = []] = points
  const length = Math.hypot(x1 - x0, y1 - y0)
  const count = Math.ceil(length) + 1
  const [dx, dy] = count > 1 ? [(x1 - x0) / (count - 1), (y1 - y0) / (count - 1)] : [0, 0]
  // Across the line, a pixel at a time.
  const [ax, ay] = length > 0 ? [-(y1 - y0) / length, (x1 - x0) / length] : [0, 1]
  const middle = (width - 1) / 2
  // A place is counted from the corner of the first pixel, an op's from its middle.
  const matrix = [dx, ax, x0 - middle * ax - 0.5, dy, ay, y0 - middle * ay - 0.5, 0, 0, 1] as const
  return { count, length, matrix }
}

function check(image: ImageShape, line: Line): void {
  const { count } = placesOf(line)
  if (count > 65535) throw unsupported('A line', `${count} places`, 'up to 65535')
  if (image.channels > 4) throw unsupported('A line profile', `${image.channels} channels`, 'up to 4')
}

/** The numbers along a line. Image (H, W, C) in; a plot with a curve for each channel out. */
export const lineProfile = defineNode({
  type: 'measure/line-profile',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Line profile',
  alias: 'skimage.measure.profile_line',
  keywords: ['intensity profile', 'cross section', 'scan line', 'edge profile', 'plot', 'cut', 'plot profile'],
  summary: 'Plots the numbers along a line that you draw on the picture.',
  inputs: { image: socket.image({ channels: [1, 2, 3, 4] }) },
  params: {
    points: param.points({
      default: [
        [32, 32],
        [192, 160],
      ],
      minCount: 2,
      maxCount: 2,
      unit: 'px',
      label: 'Line',
      help: 'Its two ends, [x, y] each; drag them on the picture in the viewer.',
    }),
    width: param.integer({
      default: 1,
      min: 1,
      max: 256,
      soft: [1, 32],
      label: 'Width',
      help: 'How many pixels across the line are averaged, so that noise does not matter.',
    }),
  },
  handles: [{ kind: 'line', over: 'image', params: { points: 'points' } }],
  outputs: {
    profile: socket.plot({ help: 'The numbers from the first end to the second, over the distance in pixels.' }),
  },
  shape: ({ image, ...line }) => {
    if (image) check(image, line)
    return { profile: { kind: 'plot' } }
  },
  run: async ({ image, ...line }, { ops, scale }) => {
    check(image, line)
    const colours = await opaque(ops, image)
    const { count, length, matrix } = placesOf(line)
    const strip = await ops.warp(colours, {
      ...{ matrix, width: count, height: line.width, method: 'bilinear', border: 'replicate' },
    })
    const numbers = await ops.read(strip, {})
    const { channels } = colours
    const at = (x: number, c: number): number => {
      let sum = 0
      for (let y = 0; y < line.width; y++) sum += numbers[(y * count + x) * channels + c] ?? Number.NaN
      return sum / line.width
    }
    const series = channelNames(colours).map((name, c) => ({
      name,
      values: Array.from({ length: count }, (_, x) => at(x, c)),
    }))
    return { profile: { kind: 'plot', x: { label: 'Pixels along the line', range: [0, length / scale] }, series } }
  },
  explain: {
    idea: 'A cut through the picture: as one walks along the line, the curve shows how light it is underfoot. Edges are slopes, noise is trembling, and a blur makes slopes gentle.',
    formula: String.raw`f(t) = \frac{1}{\param{width}{w}} \sum_{k} I\bigl(A + t\,(B - A) + k\,n\bigr), \qquad 0 \le t \le 1`,
    reference:
      'skimage.measure.profile_line with order 1: ⌈|B − A|⌉ + 1 places, bilinear; n is one pixel across. Places count from the corner of the first pixel, (½, ½) is its middle.',
    code: '(x0, y0), (x1, y1) = {points}; profile = skimage.measure.profile_line(image, (y0 - 0.5, x0 - 0.5), (y1 - 0.5, x1 - 0.5), linewidth={width}, order=1, mode="nearest")',
  },
})
