/** Networks with random weights that follow from their names, as network-outputs.py has them. */
import { randomFrom } from '../../engine/types/random.ts'
import type { NetworkValue, TensorValue } from '../../engine/values/index.ts'
import { type NetBuilder, totalsOf, weightsOfAll } from '../../engine/values/layers/graph.ts'
import { type Dims, type Settings, sizeOf } from '../../engine/values/layers/layer.ts'
import type { NodeBench } from './nodes.ts'

/** As in network-outputs.py. */
export function fill(out: Float32Array, name: string, of: (u: number) => number): void {
  let state = 2166136261
  for (const letter of name) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 16777619)
  const random = randomFrom(state)
  for (let i = 0; i < out.length; i++) out[i] = of(2 * random() - 1)
}

function spread(name: string, shape: Dims): (u: number) => number {
  if (name.endsWith('running_var')) return (u) => 1 + 0.5 * u
  if (shape.length === 1) return name.endsWith('weight') ? (u) => 1 + 0.25 * u : (u) => 0.1 * u
  if (!name.endsWith('weight')) return (u) => 0.5 * u
  const by = Math.sqrt(3 / sizeOf(shape.slice(1)))
  return (u) => u * by
}

/** From -1 to 1, by the name. */
export function noiseOf(name: string, shape: Dims): Float32Array {
  const numbers = new Float32Array(sizeOf(shape))
  fill(numbers, name, (u) => u)
  return numbers
}

/** All weights one after the other. */
export function weightsByName(layers: NetworkValue['layers']): Float32Array {
  const numbers = new Float32Array(totalsOf(layers).numbers)
  for (const weight of weightsOfAll(layers)) {
    const part = numbers.subarray(weight.at, weight.at + sizeOf(weight.shape))
    fill(part, weight.name, spread(weight.name, weight.shape))
  }
  return numbers
}

export async function withWeights(
  bench: NodeBench,
  name: string,
  layers: NetworkValue['layers'],
): Promise<NetworkValue> {
  const numbers = weightsByName(layers)
  const shape = { kind: 'tensor', shape: [numbers.length], axes: ['N'] } as const
  const weights = (await bench.device.ops.fromNumbers({ shape, numbers })) as TensorValue
  return { kind: 'network', name, layers, weights, source: 'by name' }
}

/** Noise (C, H, W) as a picture of plain data. */
export async function noisePicture(bench: NodeBench, [channels = 1, height = 1, width = 1]: Dims) {
  const planes = new Float32Array(channels * height * width)
  fill(planes, 'input', (u) => u)
  const area = height * width
  const pixels = planes.map((_, i) => planes[(i % channels) * area + Math.floor(i / channels)] ?? 0)
  const shape = { kind: 'image', height, width, channels, space: 'data', alpha: false } as const
  return bench.device.image(shape, pixels)
}

/** The largest distance, of the largest number. */
export function apartOf(made: ArrayLike<number>, wanted: readonly number[]): number {
  const largest = Math.max(...wanted.map(Math.abs))
  return Math.max(...wanted.map((v, i) => Math.abs(v - (made[i] ?? Number.NaN)))) / largest
}

