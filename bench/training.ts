/**
 * A step of a training (forward, backward, optimiser) against torch's, on as many threads, in turn: as a node has it, with the batch
 * sent to the model's process and the loss back.
 */
import { Shelf } from '../engine/models/shelf.ts'
import type { Loss } from '../engine/models/training/losses.ts'
import { NetBuilder } from '../engine/values/layers/graph.ts'
import type { Layer } from '../engine/values/layers/layer.ts'
import { createServices } from '../host/files/services.ts'
import { root } from '../host/installation.ts'
import { createModelDevice } from '../host/models/device.ts'
import { noiseOf, resnet20, weightsByName } from '../host/testing/layers.ts'
import { floats, ints, train } from '../host/testing/trainer.ts'
import { architecture } from '../nodes/network/architectures/index.ts'
import { pairs, timed } from './pairs.ts'
import { openPython } from './peers/python.ts'
import type { Suite } from './report.ts'

function built(shape: readonly number[], build: (net: NetBuilder) => void): readonly Layer[] {
  const net = new NetBuilder(shape)
  build(net)
  return net.layers
}

/** A generator with its discriminator behind it, as in peers/training.py. */
function dcgan(net: NetBuilder): void {
  let x = 0
  for (const [i, out] of [256, 128, 64].entries()) {
    const set = { out, kernel: 4, stride: i === 0 ? 1 : 2, padding: i === 0 ? 0 : 1, bias: false }
    x = net.add(`g${i}`, 'convTranspose', [x], set)
    x = net.add(`g${i}.relu`, 'relu', [net.add(`g${i}.bn`, 'batchNorm', [x])])
  }
  x = net.add('g3', 'convTranspose', [x], { out: 1, kernel: 4, stride: 2, padding: 1, bias: false })
  x = net.add('tanh', 'tanh', [x])
  for (const [i, out] of [64, 128, 256].entries()) {
    x = net.add(`d${i}`, 'conv', [x], { out, kernel: 4, stride: 2, padding: 1, bias: false })
    x = net.add(`d${i}.relu`, 'relu', [net.add(`d${i}.bn`, 'batchNorm', [x])])
  }
  net.add('flat', 'flatten', [net.add('d3', 'conv', [x], { out: 1, kernel: 4, bias: false })])
}

const cases = [
  { name: 'LeNet-5', batch: 64, shape: [1, 28, 28], layers: architecture('lenet5', 10), loss: 'crossEntropy' },
  { name: 'ResNet-20', batch: 64, shape: [3, 32, 32], layers: built([3, 32, 32], resnet20), loss: 'crossEntropy' },
  { name: 'DCGAN', batch: 64, shape: [100, 1, 1], layers: built([100, 1, 1], dcgan), loss: 'bce' },
] as const satisfies readonly {
  readonly name: string
  readonly batch: number
  readonly shape: readonly number[]
  readonly layers: readonly Layer[]
  readonly loss: Loss['kind']
}[]

/** Undefined without a python3 that has torch. */
async function torch(asked: { readonly network: string; readonly batch: number; readonly threads: number }) {
  const peer = await openPython<{ readonly name: string }>('training.py', asked)
  return peer && { name: peer.told.name, step: async () => Number(await peer.ask('step')), close: () => peer.close() }
}

export const training: Suite = async ({ report, say, threads, only }) => {
  const device = createModelDevice({ threads, device: 'cpu' })
  const bench = { device: { shelf: new Shelf(device, 2 ** 32) }, services: createServices({ base: root }) }
  try {
    for (const { name, batch, shape, layers, loss } of cases) {
      if (only !== undefined && !name.includes(only)) continue
      const peer = await torch({ network: name, batch, threads })
      if (!peer) say('No python3 with torch here (apt install python3-torch): it is left out.')
      else say(`\n${name}: a step on ${batch} examples, against ${peer.name}`)
      const input = noiseOf('input', [batch, ...shape])
      const target =
        loss === 'bce'
          ? floats(new Float32Array(batch).fill(1), batch, 1)
          : ints(Int32Array.from({ length: batch }, (_, i) => i % 10))
      const options = { batch, loss: { kind: loss }, optimiser: { kind: 'sgd', momentum: 0.9 } } as const
      await train(bench, layers, weightsByName(layers), options, async ({ step }) => {
        const inputs = { input: floats(input, batch, ...shape), target }
        const ours = timed(() => step(inputs, 0.001, 1))
        const { a, b, ratio } = await pairs(ours, peer?.step ?? (() => Number.NaN), {
          pairs: 31,
          seconds: 10,
          warmup: 2,
        })
        report({ suite: 'training', name, figures: { ours: a, torch: b, ratio } })
      })
      peer?.close()
    }
  } finally {
    await device.close()
  }
}
