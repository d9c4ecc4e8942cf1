/** Networks built from layers: a graph as plain JSON, and the numbers of its weights where they were loaded. */
import { z } from 'zod'
import { jsonText } from '../types/json.ts'
import type { AnyShape, Kind, MakeTensor, Parts } from './kind.ts'
import { factsOfAll, totalsOf } from './layers/graph.ts'
import { layerType } from './layers/index.ts'
import { type Layer, sizeOf } from './layers/layer.ts'
import type { TensorValue } from './tensor.ts'

export interface NetworkShape extends AnyShape {
  readonly kind: 'network'
  /** Of an architecture: "resnet50". */
  readonly name?: string
  /** In the order in which they compute; the last gives the output. */
  readonly layers: readonly Layer[]
}

export interface NetworkValue extends NetworkShape {
  readonly note?: string
  /** All weights one after the other, as `weightsOfAll` places them. Absent: random ones by the seed when it runs. */
  readonly weights?: TensorValue
  /** What arrives at its input, (1, channels, height, width): then each layer shows what it makes of it. */
  readonly picture?: TensorValue
  /** What the last layer makes of the picture, (1, ...), */
  readonly maps?: TensorValue
  /** and the same as a picture, (height, width) from 0 to 1: feature maps side by side. */
  readonly grid?: TensorValue
  /** What the weights are: the same text means the same numbers. */
  readonly source?: string
}

const setting = z.union([z.number(), z.string(), z.boolean(), z.array(z.number())])

/** "25,557,032" */
const grouped = (count: number): string => Math.round(count).toLocaleString('en-US')

/** "25.6 M" */
function short(count: number): string {
  for (const [size, unit] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const)
    if (count >= size) return `${(count / size).toPrecision(3)} ${unit}`
  return String(count)
}

export interface LayerRow {
  readonly name: string
  /** "Conv2d 64, 7 × 7, stride 2" */
  readonly layer: string
  readonly output: string
  readonly parameters: number
  readonly multiplyAdds: number
}

/** A row for each layer. */
export function rowsOf(layers: readonly Layer[]): readonly LayerRow[] {
  const facts = factsOfAll(layers)
  return layers.map(({ name, type, set }, i) => {
    const kind = layerType(type)
    const { output = [], parameters = 0, multiplyAdds = 0 } = facts[i] ?? {}
    const words = kind.words?.(set)
    const layer = words ? `${kind.title} ${words}` : kind.title
    return { name, layer, output: output.join(' × '), parameters, multiplyAdds }
  })
}

/** How many layers compute something: the input is none. */
const layerCount = (layers: readonly Layer[]): number => layers.filter(({ type }) => type !== 'input').length

const told = ({ name, layers }: NetworkShape) => {
  const { output, parameters, multiplyAdds } = totalsOf(layers)
  return { ...(name !== undefined && { name }), layers: layerCount(layers), parameters, multiplyAdds, output }
}

const small: readonly Layer[] = [
  { name: 'input', type: 'input', from: [], set: { shape: [1, 8, 8] } },
  { name: 'conv1', type: 'conv', from: [0], set: { out: 2, kernel: 3 } },
  { name: 'relu1', type: 'relu', from: [1], set: {} },
]

/** A transformer of one layer. */
const looking: readonly Layer[] = [
  { name: 'input', type: 'input', from: [], set: { shape: [1, 8, 8] } },
  { name: 'patches', type: 'conv', from: [0], set: { out: 4, kernel: 4, stride: 4 } },
  { name: 'flat', type: 'reshape', from: [1], set: { shape: [4, 4] } },
  { name: 'tokens', type: 'permute', from: [2], set: { order: [1, 0] } },
  { name: 'class_token', type: 'token', from: [3], set: { shape: [1, 1, 4] } },
  { name: 'attention', type: 'attention', from: [4], set: { heads: 2 } },
]

const noise = (tensor: MakeTensor, shape: readonly number[]): Promise<TensorValue> =>
  tensor(
    { kind: 'tensor', shape, axes: [...'NCHW'].slice(-shape.length) },
    Array.from({ length: sizeOf(shape) }, (_, i) => (i % 7) / 8),
  )

export const network: Kind<NetworkValue, NetworkShape> = {
  kind: 'network',
  words: { title: 'Network', one: 'a network' },
  look: { light: '#5b4fc4', dark: '#b3a9ff', radius: '30% 30% 50% 50%' },
  head: z.object({
    kind: z.literal('network'),
    name: z.string().optional(),
    layers: z.array(
      z.object({
        name: z.string(),
        type: z.string(),
        from: z.array(z.number().int().nonnegative()),
        set: z.record(z.string(), setting),
      }),
    ),
    source: z.string().optional(),
  }),
  parts: ({ weights, picture, maps, grid }): Parts => ({
    ...(weights && { weights }),
    ...(picture && { picture }),
    ...(maps && { maps }),
    ...(grid && { grid }),
  }),
  raster: ({ grid }) => grid,
  shape: ({ name, layers }) => ({ kind: 'network', ...(name !== undefined && { name }), layers }),
  describe: ({ name, layers }) => {
    const { output, parameters } = totalsOf(layers)
    return `${name === undefined ? '' : `${name}: `}${output.join(' × ')}, ${short(parameters)} parameters`
  },
  face(value) {
    const { output, parameters, multiplyAdds } = totalsOf(value.layers)
    const rows = [
      ['Layers', grouped(layerCount(value.layers))],
      ['Parameters', grouped(parameters)],
      ['Multiply-adds', grouped(multiplyAdds)],
      ['Output', output.join(' × ')],
      ['Weights', value.weights ? 'loaded' : 'random'],
    ]
    return { json: { kind: 'table', columns: ['', value.name ?? 'Network'], rows } as { kind: string } }
  },
  files: ({ name, layers }) => [
    { ext: 'json', text: `${jsonText({ ...(name !== undefined && { name }), layers, rows: rowsOf(layers) })}\n` },
  ],
  report: told,
  bytes: ({ layers }) => layers.length * 200,
  sample: async (tensor) => [
    { kind: 'network', layers: small },
    {
      ...{ kind: 'network', name: 'small', layers: small, source: 'sample' },
      weights: await tensor(
        { kind: 'tensor', shape: [20], axes: ['N'] },
        Array.from({ length: 20 }, (_, i) => (i - 8) / 16),
      ),
    },
    {
      kind: 'network',
      layers: [{ name: 'input', type: 'input', from: [], set: { shape: [5, 8] } }],
    },
    {
      ...{ kind: 'network', layers: small.slice(0, 1) },
      ...{ picture: await noise(tensor, [1, 1, 8, 8]), maps: await noise(tensor, [1, 1, 8, 8]) },
      grid: await noise(tensor, [8, 8]),
    },
    { kind: 'network', layers: looking },
  ],
}
