import { defineNode } from '../../engine/graph/node.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { NetworkShape } from '../../engine/values/index.ts'
import { totalsOf } from '../../engine/values/layers/graph.ts'
import { describeDims } from '../../engine/values/layers/layer.ts'
import { socket } from '../../engine/values/sockets.ts'
import { grown, nameParam, withLayer } from '../layers.ts'

/** Names as in torchvision's PatchMerging. Throws `network.*`. */
function merged<N extends NetworkShape>(network: N, name: string): N {
  const { output } = totalsOf(network.layers)
  const [height = 1, width = 1, features = 1] = output
  const count = network.layers.filter(({ name: other }) => other.endsWith('.reduction')).length
  const own = name.trim() || `merge${count + 1}`
  if (output.length !== 3 || height % 2 === 1 || width % 2 === 1)
    throw new SightlineError('network.shapes', {
      ...{ layer: own, title: 'PatchMerging', given: describeDims(output) },
      wanted: 'height × width × features of even sides',
    })
  const shape = [height / 2, 2, width / 2, 2, features]
  let made = withLayer(network, { type: 'reshape', set: { shape } }, `${own}.apart`)
  // Down each column first, as the weights have it.
  made = withLayer(made, { type: 'permute', set: { order: [0, 2, 3, 1, 4] } }, `${own}.turned`)
  const together = [height / 2, width / 2, 4 * features]
  made = withLayer(made, { type: 'reshape', set: { shape: together } }, `${own}.together`)
  made = withLayer(made, { type: 'layerNorm' }, `${own}.norm`)
  return withLayer(made, { type: 'linear', set: { out: 2 * features, bias: false } }, `${own}.reduction`)
}

/** Merges patches. Network whose result is height × width × features in, of even sides; half the sides and twice the features out. */
export const layerMergePatches = defineNode({
  type: 'network/layer-merge-patches',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Patch merging',
  alias: 'torchvision.models.swin_transformer.PatchMerging',
  keywords: ['Swin', 'downsample', 'transformer', 'hierarchy', 'tokens', 'build'],
  summary: 'Makes one token of twice the features of each four neighbours.',
  inputs: { network: socket.network({ help: 'Its result is height × width × features, of even sides.' }) },
  params: { name: nameParam },
  outputs: { network: socket.network() },
  shape: ({ network, name }) => (network ? { network: merged(network, name) } : {}),
  run: ({ network, name }, context) => grown(network, merged(network, name), context),
  explain: {
    idea: 'What pooling is to a convolutional network: four neighbours are put one behind the other and mixed, so that the next layers see a coarser and richer picture.',
    formula: String.raw`y = W\,\mathrm{LN}([x_{00};\ x_{10};\ x_{01};\ x_{11}])`,
    reference: 'Liu et al. 2021, Swin Transformer; torchvision PatchMerging.',
    code: 'torchvision.models.swin_transformer.PatchMerging(features)',
  },
})
