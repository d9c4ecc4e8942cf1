/** GoogLeNet: Inception blocks of four branches. Without the two classifiers that only training uses. */
import { at, type ConvSettings, type Family, type Net, rgb } from './blocks.ts'

function basic(net: Net, name: string, from: number, set: ConvSettings): number {
  const conv = net.conv(at(name, 'conv'), from, { ...set, bias: false })
  return net.act(at(name, 'relu'), net.norm(at(name, 'bn'), conv, 0.001))
}

/** Channels: of 1 × 1; before and of 3 × 3; before and of the third branch; after the pooling. */
type Channels = readonly [number, number, number, number, number, number]

function inception(net: Net, name: string, from: number, [one, before, three, less, last, pool]: Channels): number {
  const a = basic(net, at(name, 'branch1'), from, { out: one, kernel: 1 })
  const b = basic(net, at(name, 'branch2.0'), from, { out: before, kernel: 1 })
  const c = basic(net, at(name, 'branch3.0'), from, { out: less, kernel: 1 })
  const d = net.max(at(name, 'branch4.0'), from, 3, { stride: 1, padding: 1, ceil: true })
  return net.add(at(name, 'concatenated'), 'concatenate', [
    a,
    basic(net, at(name, 'branch2.1'), b, { out: three, kernel: 3, padding: 1 }),
    // The paper has 5 × 5 here; torchvision's weights are 3 × 3.
    basic(net, at(name, 'branch3.1'), c, { out: last, kernel: 3, padding: 1 }),
    basic(net, at(name, 'branch4.1'), d, { out: pool, kernel: 1 }),
  ])
}

export const googlenet: Family = {
  members: { googlenet: { title: 'GoogLeNet', input: rgb(224) } },
  build(net, _, classes) {
    const halved = (name: string, from: number, kernel = 3): number =>
      net.max(name, from, kernel, { stride: 2, ceil: true })
    let x = basic(net, 'conv1', 0, { out: 64, kernel: 7, stride: 2, padding: 3 })
    x = basic(net, 'conv2', halved('maxpool1', x), { out: 64, kernel: 1 })
    x = halved('maxpool2', basic(net, 'conv3', x, { out: 192, kernel: 3, padding: 1 }))
    x = inception(net, 'inception3a', x, [64, 96, 128, 16, 32, 32])
    x = halved('maxpool3', inception(net, 'inception3b', x, [128, 128, 192, 32, 96, 64]))
    x = inception(net, 'inception4a', x, [192, 96, 208, 16, 48, 64])
    x = inception(net, 'inception4b', x, [160, 112, 224, 24, 64, 64])
    x = inception(net, 'inception4c', x, [128, 128, 256, 24, 64, 64])
    x = inception(net, 'inception4d', x, [112, 144, 288, 32, 64, 64])
    x = halved('maxpool4', inception(net, 'inception4e', x, [256, 160, 320, 32, 128, 128]), 2)
    x = inception(net, 'inception5a', x, [256, 160, 320, 32, 128, 128])
    x = inception(net, 'inception5b', x, [384, 192, 384, 48, 128, 128])
    net.linear('fc', net.act('dropout', net.pooled(x), 'dropout', { p: 0.2 }), classes)
  },
}
