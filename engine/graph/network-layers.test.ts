/** Networks of layers as graphs: scopes, shapes and parameters. */
import { expect, test } from 'vitest'
import { NetBuilder, totalsOf } from '../values/layers/graph.ts'
import { foldNetwork } from './network-folds.ts'
import { networkOfLayers } from './network-layers.ts'

test('dots are scopes, numbers keep what is around them, and running means are no parameters', () => {
  const net = new NetBuilder([3, 8, 8])
  let x = net.add('layer1.0.conv1', 'conv', [0], { out: 4, kernel: 3, padding: 1 })
  x = net.add('layer1.0.relu', 'relu', [net.add('layer1.0.bn1', 'batchNorm', [x])])
  const y = net.add('layer1.1.conv1', 'conv', [x], { out: 4, kernel: 3, padding: 1 })
  x = net.add('layer1.1.add', 'add', [y, x])
  net.add('fc', 'linear', [net.add('flatten', 'flatten', [x])], { out: 5 })
  const network = networkOfLayers({ layers: net.layers })
  expect(network.inputs).toEqual(['input'])
  expect(network.outputs).toEqual(['fc'])
  expect(network.tensors['layer1.0.conv1']?.shape).toEqual(['N', 4, 8, 8])
  const { items, whole } = foldNetwork(network)
  expect(whole.parameters).toBe(totalsOf(net.layers).parameters)
  expect(whole.operators).toBe(7)
  const block = items.get('/layer1/layer1.0')
  expect(block).toMatchObject({ kind: 'fold', title: 'layer1.0', operators: 3, parameters: 3 * 4 * 9 + 4 + 8 })
})
