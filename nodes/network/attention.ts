import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type {
  ImageShape,
  ImageValue,
  Numbers,
  Shape,
  TensorShape,
  TensorValue,
  Value,
} from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import {
  isOneRow,
  type Looking,
  lookingAt,
  lookingOf,
  mapOfHead,
  meanOf,
  type Query,
  rollout,
  sharesOf,
} from '../attention.ts'
import { gridNumbers, layoutOf } from '../map-grid.ts'
import { intoInput, overPicture, pictureOf, preparationParams, prepared } from '../prepare-picture.ts'
import { runNetwork, seedParam } from '../run-network.ts'

/** The shares of all layers of ViT-H are half of it. */
const mostShares = 2 ** 26
const map = socket.image({ channels: [1], spaces: ['data'], range: null })

const nothing = new Float32Array()

/** The place that a pixel of the picture is in; the nearest where the network does not see it. */
function placeAt(
  { queries: { height, width } }: Looking,
  pixel: { readonly x: number; readonly y: number },
  axes: ReturnType<typeof intoInput>,
  input: ReturnType<typeof pictureOf>,
): Query {
  const along = (at: number, { scale, shift }: { scale: number; shift: number }, side: number, places: number) => {
    const place = Math.floor(((scale * at + shift + 0.5) * places) / side)
    return Math.min(Math.max(place, 0), places - 1)
  }
  return { x: along(pixel.x, axes.x, input.width, width), y: along(pixel.y, axes.y, input.height, height) }
}

/**
 * Where a transformer looks: attention by layer and head, and attention rollout. Network of pictures and image (H, W, C) in; of the
 * chosen layer and head the share that each place gets (H, W, 1), the same followed through all layers (H, W, 1), all layers and
 * heads as a grid, and the shares of the layer (1, heads, queries, keys) out. Throws `network.no-attention`.
 */
export const networkAttention = defineNode({
  type: 'network/attention',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Attention maps',
  alias: 'torch.nn.MultiheadAttention(need_weights=True)',
  keywords: [
    ...['transformer', 'ViT', 'DeiT', 'Swin', 'SegFormer', 'rollout', 'heads', 'tokens', 'explain', 'DINO', 'where'],
    ...['self-attention', 'interpretability'],
  ],
  summary: 'Shows where a transformer looks, by layer and head and through all layers.',
  inputs: {
    network: socket.network(),
    image: socket.image({ help: 'Brought to the size of the network’s input.' }),
  },
  params: {
    layer: param.text({
      default: '',
      label: 'Layer',
      help: 'The name of an attention layer as the summary has it. Empty: the last one.',
    }),
    head: param.integer({
      default: 0,
      min: 0,
      max: 64,
      label: 'Head',
      help: 'From 1; 0 is the mean of all heads.',
    }),
    from: param.choice({
      default: 'class',
      of: ['class', 'place'],
      names: { class: 'The class token', place: 'A place on the picture' },
      label: 'Who looks',
      help: 'A network without a class token looks from a place.',
    }),
    x: param.number({
      default: 0,
      min: 0,
      max: 65535,
      unit: 'px',
      label: 'x',
      help: 'Of the place that looks.',
      when: { param: 'from', is: ['place'] },
    }),
    y: param.number({
      default: 0,
      min: 0,
      max: 65535,
      unit: 'px',
      label: 'y',
      help: 'Of the place that looks.',
      when: { param: 'from', is: ['place'] },
    }),
    ...preparationParams,
    seed: seedParam,
  },
  handles: [{ kind: 'point', over: 'image', params: { x: 'x', y: 'y' } }],
  outputs: {
    map: { ...map, help: 'The share of the chosen layer and head that each place gets.' },
    rollout: { ...map, help: 'Through all layers: what the last has of each place of the picture.' },
    grid: {
      ...map,
      help: 'A row for each layer, a column for each head, each from its smallest number to its largest.',
    },
    shares: socket.tensor({ help: 'Of the chosen layer: windows or 1, heads, who looks, at whom.' }),
  },
  preview: 'map',
  shape: ({ network, image, layer }): Record<string, Shape> => {
    if (network) {
      pictureOf(network)
      lookingAt(network, layer.trim())
    }
    const map = image && dataShape(image.height, image.width)
    if (!network) return map ? { map } : {}
    const all = lookingOf(network)
    const rest = { grid: gridShape(all), shares: sharesShape(lookingAt(network, layer.trim())) }
    if (!map) return rest
    return isOneRow(all) ? { map, rollout: map, ...rest } : { map, ...rest }
  },
  run: async ({ network, image, layer, head, from, x, y, seed, ...how }, context): Promise<Record<string, Value>> => {
    const { ops, wants, note } = context
    const all = lookingOf(network)
    const chosen = lookingAt(network, layer.trim())
    if (head > chosen.heads)
      throw new SightlineError('param.invalid', {
        ...{ param: 'head', given: head, wanted: `a head of "${chosen.name}": 1 to ${chosen.heads}, or 0` },
      })
    const input = pictureOf(network)
    const axes = intoInput(image, input, how.fit)
    const queryOf = (one: Looking): Query =>
      from === 'class' && one.queries.before > 0 ? { token: 0 } : placeAt(one, { x, y }, axes, input)
    if (from === 'class' && chosen.queries.before === 0)
      note('This network has no class token, so it looks from a place.')
    const whole = isOneRow(all)
    const every = (whole && wants('rollout')) || wants('grid')
    if (every && sharesOf(all, network) > mostShares)
      throw new SightlineError('network.attention-large', {
        given: Math.round(sharesOf(all, network) / 1e6),
        limit: Math.round(mostShares / 1e6),
      })
    const looked = every ? all : [chosen]
    const picture = await prepared(ops, image, network, how)
    const { shares } = await runNetwork(
      network,
      { input: picture },
      { seed, shares: looked.map(({ at }) => at) },
      context,
    )
    const numbers = new Map<Looking, Numbers>()
    for (const [i, one] of looked.entries()) numbers.set(one, await ops.read(shares[i] as TensorValue, {}))
    const heads = (one: Looking): readonly Float32Array[] =>
      Array.from({ length: one.heads }, (_, i) => mapOfHead(numbers.get(one) ?? nothing, one, i, queryOf(one)))
    const over = async (map: Float32Array, { keys: { height, width } }: Looking): Promise<ImageValue> => {
      const small = (await ops.fromNumbers({ shape: dataShape(height, width), numbers: map })) as ImageValue
      return overPicture(ops, small, image, network, how.fit)
    }
    const own = looked.find(({ at }) => at === chosen.at) ?? chosen
    const maps = heads(own)
    const made: Record<string, Value> = {
      map: await over(head === 0 ? meanOf(maps) : (maps[head - 1] ?? nothing), chosen),
      shares: (await ops.fromNumbers({
        shape: sharesShape(chosen),
        numbers: numbers.get(own) ?? nothing,
      })) as TensorValue,
    }
    if (whole && wants('rollout')) {
      const rows = all.map((one) => numbers.get(one) ?? nothing)
      made.rollout = await over(rollout(all, rows, queryOf(chosen)), chosen)
    } else if (!whole) note('Layers of this network look at other places than they look from, so there is no rollout.')
    if (wants('grid')) made.grid = await gridOfHeads(all, heads, ops)
    return made
  },
  explain: {
    idea: 'Each token of a transformer asks all others, and mixes what they answer: the shares say how much of whom. Every head asks in another way. Rollout follows the shares through all layers, back to the picture.',
    formula: String.raw`A = \mathrm{softmax}\!\left(\tfrac{Q K^\top}{\sqrt d}\right), \qquad R = \prod_l \tfrac12 \left(I + \tfrac1H \sum_h A_{l h}\right)`,
    reference:
      'An Image is Worth 16x16 Words (Dosovitskiy et al. 2021), appendix D.8; Quantifying Attention Flow in Transformers (Abnar and Zuidema 2020).',
    code: 'y, shares = attention(x, x, x, average_attn_weights=False); rollout = np.linalg.multi_dot([(np.eye(len(a)) + a) / 2 for a in reversed(means)])',
  },
})

