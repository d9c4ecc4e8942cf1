/** Vision transformers: ViT and Swin. */
import { at, type Family, type Net, rgb } from './blocks.ts'

interface Vit {
  readonly title: string
  readonly patch: number
  readonly layers: number
  readonly heads: number
  readonly features: number
}

const vits: Readonly<Record<string, Vit>> = {
  vit_b_16: { title: 'ViT-B/16', patch: 16, layers: 12, heads: 12, features: 768 },
  vit_b_32: { title: 'ViT-B/32', patch: 32, layers: 12, heads: 12, features: 768 },
  vit_l_16: { title: 'ViT-L/16', patch: 16, layers: 24, heads: 16, features: 1024 },
  vit_l_32: { title: 'ViT-L/32', patch: 32, layers: 24, heads: 16, features: 1024 },
  vit_h_14: { title: 'ViT-H/14', patch: 14, layers: 32, heads: 16, features: 1280 },
}

const norm = (net: Net, name: string, from: number, eps?: number): number =>
  net.act(name, from, 'layerNorm', eps === undefined ? {} : { eps })

/** Two linear layers with GELU between them, four times as wide inside. */
function mlp(net: Net, name: string, from: number): number {
  const features = net.shape(from).at(-1) ?? 0
  const wide = net.act(at(name, 1), net.linear(at(name, 0), from, 4 * features), 'gelu')
  return net.linear(at(name, 3), wide, features)
}

export const vit: Family = {
  members: Object.fromEntries(Object.entries(vits).map(([name, { title }]) => [name, { title, input: rgb(224) }])),
  build(net, name, classes) {
    const { patch, layers, heads, features } = vits[name] as Vit
    const eps = 1e-6
    let x = net.conv('conv_proj', 0, { out: features, kernel: patch, stride: patch })
    const [, rows = 0, columns = 0] = net.shape(x)
    x = net.act('patches', x, 'reshape', { shape: [features, rows * columns] })
    x = net.act('tokens', x, 'permute', { order: [1, 0] })
    x = net.act('class_token', x, 'token', { shape: [1, 1, features] })
    x = net.act('encoder.pos_embedding', x, 'shift', { shape: [1, rows * columns + 1, features] })
    for (let i = 0; i < layers; i++) {
      const own = at('encoder.layers', `encoder_layer_${i}`)
      const looked = net.act(at(own, 'self_attention'), norm(net, at(own, 'ln_1'), x, eps), 'attention', { heads })
      x = net.sum(at(own, 'add_1'), looked, x)
      x = net.sum(at(own, 'add_2'), mlp(net, at(own, 'mlp'), norm(net, at(own, 'ln_2'), x, eps)), x)
    }
    x = net.act('class', norm(net, 'encoder.ln', x, eps), 'slice', { axis: 0, begin: 0, end: 1 })
    net.linear('heads.head', net.act('flatten', x, 'flatten'), classes)
  },
}

interface Small {
  readonly title: string
  readonly features: number
  readonly heads: number
  /** A second learned token, which copies a teacher (Touvron et al. 2021). */
  readonly distilled: boolean
}

const smalls: Readonly<Record<string, Small>> = {
  vit_ti_16: { title: 'ViT-Ti/16', features: 192, heads: 3, distilled: false },
  vit_s_16: { title: 'ViT-S/16', features: 384, heads: 6, distilled: false },
  deit_ti_16: { title: 'DeiT-Ti/16, distilled', features: 192, heads: 3, distilled: true },
  deit_s_16: { title: 'DeiT-S/16, distilled', features: 384, heads: 6, distilled: true },
  deit_b_16: { title: 'DeiT-B/16, distilled', features: 768, heads: 12, distilled: true },
}