/** The networks of nodes/fixtures/network-layers.py. */
export const smallNetworks: Readonly<Record<string, (net: NetBuilder) => void>> = {
  convolutions(net) {
    const set = { out: 6, kernel: [3, 2], stride: [2, 1], padding: 1, dilation: [1, 2], groups: 2 }
    let x = net.add('gn', 'groupNorm', [net.add('a', 'conv', [0], set)], { groups: 3, eps: 1e-3 })
    x = net.add('lrn', 'responseNorm', [net.add('hs', 'hardswish', [x])], { size: 3, alpha: 0.1, beta: 0.75, k: 2 })
    x = net.add('b', 'convTranspose', [x], { out: 4, kernel: 3, stride: 2, padding: 1, groups: 2, bias: false })
    const y = net.add('silu', 'silu', [net.add('bn', 'batchNorm', [x])])
    const means = net.add('c', 'conv', [net.add('mean', 'adaptiveAvgPool', [y], { size: 1 })], { out: 4, kernel: 1 })
    const z = net.add('gated', 'multiply', [y, net.add('gate', 'sigmoid', [means])])
    const twice = net.add('twice', 'add', [z, z])
    const most = net.add('relu6', 'relu6', [net.add('four', 'add', [twice, twice])])
    net.add('both', 'concatenate', [most, net.add('gelu', 'gelu', [y])])
  },
  pools(net) {
    const max = net.add('max', 'maxPool', [0], { kernel: 3, stride: 2, padding: 1, ceil: true })
    const a = net.add('a', 'flatten', [net.add('a2', 'adaptiveAvgPool', [max], { size: [3, 2] })])
    const mean = net.add('mean', 'avgPool', [0], { kernel: 3, stride: 2, padding: 1 })
    const b = net.add('b', 'adaptiveAvgPool', [mean], { size: [4, 1] })
    const small = net.add('small', 'maxPool', [0], { kernel: 2, ceil: true })
    const rows = net.add('rows', 'slice', [small], { axis: 1, begin: 0, end: 4 })
    const c = net.add('c', 'slice', [rows], { axis: 2, begin: 1, end: 2 })
    const flat = net.add('flat', 'flatten', [net.add('sum', 'add', [b, c])])
    const y = net.add('y', 'concatenate', [a, net.add('two', 'slice', [flat], { axis: 0, begin: 0, end: 2 })])
    const three = net.add('three', 'add', [net.add('double', 'add', [y, y]), y])
    const dropped = net.add('dropout', 'dropout', [net.add('hs', 'hardsigmoid', [three])])
    net.add('softmax', 'softmax', [net.add('fc', 'linear', [dropped], { out: 3, bias: false })])
  },
  tokens(net) {
    const maps = net.add('patch', 'conv', [0], { out: 8, kernel: 4, stride: 4 })
    const flat = net.add('flat', 'reshape', [maps], { shape: [8, 6] })
    let y = net.add('class_token', 'token', [net.add('rows', 'permute', [flat], { order: [1, 0] })], {
      shape: [1, 1, 8],
    })
    y = net.add('pos', 'shift', [y], { shape: [1, 7, 8] })
    const z = net.add('ln', 'layerNorm', [y], { eps: 1e-6 })
    const looked = net.add('scale', 'scale', [net.add('attention', 'attention', [z], { heads: 2 })], { shape: [7, 1] })
    const fc = net.add('fc', 'linear', [net.add('add', 'add', [y, looked])], { out: 5 })
    net.add('relu', 'tanh', [fc])
  },
  windows(net) {
    const window = 3
    const y = net.add('last', 'permute', [0], { order: [1, 2, 0] })
    const plain = net.add('plain', 'windowAttention', [y], { heads: 2, window })
    const sum = net.add('add', 'add', [plain, y])
    const shifted = net.add('shifted', 'windowAttention', [sum], { heads: 2, window, shift: 1 })
    const cut = net.add('cut', 'slice', [shifted], { axis: 0, begin: 0, end: 3 })
    net.add('first', 'permute', [net.add('whole', 'windowAttention', [cut], { heads: 1, window, shift: 1 })], {
      order: [2, 0, 1],
    })
  },
}

