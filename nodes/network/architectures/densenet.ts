/** DenseNet: each layer takes what all layers of its block gave before it. */
import { at, type Family, type Net, rgb } from './blocks.ts'

interface Variant {
  readonly title: string
  readonly blocks: readonly number[]
  readonly growth: number
  readonly first: number
}

const variants: Readonly<Record<string, Variant>> = {
  densenet121: { title: 'DenseNet-121', blocks: [6, 12, 24, 16], growth: 32, first: 64 },
  densenet169: { title: 'DenseNet-169', blocks: [6, 12, 32, 32], growth: 32, first: 64 },
  densenet201: { title: 'DenseNet-201', blocks: [6, 12, 48, 32], growth: 32, first: 64 },
  densenet161: { title: 'DenseNet-161', blocks: [6, 12, 36, 24], growth: 48, first: 96 },
}

function denseBlock(net: Net, name: string, from: number, count: number, growth: number): number {
  const all = [from]
  for (let i = 1; i <= count; i++) {
    const own = at(name, `denselayer${i}`)
    let x = all.length === 1 ? from : net.add(at(own, 'concatenated'), 'concatenate', all)
    x = net.act(at(own, 'relu1'), net.norm(at(own, 'norm1'), x))
    x = net.conv(at(own, 'conv1'), x, { out: 4 * growth, kernel: 1, bias: false })
    x = net.act(at(own, 'relu2'), net.norm(at(own, 'norm2'), x))
    all.push(net.conv(at(own, 'conv2'), x, { out: growth, kernel: 3, padding: 1, bias: false }))
  }
  return net.add(at(name, 'concatenated'), 'concatenate', all)
}

export const densenet: Family = {
  members: Object.fromEntries(Object.entries(variants).map(([name, { title }]) => [name, { title, input: rgb(224) }])),
  build(net, name, classes) {
    const { blocks, growth, first } = variants[name] as Variant
    let x = net.conv('features.conv0', 0, { out: first, kernel: 7, stride: 2, padding: 3, bias: false })
    x = net.act('features.relu0', net.norm('features.norm0', x))
    x = net.max('features.pool0', x, 3, { stride: 2, padding: 1 })
    for (const [i, count] of blocks.entries()) {
      x = denseBlock(net, `features.denseblock${i + 1}`, x, count, growth)
      if (i === blocks.length - 1) break
      const name = `features.transition${i + 1}`
      x = net.act(at(name, 'relu'), net.norm(at(name, 'norm'), x))
      x = net.conv(at(name, 'conv'), x, { out: Math.floor(net.channels(x) / 2), kernel: 1, bias: false })
      x = net.act(at(name, 'pool'), x, 'avgPool', { kernel: 2 })
    }
    net.linear('classifier', net.pooled(net.act('relu', net.norm('features.norm5', x))), classes)
  },
}
