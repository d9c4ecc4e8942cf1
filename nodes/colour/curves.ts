import { defineNode } from '../../engine/graph/node.ts'
import { pointwiseShape } from '../../engine/ops/pointwise/op.ts'
import { pchip } from '../../engine/types/curve.ts'
import { type PointValue, param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ImageShape } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { covered, coverOf, opaque } from '../alpha.ts'
import { histogramPlot } from '../histogram-plot.ts'
import { tonal } from '../tonal.ts'

const channels = ['all', 'first', 'second', 'third'] as const

/** Straight pieces between this many points are as good as the curve itself. */
const entries = 4096

function pointsOf(points: readonly PointValue[]): readonly (readonly [number, number])[] {
  const sorted = points.map(([x, y]) => [x, y] as const).sort(([a], [b]) => a - b)
  const twice = sorted.find(([x], i) => i > 0 && x === sorted[i - 1]?.[0])
  if (!twice) return sorted
  throw new SightlineError('param.invalid', {
    param: 'points',
    given: `two points at ${twice[0]}`,
    wanted: 'points of which no two lie above each other',
  })
}

const coloursOf = ({ channels, alpha }: ImageShape): number => channels - (alpha ? 1 : 0)

/** A tone curve through points. Image (H, W, C) in; the same shape, its histogram before, and the curve out. */
export const curves = defineNode({
  type: 'colour/curves',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Curves',
  alias: 'cv2.LUT',
  keywords: ['tone curve', 'tone mapping', 'contrast', 's-curve', 'lookup table', 'spline', 'grade'],
  summary: 'Maps every tone to another one, by a curve through your points.',
  basic: true,
  inputs: { image: socket.image({ spaces: tonal }) },
  params: {
    points: param.points({
      default: [
        [0, 0],
        [0.25, 0.18],
        [0.75, 0.84],
        [1, 1],
      ],
      minCount: 2,
      maxCount: 32,
      min: 0,
      max: 1,
      curve: { over: 'image' },
      label: 'Points',
      help: 'Each says what a tone becomes: [tone before, tone after], 0 black and 1 white. The curve passes through all of them: a click adds a point, a double click takes it away.',
    }),
    channel: param.choice({
      default: 'all',
      of: channels,
      names: { all: 'All', first: 'The first (red)', second: 'The second (green)', third: 'The third (blue)' },
      label: 'Channel',
      help: 'Which channel the curve is for; the others stay.',
    }),
  },
  outputs: {
    image: socket.image(),
    histogram: socket.plot({ help: 'How often each value occurs in the picture given.' }),
    curve: socket.plot({ help: 'The tone after, over the tone before.' }),
  },
  shape: ({ image, points }) => {
    pointsOf(points)
    return {
      ...(image && { image: pointwiseShape([image], { range: [0, 1] }) }),
      ...{ histogram: { kind: 'plot' }, curve: { kind: 'plot' } },
    }
  },
  run: async ({ image, points, channel }, { ops, wants }) => {
    const curve = pchip(pointsOf(points))
    const table = Array.from({ length: entries }, (_, i) => curve(i / (entries - 1)))
    const level = Array.from({ length: entries }, (_, i) => i / (entries - 1))
    const count = coloursOf(image)
    const tables =
      channel === 'all'
        ? [table]
        : Array.from({ length: count }, (_, c) => (c === channels.indexOf(channel) - 1 ? table : level))
    const how = { entries, range: [0, 1], outRange: [0, 1], method: 'linear' } as const
    const made = await ops.lookup(await opaque(ops, image), {
      ...{ ...how, tables: tables.flat(), channels: tables.length },
    })
    return {
      image: image.alpha ? await covered(ops, made, await coverOf(ops, image)) : made,
      ...(wants('histogram') && { histogram: histogramPlot(ops, image) }),
      curve: {
        kind: 'plot',
        x: { label: 'Tone before', range: [0, 1] },
        series: [{ name: 'Tone after', values: Array.from({ length: 129 }, (_, i) => curve(i / 128)) }],
      },
    }
  },
  explain: {
    idea: 'The curve says for each tone which one it becomes. Where it is steep, contrast grows; where it is flat, tones move together. It bends smoothly through your points, and never beyond them.',
    formula: String.raw`y = f(\mathrm{clip}(x, 0, 1)), \qquad f: \text{piecewise cubic with } f(x_i) = y_i,\ \text{monotonic between points}`,
    reference: 'F. Fritsch and J. Butland, 1984; scipy.interpolate.PchipInterpolator, from a table of 4,096 numbers.',
    code: {
      by: 'channel',
      of: {
        all: 'x, y = np.transpose(sorted({points})); image = scipy.interpolate.PchipInterpolator(x, y)(np.clip(image, x[0], x[-1]))',
        first:
          'x, y = np.transpose(sorted({points})); image[..., 0] = scipy.interpolate.PchipInterpolator(x, y)(np.clip(image[..., 0], x[0], x[-1]))',
        second:
          'x, y = np.transpose(sorted({points})); image[..., 1] = scipy.interpolate.PchipInterpolator(x, y)(np.clip(image[..., 1], x[0], x[-1]))',
        third:
          'x, y = np.transpose(sorted({points})); image[..., 2] = scipy.interpolate.PchipInterpolator(x, y)(np.clip(image[..., 2], x[0], x[-1]))',
      },
    },
  },
})
