import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ImageValue, NetworkShape, NetworkValue, Shape, TensorValue, Value } from '../../engine/values/index.ts'
import { type Field, fieldsOfAll, pixelsOf, sizeOfSeen } from '../../engine/values/layers/field.ts'
import { factsOfAll } from '../../engine/values/layers/graph.ts'
import { type Places, placesOfAll } from '../../engine/values/layers/places.ts'
import { socket } from '../../engine/values/sockets.ts'
import { boxesFrom } from '../boxes.ts'
import { influences } from '../influence.ts'
import { intoInput, overPicture, pictureOf, preparationParams, prepared } from '../prepare-picture.ts'
import { placeOfLayer, seedParam } from '../run-network.ts'

interface Chosen {
  readonly at: number
  readonly name: string
  readonly places: Places
  readonly field: NonNullable<Field>
}

/** The layer that is named; without a name the last one whose places do not see everything, or the last with places. */
function chosenOf({ layers }: NetworkShape, named: string): Chosen {
  const [all, fields] = [placesOfAll(layers), fieldsOfAll(layers)]
  const sees = (at: number): boolean => fields[at] !== undefined && fields[at] !== 'all'
  const last = (fits: (at: number) => boolean): number =>
    all.findLastIndex((places, at) => places !== undefined && fits(at))
  const local = last((at) => sees(at))
  const at = named !== '' ? placeOfLayer(layers, named) : local > 0 ? local : last(() => true)
  const [places, field, { name = '' } = {}] = [all[at], fields[at], layers[at]]
  if (places && field) return { at, name, places, field }
  const given = (factsOfAll(layers)[at]?.output ?? []).join(' × ')
  throw new SightlineError('network.no-places', { layer: name, given })
}

/** From the first pixel to the last that a place sees, along an axis of the input. */
const seenBy = (field: NonNullable<Field>, axis: 0 | 1, place: number, side: number): readonly [number, number] =>
  field === 'all' ? [0, side - 1] : pixelsOf(field[axis], place)

/**
 * What one place of a layer sees of a picture. Network of pictures and image (H, W, C) in; a box around all that can count there,
 * and how much each pixel does count (H, W, 1), from the gradient, out. Throws `network.no-places`, `network.no-gradient`.
 */
