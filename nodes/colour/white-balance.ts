import { defineNode } from '../../engine/graph/node.ts'
import type { Ops } from '../../engine/ops/calls.ts'
import { clamp, expr, mul } from '../../engine/ops/expr.ts'
import { pointwiseShape } from '../../engine/ops/pointwise/op.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { seenColours } from '../alpha.ts'
import { quantiles } from '../quantiles.ts'

const methods = ['gray-world', 'white-patch'] as const

interface Given {
  readonly method: (typeof methods)[number]
  readonly percentile: number
}

/** What each channel is multiplied by. A channel without a measure stays. */
async function gainsOf(ops: Ops, image: ImageValue, { method, percentile }: Given): Promise<readonly number[]> {
  const seen = await seenColours(ops, image)
  const measured =
    method === 'gray-world'
      ? (await ops.statistics(seen, {})).map(({ mean }) => mean ?? undefined)
      : (await quantiles(ops, seen, [percentile], 'channel')).map(([value]) => value)
  const target =
    method === 'gray-world' ? measured.reduce<number>((sum, mean) => sum + (mean ?? 0), 0) / measured.length : 1
  return measured.map((value) => (value !== undefined && value > 0 && target > 0 ? target / value : 1))
}

/** Removes a colour cast. Image (H, W, 3 | 4) in; the same shape, and what each channel was multiplied by, out. */
export const whiteBalance = defineNode({
  type: 'colour/white-balance',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'White balance',
  alias: 'cv2.xphoto.createGrayworldWB',
  keywords: ['gray world', 'white patch', 'colour cast', 'tint', 'temperature', 'illuminant', 'von Kries', 'auto'],
  summary: 'Removes a colour cast, so that white is white again.',
  inputs: { image: socket.image({ channels: [3, 4], spaces: ['rgb', 'bgr', 'linear'] }) },
  params: {
    method: param.choice({
      default: 'gray-world',
      of: methods,
      names: { 'gray-world': 'Gray world', 'white-patch': 'White patch' },
      label: 'Method',
      help: 'Gray world: on average a picture is gray. White patch: its lightest place is white.',
    }),
    percentile: param.number({
      default: 99,
      min: 50,
      max: 100,
      step: 0.5,
      unit: '%',
      label: 'Lightest',
      help: 'The number that this share of the pixels does not reach counts as white; 100 is the largest one.',
      when: { param: 'method', is: ['white-patch'] },
    }),
  },
  outputs: {
    image: socket.image(),
    gains: socket.table({ help: 'What each channel was multiplied by.' }),
  },
  shape: ({ image }) => ({
    ...(image && { image: pointwiseShape([image], { range: [0, 1] }) }),
    gains: { kind: 'table' },
  }),
  run: async ({ image, ...given }, { ops }) => {
    const gains = await gainsOf(ops, image, given)
    return {
      image: await ops.pointwise(image, { formula: expr((v) => clamp(mul(v, gains), 0, 1)), range: [0, 1] }),
      gains: {
        kind: 'table',
        columns: ['Channel', 'Times'],
        rows: gains.map((gain, c) => [(image.space === 'bgr' ? ['B', 'G', 'R'] : ['R', 'G', 'B'])[c] ?? '', gain]),
      },
    }
  },
  explain: {
    idea: 'Coloured light makes one channel too strong everywhere. Each channel is multiplied by one number, chosen so that what ought to be gray or white becomes so.',
    formula: {
      by: 'method',
      of: {
        'gray-world': String.raw`C' = C \cdot \frac{(\bar R + \bar G + \bar B) / 3}{\bar C}`,
        'white-patch': String.raw`C' = \frac{C}{P_{\param{percentile}{q}}(C)}`,
      },
    },
    reference:
      'G. Buchsbaum, A spatial processor model for object colour perception, 1980 (gray world); E. H. Land, The retinex, 1977 (white patch). Balanced in the numbers given: convert to linear RGB first to scale light. Clipped to 0..1.',
    code: {
      by: 'method',
      of: {
        'gray-world': 'image = np.clip(image * (image.mean() / image.mean(axis=(0, 1))), 0, 1)',
        'white-patch': 'image = np.clip(image / np.percentile(image, {percentile}, axis=(0, 1)), 0, 1)',
      },
    },
  },
})
