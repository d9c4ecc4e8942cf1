/** SegFormer (Xie et al. 2021): a pyramid of transformers, and a head of linear layers. Names as in Hugging Face's transformers. */
import { at, type Family, type Net, rgb } from './blocks.ts'

/** Channels, heads, by how much keys and values are reduced, patch, stride. Two blocks each. */
const stages = [
  { width: 32, heads: 1, reduction: 8, patch: 7, stride: 4 },
  { width: 64, heads: 2, reduction: 4, patch: 3, stride: 2 },
  { width: 160, heads: 5, reduction: 2, patch: 3, stride: 2 },
  { width: 256, heads: 8, reduction: 1, patch: 3, stride: 2 },
] as const
const blocks = 2
const decoderWidth = 256

type Stage = (typeof stages)[number]

function toRows(net: Net, name: string, from: number): number {
  const [channels = 0, height = 0, width = 0] = net.shape(from)
  const flat = net.act(at(name, 'flat'), from, 'reshape', { shape: [channels, height * width] })
  return net.act(at(name, 'rows'), flat, 'permute', { order: [1, 0] })
}

function toMaps(net: Net, name: string, from: number, [height = 0, width = 0]: readonly number[]): number {
  const [, features = 0] = net.shape(from)
  const turned = net.act(at(name, 'turned'), from, 'permute', { order: [1, 0] })
  return net.act(at(name, 'maps'), turned, 'reshape', { shape: [features, height, width] })
}

function attention(
  net: Net,
  name: string,
  from: number,
  { heads, reduction }: Stage,
  sides: readonly number[],
): number {
  const own = at(name, 'self')
  const [, features = 0] = net.shape(from)
  let few = from
  if (reduction > 1) {
    const set = { out: features, kernel: reduction, stride: reduction }
    few = toRows(net, own, net.conv(at(own, 'sr'), toMaps(net, own, from, sides), set))
    few = net.act(at(own, 'layer_norm'), few, 'layerNorm')
  }
  const [query, key, value] = [
    net.linear(at(own, 'query'), from, features),
    net.linear(at(own, 'key'), few, features),
    net.linear(at(own, 'value'), few, features),
  ]
  const looked = net.add(at(own, 'attention'), 'dotAttention', [query, key, value], { heads })
  return net.linear(at(name, 'output', 'dense'), looked, features)
}

/** Two linear layers, with a depthwise convolution between them that tells where a row lies. */
function mixed(net: Net, name: string, from: number, sides: readonly number[]): number {
  const [, features = 0] = net.shape(from)
  const wide = net.linear(at(name, 'dense1'), from, 4 * features)
  const own = at(name, 'dwconv')
  const set = { out: 4 * features, kernel: 3, padding: 1, groups: 4 * features }
  const seen = net.conv(at(own, 'dwconv'), toMaps(net, own, wide, sides), set)
  return net.linear(at(name, 'dense2'), net.act(at(name, 'gelu'), toRows(net, own, seen), 'gelu'), features)
}

function block(net: Net, name: string, from: number, stage: Stage, sides: readonly number[]): number {
  const first = net.act(at(name, 'layer_norm_1'), from, 'layerNorm')
  const x = net.sum(at(name, 'add_1'), attention(net, at(name, 'attention'), first, stage, sides), from)
  const second = net.act(at(name, 'layer_norm_2'), x, 'layerNorm')
  return net.sum(at(name, 'add_2'), mixed(net, at(name, 'mlp'), second, sides), x)
}

export const segformer: Family = {
  members: { segformer_b0: { title: 'SegFormer-B0', input: rgb(512) } },
  build(net, _, classes) {
    const encoder = 'segformer.encoder'
    const seen: number[] = []
    let x = 0
    for (const [i, stage] of stages.entries()) {
      const { width: out, patch: kernel, stride } = stage
      const own = at(encoder, 'patch_embeddings', i)
      const maps = net.conv(at(own, 'proj'), x, { out, kernel, stride, padding: (kernel - 1) / 2 })
      const sides = net.shape(maps).slice(1)
      x = net.act(at(own, 'layer_norm'), toRows(net, own, maps), 'layerNorm')
      for (let k = 0; k < blocks; k++) x = block(net, at(encoder, 'block', i, k), x, stage, sides)
      const normed = net.act(at(encoder, 'layer_norm', i), x, 'layerNorm')
      x = toMaps(net, at(encoder, 'stage', i), normed, sides)
      seen.push(x)
    }
    const size = net.shape(seen[0] ?? 0).slice(1)
    const maps = seen.map((from, i) => {
      const own = at('decode_head.linear_c', i)
      const rows = net.linear(at(own, 'proj'), toRows(net, own, from), decoderWidth)
      const own2 = toMaps(net, own, rows, net.shape(from).slice(1))
      return net.add(at(own, 'upsample'), 'upsample', [own2], { size, mode: 'bilinear' })
    })
    x = net.add('decode_head.concatenate', 'concatenate', maps.reverse())
    x = net.conv('decode_head.linear_fuse', x, { out: decoderWidth, kernel: 1, bias: false })
    x = net.act('decode_head.activation', net.norm('decode_head.batch_norm', x))
    net.conv('decode_head.classifier', net.act('decode_head.dropout', x, 'dropout'), { out: classes, kernel: 1 })
  },
}
