import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageValue, PlotValue } from '../../engine/values/index.ts'
import { totalsOf } from '../../engine/values/layers/graph.ts'
import { socket } from '../../engine/values/sockets.ts'
import { albumChart } from '../album-chart.ts'
import { chartShape } from '../sheet.ts'
import { architecture, architectureNames, architectureTitles } from './architectures/index.ts'
import { published } from './architectures/published.ts'

const costs = ['multiply-adds', 'parameters'] as const
type Cost = (typeof costs)[number]

interface Row {
  readonly name: string
  readonly title: string
  readonly year: number
  readonly top1: number
  readonly parameters: number
  readonly multiplyAdds: number
}

let kept: readonly Row[] | undefined

/** Those with a published accuracy. Counting all takes a moment, once. */
function rows(): readonly Row[] {
  kept ??= architectureNames.flatMap((name): Row[] => {
    const { year = 0, top1 } = published[name] ?? {}
    if (top1 === undefined) return []
    const { parameters, multiplyAdds } = totalsOf(architecture(name, 1000))
    return [{ name, title: architectureTitles[name] ?? name, year, top1, parameters, multiplyAdds }]
  })
  return kept
}

const costOf = (row: Row, cost: Cost): number => (cost === 'parameters' ? row.parameters : row.multiplyAdds)

const lines: readonly (readonly [string, RegExp])[] = [
  ['VGG', /^vgg\d+$/],
  ['ResNet', /^resnet/],
  ['EfficientNet', /^efficientnet_b/],
  ['Swin', /^swin/],
]
/** Places of the axis for each power of ten. */
const perDecade = 60

/** Errors over the power of ten of the cost; what belongs together is a line. */
function plotOf(all: readonly Row[], cost: Cost): PlotValue {
  const powers = all.map((row) => Math.log10(costOf(row, cost)))
  const [from, to] = [Math.floor(2 * Math.min(...powers)) / 2, Math.ceil(2 * Math.max(...powers)) / 2]
  const places = Math.round((to - from) * perDecade) + 1
  const series = lines.map(([name, members]) => {
    const values = new Array<number>(places).fill(Number.NaN)
    for (const row of all)
      if (members.test(row.name))
        values[Math.round((Math.log10(costOf(row, cost)) - from) * perDecade)] = 100 - row.top1
    return { name, values }
  })
  return { kind: 'plot', x: { label: `log₁₀ ${cost}`, range: [from, to] }, series }
}

const percent = (value: number): number => Math.round(value * 10) / 10

/** Published accuracy of all architectures against what they cost. Nothing in; chart (640, 960, 3), table and plot out. */
export const networkAlbum = defineNode({
  type: 'network/album',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Family album',
  alias: 'torchvision.models.list_models',
  keywords: [
    'accuracy',
    'cost',
    'ImageNet',
    'top-1',
    'Pareto',
    'compare architectures',
    'FLOPs',
    'history',
    'efficiency',
  ],
  summary: 'Plots the published ImageNet accuracy of architectures against their cost.',
  inputs: {},
  params: {
    cost: param.choice({
      default: 'multiply-adds',
      of: costs,
      names: { 'multiply-adds': 'Multiply-adds', parameters: 'Parameters' },
      label: 'Cost',
      help: 'Work for one picture, or numbers that are kept.',
    }),
    sort: param.choice({
      default: 'year',
      of: ['year', 'top-1', 'cost'],
      names: { year: 'By year', 'top-1': 'By accuracy', cost: 'By cost' },
      label: 'Order',
      help: 'Of the rows of the table.',
    }),
  },
  outputs: {
    image: socket.image({ channels: [3], spaces: ['rgb'], range: [0, 1] }),
    table: socket.table(),
    plot: socket.plot(),
  },
  // VGG orange, ResNet blue, EfficientNet green, Swin pink.
  shape: () => ({ image: chartShape, table: { kind: 'table' }, plot: { kind: 'plot' } }),
  run: async ({ cost, sort }, { ops }) => {
    const all = rows()
    const key = (row: Row): number => (sort === 'year' ? row.year : sort === 'top-1' ? -row.top1 : costOf(row, cost))
    const sorted = [...all].sort((a, b) => key(a) - key(b) || costOf(a, cost) - costOf(b, cost))
    const table = {
      kind: 'table',
      columns: ['architecture', 'year', 'top-1 in %', 'parameters in M', 'multiply-adds in G'],
      rows: sorted.map(({ title, year, top1, parameters, multiplyAdds }) => [
        ...[title, year, percent(top1)],
        ...[Number((parameters / 1e6).toPrecision(3)), Number((multiplyAdds / 1e9).toPrecision(3))],
      ]),
    } as const
    const dots = all.map((row) => ({
      power: Math.log10(costOf(row, cost)),
      error: 100 - row.top1,
      family: lines.findIndex(([, members]) => members.test(row.name)),
    }))
    const image = (await ops.fromNumbers({ shape: chartShape, numbers: albumChart(dots) })) as ImageValue
    return { image, table, plot: plotOf(all, cost) }
  },
  explain: {
    idea: 'More work buys fewer errors, but less and less for each factor of ten. At the same cost, each generation makes fewer errors than the one before.',
    formula: String.raw`\text{error} = 1 - \text{top-1}, \qquad x = \log_{10} \text{cost}`,
    reference:
      'Accuracy: metadata of torchvision 0.14 (IMAGENET1K_V1) and the papers; parameters and multiply-adds counted from the layers, equal to torchvision’s.',
    code: "torchvision.models.get_weight('ResNet50_Weights.IMAGENET1K_V1').meta",
  },
})
