import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { mostLayers, totalsOf } from '../../engine/values/layers/graph.ts'
import type { Layer } from '../../engine/values/layers/layer.ts'
import { socket } from '../../engine/values/sockets.ts'
import { scaledEfficientnet } from './architectures/efficientnet.ts'
import { built } from './architectures/index.ts'

interface Given {
  readonly alpha: number
  readonly beta: number
  readonly gamma: number
  readonly phi: number
  readonly classes: number
}

const side = ({ gamma, phi }: Given): number => Math.round(224 * gamma ** phi)

function layersOf(given: Given): readonly Layer[] {
  const { alpha, beta, phi, classes } = given
  const scale = { depth: alpha ** phi, width: beta ** phi }
  const size = side(given)
  const layers = built(`scaled ${scale.depth} ${scale.width} ${classes}`, [3, size, size], (net) =>
    scaledEfficientnet(net, scale, classes),
  )
  if (layers.length > mostLayers)
    throw new SightlineError('network.too-many', { given: layers.length, limit: mostLayers })
  return layers
}

const network = (given: Given) => ({ kind: 'network', name: 'EfficientNet', layers: layersOf(given) }) as const

const rounded = (value: number): number => Math.round(value * 1000) / 1000

const factor = (value: number, label: string, help: string) =>
  param.number({ default: value, min: 1, max: 2, step: 0.01, label, help })

/** EfficientNet-B0 made deeper, wider and larger by one exponent. Network and a table beside B0 out. */
export const networkCompoundScaling = defineNode({
  type: 'network/compound-scaling',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Compound scaling',
  alias: 'torchvision.models.efficientnet_b0',
  keywords: ['EfficientNet', 'depth', 'width', 'resolution', 'alpha', 'beta', 'gamma', 'phi', 'scale', 'B0', 'B7'],
  summary: 'Scales EfficientNet-B0 in depth, width and resolution at once, and says what that costs.',
  inputs: {},
  params: {
    phi: param.number({
      default: 1,
      min: 0,
      max: 7,
      step: 0.1,
      label: 'φ',
      help: 'How much larger the network may be. Each step multiplies its cost by α·β²·γ², which should be about 2.',
    }),
    alpha: factor(1.2, 'α (depth)', 'The number of blocks is multiplied by it for each step of φ.'),
    beta: factor(1.1, 'β (width)', 'The number of channels is multiplied by it for each step of φ.'),
    gamma: factor(1.15, 'γ (resolution)', 'The side of the picture is multiplied by it for each step of φ.'),
    classes: param.integer({
      default: 1000,
      min: 1,
      max: 100_000,
      label: 'Classes',
      help: 'How many numbers come out. 1000 are those of ImageNet.',
    }),
  },
  outputs: { network: socket.network(), table: socket.table() },
  shape: (given) => ({ network: network(given), table: { kind: 'table' } }),
  run: (given, { note }) => {
    const { alpha, beta, gamma, phi } = given
    const step = alpha * beta ** 2 * gamma ** 2
    const [own, base] = [totalsOf(layersOf(given)), totalsOf(layersOf({ ...given, phi: 0 }))]
    const row = (name: string, from: number, to: number) => [name, from, to, rounded(to / from)]
    note(
      `α·β²·γ² = ${rounded(step)}: ${rounded(step ** phi)} times the multiply-adds by the rule, ${rounded(own.multiplyAdds / base.multiplyAdds)} times in this network, whose blocks and channels are whole.`,
    )
    return {
      network: network(given),
      table: {
        kind: 'table',
        columns: ['', 'B0', 'scaled', 'times'],
        rows: [
          ['depth', 1, rounded(alpha ** phi), rounded(alpha ** phi)],
          ['width', 1, rounded(beta ** phi), rounded(beta ** phi)],
          row('resolution', 224, side(given)),
          row('parameters', base.parameters, own.parameters),
          row('multiply-adds', base.multiplyAdds, own.multiplyAdds),
          ['by the rule', 1, rounded(step ** phi), rounded(step ** phi)],
        ],
      },
    }
  },
  explain: {
    idea: 'A network can be made deeper, wider, or see larger pictures. Each alone soon stops helping. Scaled together by one exponent φ, they stay in balance: twice the depth costs twice as much, twice the width or resolution four times.',
    formula: String.raw`d = \param{alpha}{\alpha}^{\param{phi}{\varphi}}, \quad w = \param{beta}{\beta}^{\param{phi}{\varphi}}, \quad r = \param{gamma}{\gamma}^{\param{phi}{\varphi}}, \qquad \param{alpha}{\alpha} \cdot \param{beta}{\beta}^2 \cdot \param{gamma}{\gamma}^2 \approx 2`,
    reference:
      'Tan and Le, EfficientNet, 2019, equation 3; chapter 6.2. Its B1 to B7 are rounded by hand: Architecture gives those.',
    code: 'depth, width, resolution = {alpha}**{phi}, {beta}**{phi}, round(224 * {gamma}**{phi})',
  },
})
