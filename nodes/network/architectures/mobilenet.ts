/** MobileNet v1: depthwise and pointwise convolutions in turn. v2 and v3: inverted residuals, wide inside and narrow between the blocks. */
import { at, divisible, type Family, type Net, rgb } from './blocks.ts'

/** Channels, blocks, stride of the first. */
const first = [
  [64, 1, 1],
  [128, 2, 2],
  [256, 2, 2],
  [512, 6, 2],
  [1024, 2, 2],
] as const

/** Names as in timm's mobilenetv1_100, which torchvision does not have. */
export const mobilenetV1: Family = {
  members: { mobilenet_v1: { title: 'MobileNet v1', input: rgb(224) } },
  build(net, _, classes) {
    const relu6 = (name: string, from: number): number => net.act(name, from, 'relu6')
    let x = net.conv('conv_stem', 0, { out: 32, kernel: 3, stride: 2, padding: 1, bias: false })
    x = relu6('act1', net.norm('bn1', x))
    for (const [stage, [out, count, step]] of first.entries())
      for (let i = 0; i < count; i++) {
        const name = at('blocks', stage, i)
        const [groups, stride] = [net.channels(x), i === 0 ? step : 1]
        x = net.conv(at(name, 'conv_dw'), x, { out: groups, kernel: 3, stride, padding: 1, groups, bias: false })
        x = relu6(at(name, 'act1'), net.norm(at(name, 'bn1'), x))
        x = net.conv(at(name, 'conv_pw'), x, { out, kernel: 1, bias: false })
        x = relu6(at(name, 'act2'), net.norm(at(name, 'bn2'), x))
      }
    net.linear('classifier', net.pooled(x), classes)
  },
}

/** Expansion, channels, blocks, stride of the first. */
const second = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const

function inverted(net: Net, name: string, from: number, expansion: number, out: number, stride: number): number {
  const channels = net.channels(from)
  const act = 'relu6'
  let [x, index] = [from, 0]
  if (expansion !== 1) x = net.convNorm(at(name, 'conv', index++), x, { out: channels * expansion, kernel: 1 }, { act })
  const groups = channels * expansion
  x = net.convNorm(at(name, 'conv', index++), x, { out: groups, kernel: 3, stride, groups }, { act })
  x = net.conv(at(name, 'conv', index++), x, { out, kernel: 1, bias: false })
  x = net.norm(at(name, 'conv', index), x)
  return stride === 1 && channels === out ? net.sum(at(name, 'add'), x, from) : x
}

export const mobilenetV2: Family = {
  members: { mobilenet_v2: { title: 'MobileNet v2', input: rgb(224) } },
  build(net, _, classes) {
    let x = net.convNorm('features.0', 0, { out: 32, kernel: 3, stride: 2 }, { act: 'relu6' })
    let index = 1
    for (const [expansion, out, count, first] of second)
      for (let i = 0; i < count; i++) x = inverted(net, at('features', index++), x, expansion, out, i === 0 ? first : 1)
    x = net.convNorm(at('features', index), x, { out: 1280, kernel: 1 }, { act: 'relu6' })
    net.linear('classifier.1', net.act('classifier.0', net.pooled(x), 'dropout', { p: 0.2 }), classes)
  },
}

/** Kernel, channels inside, channels out, squeeze and excite, hard swish, stride. */
type Row = readonly [number, number, number, 0 | 1, 0 | 1, 1 | 2]

const third: Readonly<Record<string, { readonly rows: readonly Row[]; readonly last: number }>> = {
  mobilenet_v3_large: {
    rows: [
      [3, 16, 16, 0, 0, 1],
      [3, 64, 24, 0, 0, 2],
      [3, 72, 24, 0, 0, 1],
      [5, 72, 40, 1, 0, 2],
      [5, 120, 40, 1, 0, 1],
      [5, 120, 40, 1, 0, 1],
      [3, 240, 80, 0, 1, 2],
      [3, 200, 80, 0, 1, 1],
      [3, 184, 80, 0, 1, 1],
      [3, 184, 80, 0, 1, 1],
      [3, 480, 112, 1, 1, 1],
      [3, 672, 112, 1, 1, 1],
      [5, 672, 160, 1, 1, 2],
      [5, 960, 160, 1, 1, 1],
      [5, 960, 160, 1, 1, 1],
    ],
    last: 1280,
  },
  mobilenet_v3_small: {
    rows: [
      [3, 16, 16, 1, 0, 2],
      [3, 72, 24, 0, 0, 2],
      [3, 88, 24, 0, 0, 1],
      [5, 96, 40, 1, 1, 2],
      [5, 240, 40, 1, 1, 1],
      [5, 240, 40, 1, 1, 1],
      [5, 120, 48, 1, 1, 1],
      [5, 144, 48, 1, 1, 1],
      [5, 288, 96, 1, 1, 2],
      [5, 576, 96, 1, 1, 1],
      [5, 576, 96, 1, 1, 1],
    ],
    last: 1024,
  },
}

function block(net: Net, name: string, from: number, [kernel, inner, out, squeezed, hard, stride]: Row): number {
  const with_ = { act: hard ? 'hardswish' : 'relu', eps: 0.001 }
  let [x, index] = [from, 0]
  if (inner !== net.channels(from)) x = net.convNorm(at(name, 'block', index++), x, { out: inner, kernel: 1 }, with_)
  x = net.convNorm(at(name, 'block', index++), x, { out: inner, kernel, stride, groups: inner }, with_)
  if (squeezed)
    x = net.squeezeExcite(at(name, 'block', index++), x, divisible(Math.floor(inner / 4)), 'relu', 'hardsigmoid')
  x = net.convNorm(at(name, 'block', index), x, { out, kernel: 1 }, { eps: 0.001 })
  return stride === 1 && net.channels(from) === out ? net.sum(at(name, 'add'), x, from) : x
}

export const mobilenetV3: Family = {
  members: {
    mobilenet_v3_large: { title: 'MobileNet v3 large', input: rgb(224) },
    mobilenet_v3_small: { title: 'MobileNet v3 small', input: rgb(224) },
  },
  build(net, name, classes) {
    const { rows = [], last = 0 } = third[name] ?? {}
    const with_ = { act: 'hardswish', eps: 0.001 }
    let x = net.convNorm('features.0', 0, { out: 16, kernel: 3, stride: 2 }, with_)
    for (const [i, row] of rows.entries()) x = block(net, at('features', i + 1), x, row)
    x = net.convNorm(at('features', rows.length + 1), x, { out: 6 * net.channels(x), kernel: 1 }, with_)
    x = net.act('classifier.1', net.linear('classifier.0', net.pooled(x), last), 'hardswish')
    net.linear('classifier.3', net.act('classifier.2', x, 'dropout', { p: 0.2 }), classes)
  },
}