/** Pixels for each place. */
const zoom = 4

const dataShape = (height: number, width: number): ImageShape => ({
  ...{ kind: 'image', height, width, channels: 1, space: 'data', alpha: false },
})

const sharesShape = ({ heads, queries, keys, windows }: Looking): TensorShape => {
  const rows = windows ? windows.window ** 2 : queries.before + queries.height * queries.width
  const columns = windows ? rows : keys.before + keys.height * keys.width
  const count = windows ? (queries.height * queries.width) / rows : 1
  return { kind: 'tensor', shape: [count, heads, rows, columns], axes: ['N', 'H', 'Q', 'K'] }
}

/** How many heads are beside each other, and the sides of each. */
function cellsOf(all: readonly Looking[]) {
  const most = (of: (one: Looking) => number): number => Math.max(...all.map(of))
  const [height, width] = [zoom * most(({ keys }) => keys.height), zoom * most(({ keys }) => keys.width)]
  return { across: most(({ heads }) => heads), height, width }
}

function gridShape(all: readonly Looking[]): ImageShape {
  const { across, height, width } = cellsOf(all)
  const { size } = layoutOf({ count: all.length * across, height, width }, across)
  return dataShape(...size)
}

async function gridOfHeads(
  all: readonly Looking[],
  heads: (one: Looking) => readonly Float32Array[],
  ops: Parameters<typeof overPicture>[0],
): Promise<ImageValue> {
  const { across, height, width } = cellsOf(all)
  const cells = new Float32Array(all.length * across * height * width)
  for (const [row, one] of all.entries())
    for (const [column, map] of heads(one).entries()) {
      const at = (row * across + column) * height * width
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const [v, u] = [Math.floor((y * one.keys.height) / height), Math.floor((x * one.keys.width) / width)]
          cells[at + y * width + x] = map[v * one.keys.width + u] ?? 0
        }
    }
  const { numbers } = gridNumbers(cells, [1, all.length * across, height, width], across)
  return (await ops.fromNumbers({ shape: gridShape(all), numbers })) as ImageValue
}