/** Further ones of the same file. */
export const moreNetworks: Readonly<Record<string, (net: NetBuilder) => void>> = {
  signals(net) {
    const row = net.add('row', 'reshape', [0], { shape: [4, 60] })
    const a = net.add('a', 'conv1d', [row], { out: 6, kernel: 5, stride: 2, padding: 2, groups: 2 })
    const set = { out: 2, kernel: 4, stride: 3, padding: 1, outputPadding: 1 }
    const y = net.add('elu', 'elu', [
      net.add('b', 'convTranspose1d', [net.add('leaky', 'leakyRelu', [a], { slope: 0.2 })], set),
    ])
    const c = net.add('c', 'conv3d', [net.add('solid', 'reshape', [0], { shape: [2, 4, 5, 6] })], {
      ...{ out: 4, kernel: [2, 3, 3], stride: [1, 2, 1], padding: [0, 1, 1], dilation: [1, 1, 2] },
    })
    const d = net.add('d', 'convTranspose3d', [net.add('mish', 'mish', [c])], {
      ...{ out: 2, kernel: [2, 3, 2], stride: [1, 2, 1], padding: [0, 1, 0], bias: false },
    })
    const z = net.add('softplus', 'softplus', [d])
    net.add('both', 'concatenate', [net.add('fy', 'flatten', [y]), net.add('fz', 'flatten', [z])])
  },
  sizes(net) {
    const y = net.add('learned', 'instanceNorm', [0], { affine: true, eps: 1e-3 })
    const a = net.add('a', 'upsample', [y], { size: [10, 13], mode: 'bilinear' })
    const b = net.add('b', 'upsample', [net.add('twice', 'upsample', [y], { scale: 2 })], { size: [10, 13] })
    const shuffled = net.add('shuffled', 'pixelShuffle', [y], { scale: 2 })
    const cut = net.add('cut', 'slice', [shuffled], { axis: 2, begin: 0, end: 13 })
    const c = net.add('plain', 'instanceNorm', [cut])
    const up = net.add('up', 'convTranspose', [y], {
      ...{ out: 1, kernel: 3, stride: 2, padding: 1, outputPadding: [1, 0] },
    })
    const around = net.add('around', 'pad', [up], { sides: [0, 1, 1, 0], mode: 'reflect' })
    const d = net.add('edges', 'pad', [around], { sides: [1, 0, 0, 2], mode: 'replicate' })
    const e = net.add('zeros', 'pad', [y], { sides: [1, 2, 0, 3] })
    const gated = net.add('gated', 'multiply', [a, net.add('most', 'globalMaxPool', [y])])
    const maps = net.add('maps', 'concatenate', [gated, net.add('kept', 'stochasticDepth', [b]), c])
    const flat = [net.add('log', 'logSoftmax', [maps]), d, e].map((at, i) => net.add(`flat${i}`, 'flatten', [at]))
    net.add('all', 'concatenate', flat)
  },
  lookups(net) {
    const flat = net.add('flat', 'reshape', [0], { shape: [6, 20] })
    const y = net.add('rows', 'permute', [flat], { order: [1, 0] })
    const few = net.add('few', 'slice', [y], { axis: 0, begin: 0, end: 7 })
    const [q = 0, k = 0, v = 0] = [y, few, few].map((at, i) =>
      net.add(['query', 'key', 'value'][i] ?? '', 'linear', [at], { out: 6 }),
    )
    const looked = net.add('looked', 'dotAttention', [q, k, v], { heads: 2 })
    net.add('half', 'times', [net.add('timm', 'attention', [looked], { heads: 3, names: 'timm' })], { by: 0.5 })
  },
}

/** ResNet-20 for pictures of 32 × 32 pixels (He et al. 2016, section 4.2), with projections where a stage begins. */
export function resnet20(net: NetBuilder): void {
  const norm = (name: string, from: number): number => net.add(name, 'batchNorm', [from])
  const conv = (name: string, from: number, set: Settings): number =>
    net.add(name, 'conv', [from], { ...set, bias: false })
  let x = net.add('relu', 'relu', [norm('bn1', conv('conv1', 0, { out: 16, kernel: 3, padding: 1 }))])
  for (const [i, out] of [16, 32, 64].entries())
    for (const j of [0, 1, 2]) {
      const name = `layer${i + 1}.${j}`
      const stride = i > 0 && j === 0 ? 2 : 1
      const three = (at: string, from: number, by: number): number =>
        conv(`${name}.${at}`, from, { out, kernel: 3, padding: 1, stride: by })
      const first = net.add(`${name}.relu1`, 'relu', [norm(`${name}.bn1`, three('conv1', x, stride))])
      const second = norm(`${name}.bn2`, three('conv2', first, 1))
      const skip =
        stride === 1 ? x : norm(`${name}.downsample.1`, conv(`${name}.downsample.0`, x, { out, kernel: 1, stride }))
      x = net.add(`${name}.relu2`, 'relu', [net.add(`${name}.add`, 'add', [second, skip])])
    }
  const means = net.add('flat', 'flatten', [net.add('mean', 'adaptiveAvgPool', [x], { size: 1 })])
  net.add('fc', 'linear', [means], { out: 10 })
}
