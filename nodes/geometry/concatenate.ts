import { defineNode } from '../../engine/graph/node.ts'
import type { Ops } from '../../engine/ops/calls.ts'
import { unsupported } from '../../engine/ops/check.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageShape, ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { covered, opacityOf } from '../alpha.ts'

interface Given {
  readonly direction: 'right' | 'below'
  readonly gap: number
  readonly align: 'start' | 'middle' | 'end'
}

const label = 'Concatenate'
const coloursOf = ({ channels, alpha }: ImageShape): number => channels - (alpha ? 1 : 0)

/** With opacity, of 1 where it had none. */
const seeThrough = async (ops: Ops, image: ImageValue): Promise<ImageValue> =>
  image.alpha ? image : covered(ops, image, await opacityOf(ops, image))

/** The size of both together, and where each lies in it. */
function placesOf(image: ImageShape, other: ImageShape, { direction, gap, align }: Given) {
  const along = direction === 'right' ? 'width' : 'height'
  const across = direction === 'right' ? 'height' : 'width'
  const room = Math.max(image[across], other[across])
  const length = image[along] + gap + other[along]
  const aside = (size: number): number => Math.floor((room - size) * { start: 0, middle: 0.5, end: 1 }[align])
  const at = (from: number, one: ImageShape) =>
    direction === 'right' ? { x: from, y: aside(one.height) } : { x: aside(one.width), y: from }
  return {
    size: direction === 'right' ? { width: length, height: room } : { width: room, height: length },
    places: [at(0, image), at(image[along] + gap, other)] as const,
  }
}

function shapeFor(image: ImageShape, other: ImageShape, given: Given): ImageShape {
  if (coloursOf(image) !== coloursOf(other) || image.space !== other.space)
    throw unsupported(
      label,
      `${image.channels} channels of ${image.space} and ${other.channels} of ${other.space}`,
      'two pictures with the same channels: convert one of them first',
    )
  const { kind, space, range } = image
  const alpha = image.alpha || other.alpha
  const channels = coloursOf(image) + (alpha ? 1 : 0)
  const { width, height } = placesOf(image, other, given).size
  for (const side of [width, height])
    if (side > 65535) throw unsupported(label, `${width} × ${height} pixels together`, 'up to 65535 on each side')
  return { kind, height, width, channels, space, alpha, ...(range && { range }) }
}

async function joined(ops: Ops, first: ImageValue, second: ImageValue, given: Given & { fill: number }) {
  const shape = shapeFor(first, second, given)
  const [image, other] = shape.alpha
    ? await Promise.all([first, second].map((one) => seeThrough(ops, one)))
    : [first, second]
  if (!image || !other) throw new Error('two pictures')
  const { size, places } = placesOf(image, other, given)
  const matrix = [1, 0, -places[0].x, 0, 1, -places[0].y, 0, 0, 1] as const
  const base = await ops.warp(image, { matrix, ...size, method: 'nearest', border: 'constant', value: given.fill })
  const made = await ops.paste(base, other, places[1])
  const { range: _, ...rest } = made
  return { ...rest, ...(shape.range && { range: shape.range }) }
}

/** Two pictures beside or below each other. Images (H, W, C) and (h, w, C) in; (H, W + gap + w, C), or below, out. */
export const concatenate = defineNode({
  type: 'geometry/concatenate',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Concatenate',
  alias: 'cv2.hconcat, cv2.vconcat',
  keywords: ['hstack', 'vstack', 'side by side', 'join', 'combine', 'compare', 'beside', 'append', 'montage', 'stack'],
  summary: 'Puts two pictures beside or below each other.',
  inputs: {
    image: socket.image(),
    other: socket.image({ help: 'The picture to the right, or below; of any size.' }),
  },
  params: {
    direction: param.choice({
      default: 'right',
      of: ['right', 'below'],
      names: { right: 'To the right', below: 'Below' },
      label: 'The second one',
      help: 'Where it goes.',
    }),
    align: param.choice({
      default: 'start',
      of: ['start', 'middle', 'end'],
      names: { start: 'Top or left', middle: 'Middle', end: 'Bottom or right' },
      label: 'Aligned at',
      help: 'Where the smaller one lies if the sizes differ.',
    }),
    gap: param.integer({
      default: 0,
      min: 0,
      max: 1024,
      soft: [0, 64],
      unit: 'px',
      label: 'Gap',
      help: 'Pixels between the two.',
    }),
    fill: param.number({
      default: 0,
      min: 0,
      max: 1,
      label: 'Shade',
      help: 'What stands in the gap and beside the smaller one, in every channel, opacity too.',
    }),
  },
  outputs: { image: socket.image() },
  shape: ({ image, other, ...given }) => (image && other ? { image: shapeFor(image, other, given) } : {}),
  run: async ({ image, other, ...given }, { ops }) => ({ image: await joined(ops, image, other, given) }),
  explain: {
    idea: 'Both pictures are copied into a larger one, without changing a number. So they can be compared side by side, or saved as one.',
    formula: String.raw`I' = \bigl[\; I \;\big|\; J \;\bigr]`,
    reference: 'OpenCV hconcat and vconcat, which want the same height or width; here the smaller one gets room.',
    code: {
      by: 'direction',
      of: {
        right:
          'cv2.hconcat([image, np.full((image.shape[0], {gap}, 3), {fill}, np.float32), other]) if {gap} else cv2.hconcat([image, other])',
        below:
          'cv2.vconcat([image, np.full(({gap}, image.shape[1], 3), {fill}, np.float32), other]) if {gap} else cv2.vconcat([image, other])',
      },
    },
  },
})
