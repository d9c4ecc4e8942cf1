import type { ModelDescription } from '../../engine/graph/models.ts'
import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { NetworkShape, NetworkValue } from '../../engine/values/index.ts'
import { type PlacedWeight, weightsOfAll } from '../../engine/values/layers/graph.ts'
import { socket } from '../../engine/values/sockets.ts'
import { withMaps } from '../live-maps.ts'
import { modelFile } from '../model-sockets.ts'

const formats = ['auto', 'safetensors', 'pth', 'onnx'] as const
type Format = (typeof formats)[number]
const runtimes: Readonly<Record<string, string>> = { safetensors: 'safetensors', pth: 'pytorch', onnx: 'onnxruntime' }

/** Names of older files, as torchvision's are today. */
const today = (name: string): string =>
  name
    .replace(/(denselayer\d+\.(?:norm|conv))\.([12])\./, '$1$2.')
    .replace(/\.mlp\.linear_([12])\./, (_, i: string) => `.mlp.${i === '1' ? 0 : 3}.`)

interface Found {
  /** Names in the file, in the order of the network's weights. */
  readonly names: readonly string[]
  readonly notes: readonly string[]
}

/** Names that are listed in one message. */
const mostListed = 12

const some = (names: readonly string[]): string =>
  names.length > mostListed
    ? `${names.slice(0, mostListed).join(', ')} and ${names.length - mostListed} more`
    : names.join(', ')

/** What a state dict of PyTorch has besides weights. */
const isBesides = (name: string): boolean => /num_batches_tracked$|relative_position_index$/.test(name)

const isHead = (weights: readonly PlacedWeight[], at: number): boolean => {
  const layer = (i: number): string => weights[i]?.name.replace(/\.[^.]*$/, '') ?? ''
  return layer(at) === layer(weights.length - 1)
}

/** What of the file goes where. Throws `network.weights-missing`, `network.weights-shape`, `param.invalid`. */
function match(
  { layers }: NetworkShape,
  path: string,
  format: Format,
  { runtime, weights = [] }: ModelDescription,
): Found {
  if (format !== 'auto' && runtimes[format] !== runtime)
    throw new SightlineError('param.invalid', {
      param: 'format',
      given: format,
      wanted: `what "${path}" is (${runtime})`,
    })
  const given = new Map(weights.map((weight) => [today(weight.name), weight]))
  const wanted = weightsOfAll(layers)
  const missing = wanted.filter(({ name }) => !given.has(name)).map(({ name }) => name)
  const known = new Set(wanted.map(({ name }) => name))
  const others = [...given.keys()].filter((name) => !known.has(name) && !isBesides(name))
  if (missing.length > 0)
    throw new SightlineError('network.weights-missing', {
      path,
      count: missing.length,
      all: wanted.length,
      names: some(missing),
      others: others.length > 0 ? `Of what it has, this network has no place for ${some(others)}. ` : '',
    })
  const names: string[] = []
  const notes: string[] = []
  const apart = wanted.flatMap(({ name, shape }) => {
    const was = given.get(name)?.shape ?? []
    return was.join() === shape.join()
      ? []
      : [`${name} (${was.join(' × ') || 'one number'}, ${shape.join(' × ')} here)`]
  })
  for (const [i, { name, shape }] of wanted.entries()) {
    const own = given.get(name)
    if (own?.shape.join() === shape.join()) {
      names.push(own.name)
      continue
    }
    const [was, is] = [own?.shape.join(' × ') || 'one number', shape.join(' × ')]
    // Another number of classes: the last layer begins anew.
    const head = wanted.findIndex((_, at) => isHead(wanted, at))
    if (!isHead(wanted, i) || own?.shape.slice(1).join() !== shape.slice(1).join())
      throw new SightlineError('network.weights-shape', {
        ...{ name, path, given: was, wanted: is },
        others: apart.length > 1 ? `All that differ: ${some(apart)}. ` : '',
      })
    notes.push(`The last layer is random: ${name} is ${was} in the file, ${is} here.`)
    names.length = head
    break
  }
  if (others.length > 0) notes.push(`Not used: ${some(others)}.`)
  return { names, notes }
}

/** Weights from a file for a network, by PyTorch's names. Network in; the same network with the numbers of the file out. */
export const networkWeights = defineNode({
  type: 'network/weights',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Network weights',
  alias: 'torch.nn.Module.load_state_dict',
  keywords: [
    'safetensors',
    'pth',
    'pt',
    'state dict',
    'checkpoint',
    'pretrained',
    'torch.load',
    'load',
    'timm',
    'ONNX',
  ],
  summary: 'Loads trained weights into a network that was built from layers.',
  inputs: { network: socket.network() },
  params: {
    path: modelFile(
      ['safetensors', 'pth', 'pt', 'onnx'],
      'A .safetensors file, a state dict of PyTorch, or a model in the ONNX format with the same names; of a model hub hf:OWNER/REPO or hf:OWNER/REPO/FILE.',
    ),
    format: param.choice({
      default: 'auto',
      of: formats,
      names: { auto: 'As the file says', safetensors: 'safetensors', pth: 'PyTorch (.pth, .pt)', onnx: 'ONNX' },
      label: 'Format',
      help: 'Anything else than this is refused.',
    }),
  },
  outputs: { network: socket.network() },
  shape: async ({ network, path, format }, { models }) => {
    if (!network) return {}
    if (path) match(network, path, format, await models.describe(path))
    const { kind, name, layers } = network
    return { network: { kind, ...(name !== undefined && { name }), layers } }
  },
  identity: ({ path }, { models }) => models.identity(path),
  watches: ({ path }) => (path ? [path] : []),
  run: async ({ network, path, format }, context) => {
    const { models, note } = context
    const description = await models.describe(path)
    const { names, notes } = match(network, path, format, description)
    for (const one of notes) note(one)
    const { kind, name, layers } = network
    const weights = await models.weights(path, names)
    const { picture } = network
    const loaded: NetworkValue = {
      ...{ kind, ...(name !== undefined && { name }), layers, weights, source: description.sha256 },
      ...(picture && { picture }),
    }
    return { network: await withMaps(loaded, [], context) }
  },
  explain: {
    idea: 'What a network has learned is in its weights; the layers are only the form. A state dict has them by name, so that they find their layer.',
    reference: 'torch.nn.Module.load_state_dict; safetensors. Of a .pth file only tensors are read, never code.',
    code: 'model.load_state_dict(torch.load({path}))',
  },
})
