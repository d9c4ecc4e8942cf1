/** Chains without branches: LeNet-5, AlexNet and VGG. */
import { at, type Family, type Net, rgb } from './blocks.ts'

export const lenet: Family = {
  members: { lenet5: { title: 'LeNet-5', input: [1, 28, 28] } },
  build(net, _, classes) {
    let x = net.conv('conv1', 0, { out: 6, kernel: 5, padding: 2 })
    x = net.act('pool1', net.act('tanh1', x, 'tanh'), 'avgPool', { kernel: 2 })
    x = net.conv('conv2', x, { out: 16, kernel: 5 })
    x = net.act('pool2', net.act('tanh2', x, 'tanh'), 'avgPool', { kernel: 2 })
    x = net.act('flatten', x, 'flatten')
    x = net.act('tanh3', net.linear('fc1', x, 120), 'tanh')
    x = net.act('tanh4', net.linear('fc2', x, 84), 'tanh')
    net.linear('fc3', x, classes)
  },
}

export const alexnet: Family = {
  members: { alexnet: { title: 'AlexNet', input: rgb(224) } },
  build(net, _, classes) {
    let x = net.conv('features.0', 0, { out: 64, kernel: 11, stride: 4, padding: 2 })
    x = net.max('features.2', net.act('features.1', x), 3, { stride: 2 })
    x = net.conv('features.3', x, { out: 192, kernel: 5, padding: 2 })
    x = net.max('features.5', net.act('features.4', x), 3, { stride: 2 })
    x = net.act('features.7', net.conv('features.6', x, { out: 384, kernel: 3, padding: 1 }))
    x = net.act('features.9', net.conv('features.8', x, { out: 256, kernel: 3, padding: 1 }))
    x = net.act('features.11', net.conv('features.10', x, { out: 256, kernel: 3, padding: 1 }))
    x = net.pooled(net.max('features.12', x, 3, { stride: 2 }), 6)
    x = net.linear('classifier.1', net.act('classifier.0', x, 'dropout'), 4096)
    x = net.act('classifier.3', net.act('classifier.2', x), 'dropout')
    x = net.act('classifier.5', net.linear('classifier.4', x, 4096))
    net.linear('classifier.6', x, classes)
  },
}

/** Convolutions of each stage; each stage ends with a pooling. */
const stages: Readonly<Record<string, readonly number[]>> = {
  vgg11: [1, 1, 2, 2, 2],
  vgg13: [2, 2, 2, 2, 2],
  vgg16: [2, 2, 3, 3, 3],
  vgg19: [2, 2, 4, 4, 4],
}
const widths = [64, 128, 256, 512, 512]

function features(net: Net, counts: readonly number[], normed: boolean): number {
  let [x, index] = [0, 0]
  for (const [stage, count] of counts.entries()) {
    for (let i = 0; i < count; i++) {
      x = net.conv(at('features', index++), x, { out: widths[stage] ?? 512, kernel: 3, padding: 1 })
      if (normed) x = net.norm(at('features', index++), x)
      x = net.act(at('features', index++), x)
    }
    x = net.max(at('features', index++), x, 2)
  }
  return x
}

export const vgg: Family = {
  members: Object.fromEntries(
    Object.keys(stages).flatMap((name) => {
      const title = name.replace('vgg', 'VGG-')
      return [
        [name, { title, input: rgb(224) }],
        [`${name}_bn`, { title: `${title} with batch norm`, input: rgb(224) }],
      ]
    }),
  ),
  build(net, name, classes) {
    const counts = stages[name.replace('_bn', '')] ?? []
    let x = net.pooled(features(net, counts, name.endsWith('_bn')), 7)
    x = net.act('classifier.1', net.linear('classifier.0', x, 4096))
    x = net.linear('classifier.3', net.act('classifier.2', x, 'dropout'), 4096)
    x = net.act('classifier.5', net.act('classifier.4', x), 'dropout')
    net.linear('classifier.6', x, classes)
  },
}
