/** ShuffleNet v2: half of the channels goes through unchanged, then the halves are mixed. */
import { at, type Family, type Net, rgb } from './blocks.ts'

const widths: Readonly<Record<string, readonly [number, number, number, number]>> = {
  shufflenet_v2_x0_5: [48, 96, 192, 1024],
  shufflenet_v2_x1_0: [116, 232, 464, 1024],
  shufflenet_v2_x1_5: [176, 352, 704, 1024],
  shufflenet_v2_x2_0: [244, 488, 976, 2048],
}
const repeats = [4, 8, 4]

/** Channels of the two halves in turn. */
function shuffle(net: Net, name: string, from: number): number {
  const [channels = 0, height = 1, width = 1] = net.shape(from)
  const apart = net.act(at(name, 'apart'), from, 'reshape', { shape: [2, channels / 2, height, width] })
  const turned = net.act(at(name, 'turned'), apart, 'permute', { order: [1, 0, 2, 3] })
  return net.act(at(name, 'shuffled'), turned, 'reshape', { shape: [channels, height, width] })
}

const depthwise = (net: Net, name: string, from: number, stride: number): number => {
  const channels = net.channels(from)
  return net.conv(name, from, { out: channels, kernel: 3, stride, padding: 1, groups: channels, bias: false })
}

function branch2(net: Net, name: string, from: number, half: number, stride: number): number {
  const own = (i: number): string => at(name, 'branch2', i)
  let x = net.norm(own(1), net.conv(own(0), from, { out: half, kernel: 1, bias: false }))
  x = net.norm(own(4), depthwise(net, own(3), net.act(own(2), x), stride))
  x = net.norm(own(6), net.conv(own(5), x, { out: half, kernel: 1, bias: false }))
  return net.act(own(7), x)
}

function branch1(net: Net, name: string, from: number, half: number): number {
  const own = (i: number): string => at(name, 'branch1', i)
  let x = net.norm(own(1), depthwise(net, own(0), from, 2))
  x = net.norm(own(3), net.conv(own(2), x, { out: half, kernel: 1, bias: false }))
  return net.act(own(4), x)
}

function unit(net: Net, name: string, from: number, out: number, stride: number): number {
  const half = out / 2
  const part = (begin: number): number =>
    net.act(at(name, begin === 0 ? 'first' : 'second'), from, 'slice', { axis: 0, begin, end: begin + half })
  const halves =
    stride === 1
      ? [part(0), branch2(net, name, part(half), half, 1)]
      : [branch1(net, name, from, half), branch2(net, name, from, half, 2)]
  return shuffle(net, name, net.add(at(name, 'concatenated'), 'concatenate', halves))
}

export const shufflenet: Family = {
  members: Object.fromEntries(
    Object.keys(widths).map((name) => {
      const by = name.slice('shufflenet_v2_x'.length).replace('_', '.')
      return [name, { title: `ShuffleNet v2 × ${by}`, input: rgb(224) }]
    }),
  ),
  build(net, name, classes) {
    const [a, b, c, last] = widths[name] ?? [0, 0, 0, 0]
    let x = net.convNorm('conv1', 0, { out: 24, kernel: 3, stride: 2 }, { act: 'relu' })
    x = net.max('maxpool', x, 3, { stride: 2, padding: 1 })
    for (const [stage, out] of [a, b, c].entries())
      for (let i = 0; i < (repeats[stage] ?? 0); i++) x = unit(net, at(`stage${stage + 2}`, i), x, out, i === 0 ? 2 : 1)
    net.linear('fc', net.pooled(net.convNorm('conv5', x, { out: last, kernel: 1 }, { act: 'relu' })), classes)
  },
}
