import { defineNode } from '../../engine/graph/node.ts'
import { unsupported } from '../../engine/ops/check.ts'
import { pointwiseShape } from '../../engine/ops/pointwise/op.ts'
import type { ImageShape } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { covered, coverOf, opaque, seenColours } from '../alpha.ts'
import { stepsIn, stepTable } from '../equalise.ts'

/** For each of 256 numbers the one with as large a share of smaller ones in the other picture. @see skimage match_histograms */
function matched(counts: readonly number[], wanted: readonly number[]): readonly number[] {
  const shares = (of: readonly number[]): readonly number[] => {
    const total = of.reduce((a, b) => a + b, 0)
    let sum = 0
    return of.map((count) => {
      sum += count
      return total === 0 ? 0 : sum / total
    })
  }
  const there = shares(wanted)
  const known = [...wanted.keys()].filter((i) => (wanted[i] ?? 0) > 0)
  let at = 0
  return shares(counts).map((share) => {
    while (at < known.length && (there[known[at] ?? 0] ?? 0) < share) at++
    const [low, high] = [known[at - 1] ?? known[0] ?? 0, known[at] ?? known.at(-1) ?? 0]
    const [a, b] = [there[low] ?? 0, there[high] ?? 0]
    return (b > a ? low + ((high - low) * (share - a)) / (b - a) : high) / 255
  })
}

const coloursOf = ({ channels, alpha }: ImageShape): number => channels - (alpha ? 1 : 0)

function shapeFor(image: ImageShape, other: ImageShape): ImageShape {
  if (coloursOf(image) !== coloursOf(other) || image.space !== other.space)
    throw unsupported(
      'Matching',
      `a reference of ${other.space} for ${image.space}`,
      'two pictures of one colour space',
    )
  return pointwiseShape([image], { range: [0, 1] })
}

/** Gives a picture the tones of another. Images (H, W, C) and (h, w, C) of 0..1 in; (H, W, C) out. In 256 steps. */
export const matchHistogram = defineNode({
  type: 'colour/match-histogram',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Match histogram',
  alias: 'skimage.exposure.match_histograms',
  keywords: ['transfer', 'reference', 'look', 'colour transfer', 'specification', 'tone', 'harmonise'],
  summary: 'Gives the picture the tones of another one, channel by channel.',
  inputs: {
    image: socket.image({ spaces: ['gray', 'rgb', 'bgr'] }),
    reference: socket.image({
      spaces: ['gray', 'rgb', 'bgr'],
      help: 'The picture whose tones are wanted; of any size.',
    }),
  },
  params: {},
  outputs: { image: socket.image() },
  shape: ({ image, reference }) => (image && reference ? { image: shapeFor(image, reference) } : {}),
  run: async ({ image, reference }, { ops }) => {
    shapeFor(image, reference)
    const [counts, wanted] = await Promise.all(
      [image, reference].map(async (one) => stepsIn(ops, await seenColours(ops, one))),
    )
    const tables = (counts ?? []).map((one, c) => matched(one, wanted?.[c] ?? []))
    const made = await ops.lookup(await opaque(ops, image), stepTable(tables))
    return { image: image.alpha ? await covered(ops, made, await coverOf(ops, image)) : made }
  },
  explain: {
    idea: 'A tone that a tenth of the pixels are darker than becomes the tone that a tenth of the other picture is darker than. So both have the same histogram in the end.',
    formula: String.raw`y = F_r^{-1}\bigl(F(x)\bigr), \qquad F(x) = \frac{1}{N} \#\{p : I(p) \le x\}`,
    reference:
      'skimage.exposure.match_histograms, exactly for pictures of 8 bits; others are rounded to 256 steps first.',
    code: 'skimage.exposure.match_histograms(image, reference, channel_axis=-1)',
  },
})
