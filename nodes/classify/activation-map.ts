import { defineNode } from '../../engine/graph/node.ts'
import { unsupported } from '../../engine/ops/check.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageValue, TensorShape } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'

const name = 'The class activation map'

/** Height, width, channels. */
function sidesOf({ shape, axes }: TensorShape): readonly [number, number, number] {
  const layout = axes.join('')
  if (shape.length === 4 && shape[0] === 1 && (layout === 'NHWC' || layout === 'NCHW')) {
    const side = (axis: string): number => shape[axes.indexOf(axis)] ?? 0
    return [side('H'), side('W'), side('C')]
  }
  throw unsupported(name, `features ${layout} ${shape.join(' × ')}`, 'features NHWC or NCHW of one picture')
}

/**
 * Where in the picture a class was seen: the last feature maps, each weighted by what the class gives for it. Features (1, h, w, C)
 * or (1, C, h, w), weights (C, K) or (K, C) of the dense layer after the global average, scores of K classes; image (H, W, 1) of plain numbers
 * out, as large as the picture.
 */
export const activationMap = defineNode({
  type: 'classify/activation-map',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Class activation map',
  alias: 'torchcam.methods.CAM',
  keywords: ['CAM', 'heatmap', 'saliency', 'attention', 'Grad-CAM', 'explain', 'localisation', 'where'],
  summary: 'Shows which parts of the picture support a class.',
  inputs: {
    image: socket.image({ help: 'The picture that the network was shown. The map gets its size.' }),
    features: socket.tensor({ axes: ['NHWC', 'NCHW'], help: 'What the last convolution gives.' }),
    weights: socket.tensor({
      axes: ['CK', 'IO', 'KC'],
      help: 'Of the dense layer after the global average: channels × classes, or as PyTorch has them, classes × channels.',
    }),
    scores: socket.tensor({ axes: ['NK', 'NC'], help: 'One number for each class.' }),
  },
  params: {
    rank: param.integer({
      default: 1,
      min: 1,
      max: 1000,
      soft: [1, 5],
      label: 'Rank of the class',
      help: 'Which class to explain: 1 is the best, 2 the second best.',
    }),
  },
  outputs: { map: socket.image({ channels: [1], spaces: ['data'], range: null }) },
  shape: ({ image }) => {
    if (!image) return {}
    const { height, width } = image
    return { map: { kind: 'image', height, width, channels: 1, space: 'data', alpha: false } }
  },
  run: async ({ image, features, weights, scores, rank }, { ops }) => {
    const [height, width, channels] = sidesOf(features)
    const turned = weights.axes[0] === 'K'
    const [rows, classes = 0] = turned ? [...weights.shape].reverse() : weights.shape
    if (rows !== channels || weights.shape.length !== 2)
      throw unsupported(name, `weights ${weights.shape.join(' × ')} for ${channels} channels`, `${channels} × classes`)
    const [maps, matrix, sure] = [await ops.read(features, {}), await ops.read(weights, {}), await ops.read(scores, {})]
    if (sure.length !== classes) throw unsupported(name, `${sure.length} scores`, `${classes}, one for each class`)
    const ranked = Array.from(sure, (score, i) => [score, i] as const).sort(([a], [b]) => b - a)
    const chosen = ranked[Math.min(rank, ranked.length) - 1]?.[1] ?? 0
    const planar = features.axes[1] === 'C'
    const numbers = Float32Array.from({ length: height * width }, (_, at) => {
      let sum = 0
      for (let c = 0; c < channels; c++) {
        const value = maps[planar ? c * height * width + at : at * channels + c] ?? 0
        sum += value * (matrix[turned ? chosen * channels + c : c * classes + chosen] ?? 0)
      }
      return sum
    })
    const small = (await ops.fromNumbers({
      shape: { kind: 'image', height, width, channels: 1, space: 'data', alpha: false },
      numbers,
    })) as ImageValue
    return { map: await ops.resize(small, { width: image.width, height: image.height, method: 'bilinear' }) }
  },
  explain: {
    idea: 'A network with a global average before its last layer adds up evidence from all places alike. Leave out the average, and the same sum tells at each place how much it spoke for the class.',
    formula: String.raw`M_c(y, x) = \sum_k w_{k c}\, f_k(y, x), \qquad z_c = \tfrac{1}{hw} \sum_{y, x} M_c(y, x) + b_c`,
    reference: 'Learning Deep Features for Discriminative Localization (Zhou et al. 2016).',
    code: 'c = np.argsort(-scores.ravel())[{rank} - 1]; cam = cv2.resize(features[0] @ weights[:, c], image.shape[1::-1])',
  },
})
