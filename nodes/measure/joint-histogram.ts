import { defineNode } from '../../engine/graph/node.ts'
import type { Ops } from '../../engine/ops/calls.ts'
import { unsupported } from '../../engine/ops/check.ts'
import { add, expr, floor, greaterEqual, lessEqual, min, mul, select, sub } from '../../engine/ops/expr.ts'
import { pointwiseShape } from '../../engine/ops/pointwise/op.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageShape, ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { rising } from '../rising.ts'

/** Two channels: of one picture each, or two of one. */
async function pairOf(ops: Ops, image: ImageValue, other: ImageValue | undefined, given: Channels) {
  const take = (from: ImageValue, index: number): Promise<ImageValue> => ops.channel(from, { index })
  return Promise.all([take(image, given.across), take(other ?? image, given.up)])
}

interface Channels {
  readonly across: number
  readonly up: number
}

function check(image: ImageShape, other: ImageShape | undefined, { across, up }: Channels): void {
  const second = other ?? image
  if (other)
    pointwiseShape(
      [
        { ...image, channels: 1, alpha: false },
        { ...other, channels: 1, alpha: false },
      ],
      { space: 'data' },
    )
  for (const [index, { channels }] of [
    [across, image],
    [up, second],
  ] as const)
    if (index >= channels) throw unsupported('The histogram', `channel ${index} of ${channels}`, `0 to ${channels - 1}`)
}

/** Which numbers occur together. Images (H, W, C) in; their joint histogram as a picture (bins, bins, 1), and the correlation, out. */
export const jointHistogram = defineNode({
  type: 'measure/joint-histogram',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Joint histogram',
  alias: 'np.histogram2d',
  keywords: ['scatter plot', '2d histogram', 'correlation', 'registration', 'mutual information', 'calcHist', 'pairs'],
  summary: 'Shows which values occur together: of two pictures, or two channels of one.',
  inputs: {
    image: socket.image({ channels: [1, 2, 3, 4] }),
    other: socket.image({
      optional: true,
      channels: [1, 2, 3, 4],
      help: 'The second picture, of the same size. Without it, both channels are those of the first. Where one has opacity, hidden colours count.',
    }),
  },
  params: {
    across: param.integer({
      default: 0,
      min: 0,
      max: 3,
      label: 'Across',
      help: 'The channel along the lower edge, from 0.',
    }),
    up: param.integer({ default: 0, min: 0, max: 3, label: 'Up', help: 'The channel along the left edge, from 0.' }),
    bins: param.choice({
      default: '64',
      of: ['16', '32', '64'],
      label: 'Bins',
      help: 'Into how many steps each range is cut.',
    }),
    low: param.number({
      default: 0,
      min: -1e6,
      max: 1e6,
      soft: [0, 1],
      label: 'From',
      help: 'Where both ranges begin.',
    }),
    high: param.number({ default: 1, min: -1e6, max: 1e6, soft: [0, 1], label: 'To', help: 'Where both ranges end.' }),
    log: param.boolean({
      default: true,
      label: 'Logarithm',
      help: 'Shows log(1 + count), so that rare pairs are seen beside frequent ones.',
    }),
  },
  outputs: {
    image: socket.image({
      help: 'Each pixel counts one pair of values; the origin is in the lower left.',
      channels: [1],
    }),
    correlation: socket.number({
      help: 'Of the two, −1 to 1: 1 if they rise together, 0 if neither tells of the other.',
    }),
  },
  shape: ({ image, other, bins, low, high, across, up }) => {
    rising(low, high)
    if (image) check(image, other, { across, up })
    const side = Number(bins)
    return {
      image: { kind: 'image', width: side, height: side, channels: 1, space: 'data', alpha: false },
      correlation: { kind: 'number' },
    }
  },
  run: async ({ image, other, bins, low, high, across, up, log }, { ops, wants }) => {
    check(image, other, { across, up })
    const [x, y] = await pairOf(ops, image, other, { across, up })
    const [from, to] = rising(low, high)
    const side = Number(bins)
    const bin = (v: Parameters<typeof sub>[0]) => min(floor(mul(sub(v, from), side / (to - from))), side - 1)
    const inside = (v: Parameters<typeof sub>[0]) => mul(greaterEqual(v, from), lessEqual(v, to))
    // One number for each pair: its place in the picture, from the lower left.
    const formula = expr((a, b) => select(mul(inside(a), inside(b)), add(mul(sub(side - 1, bin(b)), side), bin(a)), -1))
    const pairs = await ops.pointwise(x, y, { formula, space: 'data', range: null })
    const [counted] = await ops.statistics(pairs, { bins: side * side, range: [-0.5, side * side - 0.5] })
    const counts = counted?.histogram ?? []
    const made = await ops.fromNumbers({
      shape: { kind: 'image', width: side, height: side, channels: 1, space: 'data', alpha: false },
      numbers: log ? counts.map((count) => Math.log1p(count)) : counts,
    })
    return {
      image: made as ImageValue,
      ...(wants('correlation') && { correlation: { kind: 'number', value: await correlationOf(ops, x, y) } }),
    }
  },
  explain: {
    idea: 'Each pixel gives a pair of values, and pairs are counted. Two pictures that agree make a diagonal; a tone that always becomes another makes a curve; noise makes a cloud.',
    formula: String.raw`h(i, j) = \#\{p : A(p) \in \text{bin } i,\ B(p) \in \text{bin } j\}, \qquad r = \frac{\sum (A - \bar A)(B - \bar B)}{\sqrt{\sum (A - \bar A)^2 \sum (B - \bar B)^2}}`,
    reference: 'numpy.histogram2d and corrcoef. A pair with NaN or an infinite number does not count.',
    code: {
      by: 'log',
      of: {
        true: 'a, b = image[..., {across}], other[..., {up}]; h = np.histogram2d(b.ravel(), a.ravel(), int({bins}), [({low}, {high})] * 2)[0]; image = np.log1p(h[::-1]); correlation = np.corrcoef(a.ravel(), b.ravel())[0, 1]',
        false:
          'a, b = image[..., {across}], other[..., {up}]; h = np.histogram2d(b.ravel(), a.ravel(), int({bins}), [({low}, {high})] * 2)[0]; image = h[::-1]; correlation = np.corrcoef(a.ravel(), b.ravel())[0, 1]',
      },
    },
  },
})

/** Pearson's, over all pairs of finite numbers; NaN where one of the two does not change. */
async function correlationOf(ops: Ops, x: ImageValue, y: ImageValue): Promise<number> {
  // What is not finite in one must not count in the other.
  const [only, too] = await Promise.all([
    ops.pointwise(x, y, { formula: expr((a, b) => add(a, mul(b, 0))), space: 'data', range: null }),
    ops.pointwise(x, y, { formula: expr((a, b) => add(b, mul(a, 0))), space: 'data', range: null }),
  ])
  const [[a], [b]] = await Promise.all([ops.statistics(only, {}), ops.statistics(too, {})])
  const [ma, mb, sa, sb] = [a?.mean ?? Number.NaN, b?.mean ?? Number.NaN, a?.std ?? 0, b?.std ?? 0]
  const formula = expr((p, q) => mul(sub(p, ma), sub(q, mb)))
  const [joint] = await ops.statistics(await ops.pointwise(only, too, { formula, range: null }), {})
  return sa > 0 && sb > 0 ? (joint?.mean ?? Number.NaN) / (sa * sb) : Number.NaN
}
