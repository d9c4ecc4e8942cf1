import { defineNode } from '../../engine/graph/node.ts'
import type { Ops } from '../../engine/ops/calls.ts'
import { add, expr, min, mix, mul, sqrt } from '../../engine/ops/expr.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageValue } from '../../engine/values/index.ts'
import type { Homography } from '../../engine/values/placement.ts'
import { socket } from '../../engine/values/sockets.ts'
import { fewPixels, rgbShape, type Size, sizeParams, spread } from '../made.ts'
import { turn } from '../warp.ts'

type Colour = readonly [number, number, number]

/** From the first pixel of two, at the place where t is 0, to the second, where it is 1. */
const alongX = ([a, b, c]: readonly number[]): Homography => [a ?? 0, b ?? 0, (c ?? 0) + 0.5, 0, 0, 0.5, 0, 0, 1]

/** How far along the line at this angle a place is: 0 and 1 in the corners, or at the edges, of the picture. */
function lineAt({ width, height }: Size, angle: number): readonly number[] {
  const [cos, , , sin] = turn(angle)
  const length = Math.abs(cos) * width + Math.abs(sin) * height
  return [cos / length, sin / length, 0.5 - (cos * width + sin * height) / (2 * length)]
}

async function radial(ops: Ops, size: Size, from: Colour, to: Colour): Promise<ImageValue> {
  const { width, height } = size
  const radius = Math.hypot(width, height) / 2
  // Straight from −1 to 1 over two radii, along each axis.
  const ends = await fewPixels(ops, 2, [
    [-1, -1, -1],
    [1, 1, 1],
  ])
  const axis = (place: readonly number[]): Promise<ImageValue> =>
    spread(ops, ends, size, { matrix: alongX(place), method: 'bilinear', border: 'replicate' })
  const [x, y] = await Promise.all([
    axis([1 / (2 * radius), 0, 0.5 - width / (4 * radius)]),
    axis([0, 1 / (2 * radius), 0.5 - height / (4 * radius)]),
  ])
  const formula = expr((u, v) => mix(from, to, min(sqrt(add(mul(u, u), mul(v, v))), 1)))
  return ops.pointwise(x, y, { formula, space: 'rgb', range: [0, 1] })
}

/** From one colour to another. Nothing in, RGB image (height, width, 3) out. */
export const gradient = defineNode({
  type: 'create/gradient',
  version: 1,
  kind: 'source',
  draft: 'exact',
  title: 'Gradient',
  alias: 'np.linspace',
  keywords: ['ramp', 'wedge', 'linear', 'radial', 'vignette', 'fade', 'test picture', 'interpolate'],
  summary: 'A picture that goes from one colour to another.',
  inputs: {},
  params: {
    ...sizeParams,
    form: param.choice({
      default: 'linear',
      of: ['linear', 'radial'],
      names: { linear: 'Along a line', radial: 'From the middle out' },
      label: 'Form',
      help: 'Radial: the second colour is reached in the corners.',
    }),
    angle: param.number({
      default: 0,
      min: -3600,
      max: 3600,
      soft: [-180, 180],
      unit: '°',
      label: 'Direction',
      help: 'Clockwise: 0 goes from left to right, 90 from top to bottom.',
      when: { param: 'form', is: ['linear'] },
    }),
    from: param.colour({ default: [0, 0, 0], label: 'From', help: 'The colour where it begins.' }),
    to: param.colour({ default: [1, 1, 1], label: 'To', help: 'The colour where it ends.' }),
  },
  outputs: { image: socket.image({ channels: [3], spaces: ['rgb'], range: [0, 1] }) },
  shape: (size) => ({ image: rgbShape(size) }),
  run: async ({ form, angle, from, to, ...size }, { ops }) => {
    if (form === 'radial') return { image: await radial(ops, size, from, to) }
    const matrix = alongX(lineAt(size, angle))
    const image = await spread(ops, await fewPixels(ops, 2, [from, to]), size, {
      ...{ matrix, method: 'bilinear', border: 'replicate' },
    })
    return { image }
  },
  explain: {
    idea: 'Every tone between two colours, in order. On it one sees at once what a curve, a threshold or too few bits do to each of them.',
    formula: {
      by: 'form',
      of: {
        linear: String.raw`I = (1 - t)\,\param{from}{A} + t\,\param{to}{B}, \qquad t = \tfrac12 + \frac{(x - \tfrac W2)\cos\param{angle}{\alpha} + (y - \tfrac H2)\sin\alpha}{W\,|\cos\alpha| + H\,|\sin\alpha|}`,
        radial: String.raw`I = (1 - t)\,\param{from}{A} + t\,\param{to}{B}, \qquad t = \frac{2\,\sqrt{(x - \tfrac W2)^2 + (y - \tfrac H2)^2}}{\sqrt{W^2 + H^2}}`,
      },
    },
    reference:
      'numpy.linspace; x and y are the middles of the pixels. Colours are mixed in the numbers given, not as light.',
    code: {
      by: 'form',
      of: {
        linear:
          'y, x = np.mgrid[:{height}, :{width}] + 0.5; c, s = np.cos(np.radians({angle})), np.sin(np.radians({angle})); t = 0.5 + ((x - {width} / 2) * c + (y - {height} / 2) * s) / ({width} * abs(c) + {height} * abs(s)); image = (1 - t)[..., np.newaxis] * {from} + t[..., np.newaxis] * {to}',
        radial:
          'y, x = np.mgrid[:{height}, :{width}] + 0.5; t = 2 * np.hypot(x - {width} / 2, y - {height} / 2) / np.hypot({width}, {height}); image = (1 - t)[..., np.newaxis] * {from} + t[..., np.newaxis] * {to}',
      },
    },
  },
})
