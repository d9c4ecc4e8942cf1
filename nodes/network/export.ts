import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { totalsOf } from '../../engine/values/layers/graph.ts'
import { socket } from '../../engine/values/sockets.ts'
import { seedParam } from '../run-network.ts'
import { weightsFor } from '../weights.ts'
import { exportWork } from './export.work.ts'

const formats = ['onnx', 'safetensors'] as const
/** Protocol buffers end there, and so does the format. */
const mostOnnx = 2 ** 31

/** Throws `file.format`. */
function formatOf(path: string): (typeof formats)[number] {
  const ext = /\.[^./\\]*$/.exec(path)?.[0].toLowerCase() ?? ''
  const format = formats.find((one) => `.${one}` === ext)
  if (format) return format
  throw new SightlineError('file.format', {
    ...{ path, ext: ext || 'no extension', known: formats.join(', ') },
  })
}

/** Writes a network of layers to a file: with its layers (.onnx), or its weights alone (.safetensors). Network in. */
export const networkExport = defineNode({
  type: 'network/export',
  version: 1,
  kind: 'effect',
  draft: 'none',
  title: 'Export network',
  alias: 'torch.onnx.export',
  keywords: ['save', 'write', 'onnx', 'safetensors', 'state dict', 'torch.save', 'file', 'deploy', 'weights'],
  summary: 'Writes a network with its weights to a file when you press Run.',
  inputs: { network: socket.network({ help: 'What is written.' }) },
  params: {
    path: param.file({
      default: '',
      mode: 'save',
      accept: [...formats],
      label: 'File',
      help: 'The ending chooses the format: .onnx holds layers and weights and runs anywhere, .safetensors the weights by PyTorch’s names.',
    }),
    seed: seedParam,
  },
  outputs: {},
  run: async ({ network, path, seed }, context) => {
    const { claim, services, signal, work, note } = context
    const { layers, name } = network
    const format = formatOf(path)
    const bytes = totalsOf(layers).numbers * 4
    if (format === 'onnx' && bytes >= mostOnnx)
      throw new SightlineError('network.onnx-too-large', { path, given: Math.round(bytes / 1e6) })
    await claim([{ path, of: 'network' }])
    const weights = await weightsFor(network, seed, context)
    const made = await work(exportWork, { layers, ...(name !== undefined && { name }), weights, format })
    await services.saveBytes(path, made, signal)
    note(`Saved as ${path}`)
    return {}
  },
  explain: {
    idea: 'Other programs run the network from the file. In ONNX it is a graph of standard operators with their weights, for one batch of any length; safetensors has only the weights, for somebody who has the layers.',
    reference: 'ONNX, opset 21; safetensors. Names of weights are those of torchvision’s state_dict.',
    code: 'torch.onnx.export(model, x, {path})',
  },
})
