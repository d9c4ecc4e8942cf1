/**
 * What a TensorFlow.js model's JSON says of itself: a graph model (converted from TensorFlow) or a layers model (Keras). The
 * fields are those that tfjs-converter and tfjs-layers 4.22 read.
 */
import { z } from 'zod'

const size = z.union([z.string(), z.number()])
const tensorShape = z.object({
  unknownRank: z.boolean().optional(),
  dim: z.array(z.object({ size: size.optional() })).optional(),
})
const info = z.object({
  name: z.string().optional(),
  dtype: z.string().optional(),
  tensorShape: tensorShape.optional(),
})
const signature = z.object({
  inputs: z.record(z.string(), info).optional(),
  outputs: z.record(z.string(), info).optional(),
})
const node = z.object({
  name: z.string(),
  op: z.string(),
  input: z.array(z.string()).optional(),
  attr: z.record(z.string(), z.object({ type: size.optional(), shape: tensorShape.optional() }).loose()).optional(),
})
/** Of one use of a layer: the layers before it, [[name, node, tensor, options], ...]; of later versions of Keras, something else. */
const inbound = z
  .array(
    z.array(
      z
        .tuple([z.string()])
        .rest(z.unknown())
        .transform(([name]) => name),
    ),
  )
  .optional()
  .catch(undefined)
const layer = z.object({
  class_name: z.string(),
  name: z.string().optional(),
  inbound_nodes: inbound,
  config: z
    .object({
      name: z.string().optional(),
      dtype: z.string().nullish(),
      batch_input_shape: z.array(z.number().nullable()).optional(),
    })
    .loose(),
})
/** [layer, node, tensor], or several of them. */
const place = z.tuple([z.string(), z.number(), z.number()])
const places = z.union([z.array(place), place.transform((one) => [one])])
const keras = z.object({
  class_name: z.string(),
  config: z.union([
    z.array(layer).transform((layers) => ({ layers, input_layers: undefined, output_layers: undefined })),
    z.object({ layers: z.array(layer), input_layers: places.optional(), output_layers: places.optional() }),
  ]),
})
const weight = z
  .object({
    name: z.string(),
    dtype: z.string(),
    shape: z.array(z.number().int().nonnegative()),
    quantization: z.object({ dtype: z.string() }).loose().optional(),
  })
  .loose()

const fileSchema = z.object({
  format: z.string().optional(),
  generatedBy: z.string().nullish(),
  convertedBy: z.string().nullish(),
  modelTopology: z.union([
    z.object({ node: z.array(node) }).transform((topology) => ({ nodes: topology.node, layers: undefined })),
    z.object({ model_config: keras }).transform((topology) => ({ nodes: undefined, layers: topology.model_config })),
    keras.transform((layers) => ({ nodes: undefined, layers })),
  ]),
  signature: signature.optional(),
  userDefinedMetadata: z.object({ signature: signature.optional() }).loose().optional(),
  weightsManifest: z.array(z.object({ paths: z.array(z.string()), weights: z.array(weight) })),
})

export interface TensorFlowPort {
  readonly name: string
  readonly dtype: string
  readonly shape?: readonly (number | null)[]
}

export interface TensorFlowWeight {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  /** Where it is in all shards, one after the other, in bytes. Undefined where a weight before it has no known length. */
  readonly from: number | undefined
}

export interface TensorFlowFile {
  readonly kind: 'graph' | 'layers'
  readonly inputs: readonly TensorFlowPort[]
  readonly outputs: readonly TensorFlowPort[]
  readonly producer: string | undefined
  readonly operators: number
  /** In the order of the shards. */
  readonly weights: readonly TensorFlowWeight[]
  readonly shards: readonly string[]
  /** Bytes that all weights take in the shards; undefined where that depends on them. */
  readonly weightBytes: number | undefined
  readonly topology: Topology
}

export type TopologyNode = z.infer<typeof node>
export type Keras = z.infer<typeof keras>['config']
type Topology =
  | { readonly nodes: readonly TopologyNode[]; readonly layers: undefined }
  | { readonly nodes: undefined; readonly layers: Keras }

/** TensorFlow's DataType, by name and by number. */
const dtypes: Readonly<Record<string, string>> = {
  ...{
    DT_FLOAT: 'float32',
    DT_INT32: 'int32',
    DT_INT64: 'int32',
    DT_UINT8: 'int32',
    DT_BOOL: 'bool',
    DT_STRING: 'string',
  },
  ...{ '1': 'float32', '3': 'int32', '9': 'int32', '4': 'int32', '10': 'bool', '7': 'string' },
}
const dtypeOf = (type: string | number | undefined): string => dtypes[String(type)] ?? 'unknown'

function shapeOf(shape: z.infer<typeof tensorShape> | undefined): { shape: readonly (number | null)[] } | undefined {
  if (!shape || shape.unknownRank) return undefined
  const lengths = (shape.dim ?? []).map(({ size = -1 }) => Number(size))
  return { shape: lengths.map((length) => (length >= 0 ? length : null)) }
}

