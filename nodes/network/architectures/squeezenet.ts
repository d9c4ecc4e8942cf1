/** SqueezeNet: few channels go in, many come out. */
import { at, type Family, type Net, rgb } from './blocks.ts'

function fire(net: Net, name: string, from: number, squeezed: number, expanded: number): number {
  const act = (part: string, x: number, out: number, kernel: number): number => {
    const conv = net.conv(at(name, part), x, { out, kernel, padding: (kernel - 1) / 2 })
    return net.act(at(name, `${part}_activation`), conv)
  }
  const squeeze = act('squeeze', from, squeezed, 1)
  const branches = [act('expand1x1', squeeze, expanded, 1), act('expand3x3', squeeze, expanded, 3)]
  return net.add(at(name, 'concatenated'), 'concatenate', branches)
}

/** Squeezed and expanded channels; 0: a pooling. */
const rest: Readonly<Record<string, readonly (readonly [number, number] | 0)[]>> = {
  squeezenet1_0: [[16, 64], [16, 64], [32, 128], 0, [32, 128], [48, 192], [48, 192], [64, 256], 0, [64, 256]],
  squeezenet1_1: [[16, 64], [16, 64], 0, [32, 128], [32, 128], 0, [48, 192], [48, 192], [64, 256], [64, 256]],
}

export const squeezenet: Family = {
  members: {
    squeezenet1_0: { title: 'SqueezeNet 1.0', input: rgb(224) },
    squeezenet1_1: { title: 'SqueezeNet 1.1', input: rgb(224) },
  },
  build(net, name, classes) {
    const first = name === 'squeezenet1_0' ? { out: 96, kernel: 7, stride: 2 } : { out: 64, kernel: 3, stride: 2 }
    let x = net.act('features.1', net.conv('features.0', 0, first))
    x = net.max('features.2', x, 3, { stride: 2, ceil: true })
    for (const [i, part] of (rest[name] ?? []).entries()) {
      const own = at('features', i + 3)
      x = part === 0 ? net.max(own, x, 3, { stride: 2, ceil: true }) : fire(net, own, x, ...part)
    }
    x = net.conv('classifier.1', net.act('classifier.0', x, 'dropout'), { out: classes, kernel: 1 })
    net.pooled(net.act('classifier.2', x), 1, 'classifier.3')
  },
}
