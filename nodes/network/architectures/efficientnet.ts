/** EfficientNet: one small network, made wider, deeper and larger by one rule; and its second version. */
import { at, divisible, type Family, type Net, rgb } from './blocks.ts'

/** Fused?, expansion, kernel, stride, channels in, channels out, blocks. */
type Stage = readonly [0 | 1, number, number, 1 | 2, number, number, number]

const base: readonly Stage[] = [
  [0, 1, 3, 1, 32, 16, 1],
  [0, 6, 3, 2, 16, 24, 2],
  [0, 6, 5, 2, 24, 40, 2],
  [0, 6, 3, 2, 40, 80, 3],
  [0, 6, 5, 1, 80, 112, 3],
  [0, 6, 5, 2, 112, 192, 4],
  [0, 6, 3, 1, 192, 320, 1],
]

/** How much wider and deeper, and the side of the picture. */
const scaled: Readonly<Record<string, readonly [width: number, depth: number, side: number]>> = {
  efficientnet_b0: [1, 1, 224],
  efficientnet_b1: [1, 1.1, 240],
  efficientnet_b2: [1.1, 1.2, 288],
  efficientnet_b3: [1.2, 1.4, 300],
  efficientnet_b4: [1.4, 1.8, 380],
  efficientnet_b5: [1.6, 2.2, 456],
  efficientnet_b6: [1.8, 2.6, 528],
  efficientnet_b7: [2, 3.1, 600],
}

const second: Readonly<Record<string, readonly Stage[]>> = {
  efficientnet_v2_s: [
    [1, 1, 3, 1, 24, 24, 2],
    [1, 4, 3, 2, 24, 48, 4],
    [1, 4, 3, 2, 48, 64, 4],
    [0, 4, 3, 2, 64, 128, 6],
    [0, 6, 3, 1, 128, 160, 9],
    [0, 6, 3, 2, 160, 256, 15],
  ],
  efficientnet_v2_m: [
    [1, 1, 3, 1, 24, 24, 3],
    [1, 4, 3, 2, 24, 48, 5],
    [1, 4, 3, 2, 48, 80, 5],
    [0, 4, 3, 2, 80, 160, 7],
    [0, 6, 3, 1, 160, 176, 14],
    [0, 6, 3, 2, 176, 304, 18],
    [0, 6, 3, 1, 304, 512, 5],
  ],
}

interface Plan {
  readonly stages: readonly Stage[]
  readonly last: number
  readonly eps: number | undefined
}

interface Scale {
  /** Times the channels, and times the blocks of a stage, of B0. */
  readonly width: number
  readonly depth: number
}

function planOf(name: string): Plan {
  const stages = second[name]
  if (stages) return { stages, last: 1280, eps: 0.001 }
  const [width, depth] = scaled[name] ?? [1, 1]
  // The three largest were trained with another epsilon.
  return scaledPlan({ width, depth }, /b[567]$/.test(name) ? 0.001 : undefined)
}

function scaledPlan({ width, depth }: Scale, eps?: number): Plan {
  const wider = (channels: number): number => divisible(channels * width)
  const made = base.map(
    ([fused, expansion, kernel, stride, from, to, count]): Stage =>
      [fused, expansion, kernel, stride, wider(from), wider(to), Math.ceil(count * depth)] as const,
  )
  return { stages: made, last: 4 * wider(320), eps }
}

interface Block {
  readonly name: string
  readonly from: number
  readonly stage: Stage
  readonly stride: number
  readonly eps: number | undefined
}

function fused(net: Net, { name, from, stage: [, expansion, kernel, , , out], stride, eps }: Block): number {
  const inner = net.channels(from) * expansion
  const act = 'silu'
  if (expansion === 1) return net.convNorm(at(name, 'block.0'), from, { out, kernel, stride }, { act, eps })
  const wide = net.convNorm(at(name, 'block.0'), from, { out: inner, kernel, stride }, { act, eps })
  return net.convNorm(at(name, 'block.1'), wide, { out, kernel: 1 }, { eps })
}

function inverted(net: Net, { name, from, stage: [, expansion, kernel, , , out], stride, eps }: Block): number {
  const channels = net.channels(from)
  const inner = divisible(channels * expansion)
  const act = 'silu'
  let [x, index] = [from, 0]
  if (inner !== channels) x = net.convNorm(at(name, 'block', index++), x, { out: inner, kernel: 1 }, { act, eps })
  x = net.convNorm(at(name, 'block', index++), x, { out: inner, kernel, stride, groups: inner }, { act, eps })
  x = net.squeezeExcite(at(name, 'block', index++), x, Math.max(1, Math.floor(channels / 4)), 'silu', 'sigmoid')
  return net.convNorm(at(name, 'block', index), x, { out, kernel: 1 }, { eps })
}

/** Of the classifier: as the papers and torchvision have it. */
const dropouts: Readonly<Record<string, number>> = {
  ...{ efficientnet_b2: 0.3, efficientnet_b3: 0.3, efficientnet_b4: 0.4, efficientnet_b5: 0.4 },
  ...{ efficientnet_b6: 0.5, efficientnet_b7: 0.5, efficientnet_v2_m: 0.3, efficientnet_v2_l: 0.4 },
}

const sides: Readonly<Record<string, number>> = { efficientnet_v2_s: 384, efficientnet_v2_m: 480 }
const titled = (name: string): string =>
  name.includes('_v2_')
    ? `EfficientNet v2 ${name.slice(-1).toUpperCase()}`
    : `EfficientNet ${name.slice(-2).toUpperCase()}`

export const efficientnet: Family = {
  members: Object.fromEntries(
    [...Object.keys(scaled), ...Object.keys(second)].map((name) => [
      name,
      { title: titled(name), input: rgb(scaled[name]?.[2] ?? sides[name] ?? 224) },
    ]),
  ),
  build: (net, name, classes) => build(net, planOf(name), classes, dropouts[name]),
}

/** B0 made wider and deeper by any factors. */
export const scaledEfficientnet = (net: Net, scale: Scale, classes: number): void =>
  build(net, scaledPlan(scale), classes)

function build(net: Net, { stages, last, eps }: Plan, classes: number, p = 0.2): void {
  const first = stages[0]?.[4] ?? 32
  let x = net.convNorm('features.0', 0, { out: first, kernel: 3, stride: 2 }, { act: 'silu', eps })
  for (const [s, stage] of stages.entries())
    for (let i = 0; i < stage[6]; i++) {
      const from = x
      const block = { name: at('features', s + 1, i), from, stage, stride: i === 0 ? stage[3] : 1, eps }
      x = stage[0] === 1 ? fused(net, block) : inverted(net, block)
      if (block.stride === 1 && net.channels(from) === stage[5]) x = net.sum(at(block.name, 'add'), x, from)
    }
  x = net.convNorm(at('features', stages.length + 1), x, { out: last, kernel: 1 }, { act: 'silu', eps })
  net.linear('classifier.1', net.act('classifier.0', net.pooled(x), 'dropout', { p }), classes)
}