/** "serving_default_x:0" → "serving_default_x": the first tensor of a node is known by the node. */
export const plain = (name: string): string => name.replace(/:0$/, '')
export const nodeOf = (input: string): string => input.replace(/^\^|:\d+$/g, '')

export const isConstant = ({ op }: TopologyNode): boolean => op === 'Const'
export const layerName = ({ name, config }: z.infer<typeof layer>): string => name ?? config.name ?? ''

type File = z.infer<typeof fileSchema>
type Signed = Readonly<Record<string, z.infer<typeof info>>>

function readGraph(nodes: readonly z.infer<typeof node>[], file: File) {
  const signed = file.signature ?? file.userDefinedMetadata?.signature
  const byName = new Map(nodes.map((one) => [one.name, one]))
  const portsOf = (infos: Signed): TensorFlowPort[] =>
    Object.entries(infos).map(([key, { name = key, dtype, tensorShape: shape }]) => {
      return {
        name: plain(name),
        dtype: dtypeOf(dtype),
        ...shapeOf(shape ?? byName.get(nodeOf(name))?.attr?.shape?.shape),
      }
    })
  const used = new Set(nodes.flatMap(({ input = [] }) => input.map(nodeOf)))
  const placeholders = nodes.filter(({ op }) => op.startsWith('Placeholder'))
  const ends = nodes.filter(({ name, op }) => !used.has(name) && op !== 'Const' && op !== 'NoOp')
  const has = (infos: Signed | undefined): infos is Signed => infos !== undefined && Object.keys(infos).length > 0
  return {
    kind: 'graph' as const,
    inputs: has(signed?.inputs)
      ? portsOf(signed.inputs)
      : placeholders.map(({ name, attr }) => ({
          name,
          dtype: dtypeOf(attr?.dtype?.type),
          ...shapeOf(attr?.shape?.shape),
        })),
    outputs: has(signed?.outputs) ? portsOf(signed.outputs) : ends.map(({ name }) => ({ name, dtype: 'unknown' })),
    operators: nodes.filter(({ op }) => op !== 'Const' && !op.startsWith('Placeholder')).length,
  }
}

function readLayers({ config: { layers, input_layers, output_layers } }: z.infer<typeof keras>) {
  const byName = new Map(layers.map((one) => [layerName(one), one]))
  const port = (name: string): TensorFlowPort => {
    const { config } = byName.get(name) ?? {}
    const shape = config?.batch_input_shape
    return { name, dtype: config?.dtype ?? 'float32', ...(shape && { shape }) }
  }
  const first = layers.find(({ config }) => config.batch_input_shape)
  // A sequential model may leave its input layer out: then tfjs-layers names it after the first one.
  const inputs = input_layers
    ? input_layers.map(([name]) => port(name))
    : first
      ? [
          {
            ...port(layerName(first)),
            name: first.class_name === 'InputLayer' ? layerName(first) : `${layerName(first)}_input`,
          },
        ]
      : []
  const last = layers.at(-1)
  const names = output_layers ? output_layers.map(([name]) => name) : last ? [layerName(last)] : []
  return {
    kind: 'layers' as const,
    inputs,
    outputs: names.map((name) => ({ name, dtype: 'float32' })),
    operators: layers.filter(({ class_name }) => class_name !== 'InputLayer').length,
  }
}

const bytesEach: Readonly<Record<string, number>> = {
  ...{ float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2, complex64: 8 },
}

/** Bytes that a weight takes in the shards; undefined where that depends on what it holds. */
function weightBytes({ dtype, shape, quantization }: z.infer<typeof weight>): number | undefined {
  const each = bytesEach[quantization?.dtype ?? dtype]
  return each === undefined ? undefined : shape.reduce((a, b) => a * b, each)
}

function readWeights({ weightsManifest }: File) {
  let at: number | undefined = 0
  const weights = weightsManifest.flatMap(({ weights }) =>
    weights.map((one): TensorFlowWeight => {
      const from = at
      const bytes = weightBytes(one)
      at = from === undefined || bytes === undefined ? undefined : from + bytes
      return { name: one.name, dtype: one.dtype, shape: one.shape, from }
    }),
  )
  return { weights, weightBytes: at }
}

/** Undefined: it is JSON, and no model. */
export function readTensorFlow(raw: unknown): TensorFlowFile | undefined {
  const parsed = fileSchema.safeParse(raw)
  if (!parsed.success) return undefined
  const file = parsed.data
  const { modelTopology: topology } = file
  const read = topology.nodes ? readGraph(topology.nodes, file) : readLayers(topology.layers)
  return {
    ...read,
    producer: [file.generatedBy, file.convertedBy].filter(Boolean).join(', ') || undefined,
    shards: file.weightsManifest.flatMap(({ paths }) => paths),
    ...readWeights(file),
    topology: topology.nodes
      ? { nodes: topology.nodes, layers: undefined }
      : { nodes: undefined, layers: topology.layers.config },
  }
}
