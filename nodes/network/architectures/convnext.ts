/** ConvNeXt: a ResNet with what made transformers good. */
import { at, type Family, type Net, rgb } from './blocks.ts'

interface Variant {
  readonly title: string
  readonly blocks: readonly number[]
  readonly widths: readonly number[]
}

const variants: Readonly<Record<string, Variant>> = {
  convnext_tiny: { title: 'ConvNeXt T', blocks: [3, 3, 9, 3], widths: [96, 192, 384, 768] },
  convnext_small: { title: 'ConvNeXt S', blocks: [3, 3, 27, 3], widths: [96, 192, 384, 768] },
  convnext_base: { title: 'ConvNeXt B', blocks: [3, 3, 27, 3], widths: [128, 256, 512, 1024] },
  convnext_large: { title: 'ConvNeXt L', blocks: [3, 3, 27, 3], widths: [192, 384, 768, 1536] },
}
const eps = 1e-6

const last = { order: [1, 2, 0] }
const first = { order: [2, 0, 1] }

/** Layer norm over the channels of each pixel. */
export function norm(net: Net, name: string, from: number): number {
  const turned = net.act(at(name, 'channels_last'), from, 'permute', last)
  return net.act(at(name, 'channels_first'), net.act(name, turned, 'layerNorm', { eps }), 'permute', first)
}

function block(net: Net, name: string, from: number): number {
  const channels = net.channels(from)
  const own = (i: number): string => at(name, 'block', i)
  let x = net.conv(own(0), from, { out: channels, kernel: 7, padding: 3, groups: channels })
  x = net.act(own(2), net.act(own(1), x, 'permute', last), 'layerNorm', { eps })
  x = net.linear(own(5), net.act(own(4), net.linear(own(3), x, 4 * channels), 'gelu'), channels)
  x = net.act(own(6), x, 'permute', first)
  x = net.act(at(name, 'layer_scale'), x, 'scale', { shape: [channels, 1, 1], start: 1e-6 })
  return net.sum(at(name, 'add'), x, from)
}

export const convnext: Family = {
  members: Object.fromEntries(Object.entries(variants).map(([name, { title }]) => [name, { title, input: rgb(224) }])),
  build(net, name, classes) {
    const { blocks, widths } = variants[name] as Variant
    let x = norm(net, 'features.0.1', net.conv('features.0.0', 0, { out: widths[0] ?? 0, kernel: 4, stride: 4 }))
    for (const [stage, count] of blocks.entries()) {
      if (stage > 0) {
        const own = at('features', 2 * stage)
        const out = widths[stage] ?? 0
        x = net.conv(at(own, 1), norm(net, at(own, 0), x), { out, kernel: 2, stride: 2 })
      }
      for (let i = 0; i < count; i++) x = block(net, at('features', 2 * stage + 1, i), x)
    }
    const pooled = net.add('avgpool', 'adaptiveAvgPool', [x], { size: 1 })
    x = net.act('classifier.1', norm(net, 'classifier.0', pooled), 'flatten')
    net.linear('classifier.2', x, classes)
  },
}