export const receptiveField = defineNode({
  type: 'network/receptive-field',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Receptive field',
  alias: 'torch.autograd.grad(y[:, :, i, j].sum(), x)',
  keywords: [
    'effective receptive field',
    'field of view',
    'context',
    'convolution',
    'stride',
    'dilation',
    'gradient',
    'ERF',
  ],
  summary: 'Outlines what a place of a layer sees of the picture, and shows how much each pixel counts.',
  inputs: {
    network: socket.network(),
    image: socket.image({ help: 'Brought to the size of the network’s input.' }),
  },
  params: {
    layer: param.text({
      default: '',
      label: 'Layer',
      help: 'Its name as the summary has it. Empty: the last one that does not see everything.',
    }),
    x: param.number({
      default: 100,
      min: 0,
      max: 65535,
      unit: 'px',
      label: 'x',
      help: 'Where on the picture the place is.',
    }),
    y: param.number({
      default: 100,
      min: 0,
      max: 65535,
      unit: 'px',
      label: 'y',
      help: 'Where on the picture the place is.',
    }),
    ...preparationParams,
    seed: seedParam,
  },
  handles: [{ kind: 'point', over: 'image', params: { x: 'x', y: 'y' } }],
  outputs: {
    boxes: socket.boxes({
      over: 'image',
      help: 'Around every pixel that can count. Padding lies outside of the picture.',
    }),
    map: socket.image({
      channels: [1],
      spaces: ['data'],
      range: null,
      help: 'How much each pixel counts: the size of the gradient, of its colours together.',
    }),
  },
  shape: ({ network, image, layer }): Record<string, Shape> => {
    if (network) {
      pictureOf(network)
      chosenOf(network, layer.trim())
    }
    if (!image) return {}
    const { height, width } = image
    return {
      boxes: { kind: 'boxes', width, height },
      map: { kind: 'image', height, width, channels: 1, space: 'data', alpha: false },
    }
  },
  run: async ({ network, image, layer, x, y, seed, ...how }, context): Promise<Record<string, Value>> => {
    const { ops, note, wants } = context
    const input = pictureOf(network)
    const chosen = chosenOf(network, layer.trim())
    const { name, places, field } = chosen
    const into = intoInput(image, input, how.fit)
    const axis = (pixel: number, { scale, shift }: { scale: number; shift: number }, side: number, count: number) =>
      Math.min(Math.max(Math.floor(((scale * pixel + shift + 0.5) * count) / side), 0), count - 1)
    const row = axis(y, into.y, input.height, places.height)
    const column = axis(x, into.x, input.width, places.width)
    const [top, bottom] = seenBy(field, 0, row, input.height)
    const [left, right] = seenBy(field, 1, column, input.width)
    const size =
      field === 'all' ? 'the whole picture' : `${sizeOfSeen(field[0])} × ${sizeOfSeen(field[1])} pixels of its input`
    note(
      `"${name}" sees ${size} at each place; this is row ${row}, column ${column} of ${places.height} × ${places.width}.`,
    )
    // Pixels are areas: the first one begins half a pixel before its middle.
    const back = (edge: number, { scale, shift }: { scale: number; shift: number }): number =>
      (edge - shift) / scale + 0.5
    const box = [
      back(left - 0.5, into.x),
      back(top - 0.5, into.y),
      back(right + 0.5, into.x),
      back(bottom + 0.5, into.y),
    ]
    const { width, height } = image
    const boxes = await boxesFrom({ boxes: box, scores: [1], classes: [0] }, { width, height, names: [name] }, ops)
    if (!wants('map')) return { boxes }
    const picture = await prepared(ops, image, network, how)
    const numbers = await counting(network, picture, chosen, { row, column, seed }, context)
    const shape = { kind: 'image', ...input, channels: 1, space: 'data', alpha: false } as const
    const small = (await ops.fromNumbers({ shape, numbers })) as ImageValue
    return { boxes, map: await overPicture(ops, small, image, network, how.fit) }
  },
  explain: {
    idea: 'A place of a layer is made of a patch of the picture. The patch grows with every layer, and with every stride faster. Not all of it counts alike: pixels in the middle reach the place along many paths, those at the edge along few.',
    formula: String.raw`r = 1 + \sum_l (k_l - 1) \prod_{i < l} s_i, \qquad G(v, u) = \sum_c \left| \frac{\partial \sum_k A_k(y, x)}{\partial x_c(v, u)} \right|`,
    reference:
      'Computing Receptive Fields of Convolutional Neural Networks (Araujo, Norris and Sim 2019); Understanding the Effective Receptive Field (Luo et al. 2016).',
    code: 'g, = torch.autograd.grad(layers(x)[0, :, row, column].sum(), x); field = g.abs().sum(1)',
  },
})

/** How much each pixel of the input counts in the sum of all channels at a place of a layer. */
async function counting(
  { layers, ...network }: NetworkValue,
  picture: TensorValue,
  { at, places }: Chosen,
  { row, column, seed }: { readonly row: number; readonly column: number; readonly seed: number },
  context: Parameters<typeof influences>[4],
): Promise<Float32Array> {
  const part: NetworkValue = { ...network, layers: layers.slice(0, at + 1) }
  const { axes, width, channels, before } = places
  const { gradients } = await influences(
    part,
    picture,
    { seed, places: [0] },
    (output) => {
      const counts = new Float32Array(output.length)
      const step = output.length / channels
      for (let c = 0; c < channels; c++) {
        const place = before + row * width + column
        // Channels come first, or last.
        counts[axes[0] === 'C' ? c * step + place : place * channels + c] = 1
      }
      return counts
    },
    context,
  )
  const numbers = await context.ops.read(gradients[0] as TensorValue, {})
  const { width: across, height: down } = pictureOf({ layers })
  const area = across * down
  const made = new Float32Array(area)
  for (let i = 0; i < numbers.length; i++) made[i % area] = (made[i % area] ?? 0) + Math.abs(numbers[i] as number)
  return made
}
