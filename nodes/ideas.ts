/** Blocks that show one idea each: the same place in a network, without it and with it. */
import type { NetworkShape } from '../engine/values/index.ts'
import { totalsOf } from '../engine/values/layers/graph.ts'
import type { Settings } from '../engine/values/layers/layer.ts'
import { withJoin, withLayer } from './layers.ts'

export const ideas = [
  ...(['small-kernels', 'bottleneck', 'residual', 'dense', 'separable', 'inverted', 'gate', 'windows'] as const),
] as const
export type Idea = (typeof ideas)[number]

export interface Block {
  readonly idea: Idea
  readonly on: boolean
  readonly channels: number
  /** Of the block: its layers are called after it. */
  readonly name: string
}

interface Conv extends Settings {
  readonly out: number
  readonly kernel: number
}

/** A network with a name for what comes next. */
class Chain {
  readonly network: NetworkShape
  readonly #name: string

  constructor(network: NetworkShape, name: string) {
    this.network = network
    this.#name = name
  }

  get channels(): number {
    return totalsOf(this.network.layers).output[0] ?? 1
  }

  get output(): readonly number[] {
    return totalsOf(this.network.layers).output
  }

  add(name: string, type: string, set: Settings = {}): Chain {
    return new Chain(withLayer(this.network, { type, set }, `${this.#name}.${name}`), this.#name)
  }

  /** Same size, without bias: batch norm follows. */
  conv(name: string, set: Conv): Chain {
    return this.add(name, 'conv', { padding: (set.kernel - 1) / 2, bias: false, ...set })
  }

  convAct(name: string, set: Conv): Chain {
    return this.conv(name, set).add(`${name}_norm`, 'batchNorm').add(`${name}_relu`, 'relu')
  }

  join(name: string, type: string, other: Chain): Chain {
    return new Chain(withJoin(this.network, other.network, { type }, `${this.#name}.${name}`), this.#name)
  }
}

/** One 5 × 5, or two 3 × 3 that see as far (VGG). */
const smallKernels = (from: Chain, on: boolean, out: number): Chain =>
  on
    ? from.convAct('first', { out, kernel: 3 }).convAct('second', { out, kernel: 3 })
    : from.convAct('only', { out, kernel: 5 })

/** Four branches of kernels of several sizes; on: with few channels before the large ones (Inception). */
function inception(from: Chain, on: boolean, out: number): Chain {
  const [quarter, few] = [Math.max(1, Math.round(out / 4)), Math.max(1, Math.round(out / 16))]
  const less = (name: string): Chain => (on ? from.convAct(`${name}_less`, { out: few, kernel: 1 }) : from)
  const one = from.convAct('one', { out: quarter, kernel: 1 })
  const three = less('three').convAct('three', { out: quarter, kernel: 3 })
  const five = less('five').convAct('five', { out: quarter, kernel: 5 })
  const pooled = from.add('pool', 'maxPool', { kernel: 3, stride: 1, padding: 1 })
  const seen = on ? pooled.convAct('pooled', { out: quarter, kernel: 1 }) : pooled
  return one.join('a', 'concatenate', three).join('b', 'concatenate', five.join('c', 'concatenate', seen))
}

/** Two convolutions; on: what came in is added (ResNet). */
function residual(from: Chain, on: boolean): Chain {
  const out = from.channels
  const seen = from.convAct('first', { out, kernel: 3 }).conv('second', { out, kernel: 3 }).add('norm', 'batchNorm')
  return (on ? seen.join('add', 'add', from) : seen).add('relu', 'relu')
}

export const denseLayers = 4
/** Four layers; on: each sees all before it (DenseNet). `out`: new channels of each. */
function dense(from: Chain, on: boolean, out: number): Chain {
  let all = from
  for (let i = 1; i <= denseLayers; i++) {
    const made = all.convAct(`layer${i}`, { out, kernel: 3 })
    all = on ? all.join(`all${i}`, 'concatenate', made) : made
  }
  return all
}

/** A 3 × 3 convolution; on: each channel by itself, then mixed (MobileNet). */
function separable(from: Chain, on: boolean, out: number): Chain {
  if (!on) return from.convAct('conv', { out, kernel: 3 })
  const groups = from.channels
  return from.convAct('depthwise', { out: groups, kernel: 3, groups }).convAct('pointwise', { out, kernel: 1 })
}

/** Narrow inside (ResNet's bottleneck); on: wide inside, and depthwise there (MobileNet v2). */
function inverted(from: Chain, on: boolean): Chain {
  const out = from.channels
  const inner = on ? 6 * out : Math.max(1, Math.round(out / 4))
  const seen = from
    .convAct('into', { out: inner, kernel: 1 })
    .convAct('look', { out: inner, kernel: 3, ...(on && { groups: inner }) })
    .conv('back', { out, kernel: 1 })
    .add('norm', 'batchNorm')
  return seen.join('add', 'add', from)
}

/** A 3 × 3 convolution; on: a gate for each channel behind it (squeeze and excite). */
function gate(from: Chain, on: boolean, out: number): Chain {
  const seen = from.convAct('conv', { out, kernel: 3 })
  if (!on) return seen
  const gates = seen
    .add('means', 'adaptiveAvgPool', { size: 1 })
    .add('squeeze', 'conv', { out: Math.max(1, Math.round(out / 16)), kernel: 1 })
    .add('relu', 'relu')
    .add('excite', 'conv', { out, kernel: 1 })
    .add('gate', 'sigmoid')
  return seen.join('scaled', 'multiply', gates)
}

/** The largest side up to 7 that divides both. */
function windowOf(height: number, width: number): number {
  for (let side = 7; side > 1; side--) if (height % side === 0 && width % side === 0) return side
  return 1
}

/** Attention of all places to all (ViT); on: within windows (Swin). */
function windows(from: Chain, on: boolean): Chain {
  const [channels = 1, height = 1, width = 1] = from.output
  const last = from.add('last', 'permute', { order: [1, 2, 0] })
  if (on)
    return last
      .add('attention', 'windowAttention', { heads: 1, window: windowOf(height, width) })
      .add('first', 'permute', { order: [2, 0, 1] })
  return last
    .add('rows', 'reshape', { shape: [height * width, channels] })
    .add('attention', 'attention', { heads: 1 })
    .add('maps', 'reshape', { shape: [height, width, channels] })
    .add('first', 'permute', { order: [2, 0, 1] })
}

/** The network with the block behind it. Throws `network.*`. */
export function withIdea<N extends NetworkShape>(network: N, { idea, on, channels, name }: Block): N {
  const from = new Chain(network, name)
  const made: Readonly<Record<Idea, () => Chain>> = {
    'small-kernels': () => smallKernels(from, on, channels),
    bottleneck: () => inception(from, on, channels),
    residual: () => residual(from, on),
    dense: () => dense(from, on, channels),
    separable: () => separable(from, on, channels),
    inverted: () => inverted(from, on),
    gate: () => gate(from, on, channels),
    windows: () => windows(from, on),
  }
  return { ...network, layers: made[idea]().network.layers }
}