/** Names as in timm's vit_*_patch16_224 and deit_*_distilled_patch16_224, which torchvision does not have. */
export const timmVit: Family = {
  members: Object.fromEntries(Object.entries(smalls).map(([name, { title }]) => [name, { title, input: rgb(224) }])),
  build(net, name, classes) {
    const { features, heads, distilled } = smalls[name] as Small
    const eps = 1e-6
    let x = net.conv('patch_embed.proj', 0, { out: features, kernel: 16, stride: 16 })
    const [, rows = 0, columns = 0] = net.shape(x)
    x = net.act('patches', x, 'reshape', { shape: [features, rows * columns] })
    x = net.act('tokens', x, 'permute', { order: [1, 0] })
    const shape = [1, 1, features]
    if (distilled) x = net.act('dist_token', x, 'token', { shape })
    x = net.act('cls_token', x, 'token', { shape })
    x = net.act('pos_embed', x, 'shift', { shape: [1, ...net.shape(x)] })
    for (let i = 0; i < 12; i++) {
      const own = at('blocks', i)
      const looked = net.act(at(own, 'attn'), norm(net, at(own, 'norm1'), x, eps), 'attention', {
        heads,
        names: 'timm',
      })
      x = net.sum(at(own, 'add_1'), x, looked)
      let y = net.linear(at(own, 'mlp.fc1'), norm(net, at(own, 'norm2'), x, eps), 4 * features)
      y = net.linear(at(own, 'mlp.fc2'), net.act(at(own, 'mlp.act'), y, 'gelu'), features)
      x = net.sum(at(own, 'add_2'), x, y)
    }
    x = norm(net, 'norm', x, eps)
    const token = (called: string, i: number): number =>
      net.act(
        at(called, 'flatten'),
        net.act(at(called, 'token'), x, 'slice', { axis: 0, begin: i, end: i + 1 }),
        'flatten',
      )
    const head = net.linear('head', token('class', 0), classes)
    if (!distilled) return
    const both = net.sum('both', head, net.linear('head_dist', token('distilled', 1), classes))
    net.act('mean', both, 'times', { by: 0.5 })
  },
}

interface Swin {
  readonly title: string
  readonly features: number
  readonly blocks: readonly number[]
  readonly heads: readonly number[]
}

const swins: Readonly<Record<string, Swin>> = {
  swin_t: { title: 'Swin T', features: 96, blocks: [2, 2, 6, 2], heads: [3, 6, 12, 24] },
  swin_s: { title: 'Swin S', features: 96, blocks: [2, 2, 18, 2], heads: [3, 6, 12, 24] },
  swin_b: { title: 'Swin B', features: 128, blocks: [2, 2, 18, 2], heads: [4, 8, 16, 32] },
}
const window = 7

/** Four neighbours become one place of twice the features. */
function merged(net: Net, name: string, from: number): number {
  const [height = 0, width = 0, features = 0] = net.shape(from)
  const shape = [height / 2, 2, width / 2, 2, features]
  let x = net.act(at(name, 'apart'), from, 'reshape', { shape })
  // Down each column first, as the weights have it.
  x = net.act(at(name, 'turned'), x, 'permute', { order: [0, 2, 3, 1, 4] })
  x = net.act(at(name, 'together'), x, 'reshape', { shape: [height / 2, width / 2, 4 * features] })
  return net.linear(at(name, 'reduction'), norm(net, at(name, 'norm'), x), 2 * features, { bias: false })
}

export const swin: Family = {
  members: Object.fromEntries(Object.entries(swins).map(([name, { title }]) => [name, { title, input: rgb(224) }])),
  build(net, name, classes) {
    const { features, blocks, heads } = swins[name] as Swin
    let x = net.conv('features.0.0', 0, { out: features, kernel: 4, stride: 4 })
    x = norm(net, 'features.0.2', net.act('features.0.1', x, 'permute', { order: [1, 2, 0] }))
    for (const [stage, count] of blocks.entries()) {
      for (let i = 0; i < count; i++) {
        const own = at('features', 2 * stage + 1, i)
        const shift = i % 2 === 0 ? 0 : Math.floor(window / 2)
        const looked = net.act(at(own, 'attn'), norm(net, at(own, 'norm1'), x), 'windowAttention', {
          heads: heads[stage] ?? 1,
          window,
          shift,
        })
        x = net.sum(at(own, 'add_1'), x, looked)
        x = net.sum(at(own, 'add_2'), x, mlp(net, at(own, 'mlp'), norm(net, at(own, 'norm2'), x)))
      }
      if (stage < blocks.length - 1) x = merged(net, at('features', 2 * stage + 2), x)
    }
    x = net.act('permute', norm(net, 'norm', x), 'permute', { order: [2, 0, 1] })
    net.linear('head', net.pooled(x), classes)
  },
}
