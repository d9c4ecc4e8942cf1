import { defineNode } from '../../engine/graph/node.ts'
import { unsupported } from '../../engine/ops/check.ts'
import { expr, type Formula, greater, min, select } from '../../engine/ops/expr.ts'
import { pointwiseShape } from '../../engine/ops/pointwise/op.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageShape } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { bestThreshold } from '../otsu.ts'

const modes = ['binary', 'binary-inv', 'trunc', 'tozero', 'tozero-inv', 'otsu'] as const
type Mode = (typeof modes)[number]

function formulaOf(mode: Mode, at: number, maximum: number): Formula {
  return expr((a) => {
    switch (mode) {
      case 'binary':
      case 'otsu':
        return select(greater(a, at), maximum, 0)
      case 'binary-inv':
        return select(greater(a, at), 0, maximum)
      case 'trunc':
        return min(a, at)
      case 'tozero':
        return select(greater(a, at), a, 0)
      case 'tozero-inv':
        return select(greater(a, at), 0, a)
    }
  })
}

const isBinary = (mode: Mode): boolean => mode === 'binary' || mode === 'binary-inv' || mode === 'otsu'

function thresholdShape(image: ImageShape, mode: Mode, maximum: number): ImageShape {
  if (mode === 'otsu' && image.channels - (image.alpha ? 1 : 0) !== 1)
    throw unsupported("Otsu's method", `a picture of ${image.channels} channels`, 'one channel: convert to gray first')
  return pointwiseShape([image], isBinary(mode) ? { range: maximum > 0 ? [0, maximum] : null } : {})
}

/** Compares every number with a threshold. Image (H, W, C) float32 in; the same shape, and the threshold used, out. */
export const threshold = defineNode({
  type: 'math/threshold',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Threshold',
  alias: 'cv2.threshold',
  keywords: ['binary', 'binarise', 'binarize', 'mask', 'cut', 'segment', 'otsu', 'black and white', 'clip'],
  summary: 'Splits a picture in two: what is above a value, and what is not.',
  basic: true,
  inputs: { image: socket.image() },
  params: {
    mode: param.choice({
      default: 'binary',
      of: modes,
      names: {
        binary: 'White above',
        'binary-inv': 'White below',
        trunc: 'Cut off above',
        tozero: 'Keep what is above',
        'tozero-inv': 'Keep what is below',
        otsu: "Automatic (Otsu's method)",
      },
      label: 'Mode',
      help: 'The modes of cv2.threshold. Otsu finds the value that parts a one-channel picture best, whatever range its numbers have; fully transparent pixels do not count.',
    }),
    value: param.number({
      default: 0.5,
      min: -1e6,
      max: 1e6,
      soft: [0, 1],
      step: 0.005,
      label: 'Threshold',
      help: 'In the numbers of the picture: 0 is black, 1 is white; 127 of 8 bit is 0.498.',
      when: { param: 'mode', is: ['binary', 'binary-inv', 'trunc', 'tozero', 'tozero-inv'] },
    }),
    maximum: param.number({
      default: 1,
      min: 0,
      max: 1e6,
      soft: [0, 1],
      step: 0.05,
      label: 'White',
      help: 'The value that passes are set to.',
      when: { param: 'mode', is: ['binary', 'binary-inv', 'otsu'] },
    }),
  },
  outputs: {
    image: socket.image().like('image'),
    threshold: socket.number({ help: 'The threshold that was used.' }),
  },
  shape: ({ image, mode, maximum }) => ({
    ...(image && { image: thresholdShape(image, mode, maximum) }),
    threshold: { kind: 'number' },
  }),
  run: async ({ image, mode, value, maximum }, { ops }) => {
    const { range } = thresholdShape(image, mode, maximum)
    const at = mode === 'otsu' ? await bestThreshold(ops, image) : value
    return {
      image: ops.pointwise(image, { formula: formulaOf(mode, at, maximum), range: range ?? null }),
      threshold: { kind: 'number', value: at },
    }
  },
  explain: {
    idea: 'Every number is compared with one value. Above it the picture becomes white, else black: a mask of what is bright.',
    formula: {
      by: 'mode',
      of: {
        binary: String.raw`I'(p) = \begin{cases} \param{maximum}{m} & I(p) > \param{value}{t} \\ 0 & \text{otherwise} \end{cases}`,
        'binary-inv': String.raw`I'(p) = \begin{cases} 0 & I(p) > \param{value}{t} \\ \param{maximum}{m} & \text{otherwise} \end{cases}`,
        trunc: String.raw`I'(p) = \min(I(p),\ \param{value}{t})`,
        tozero: String.raw`I'(p) = \begin{cases} I(p) & I(p) > \param{value}{t} \\ 0 & \text{otherwise} \end{cases}`,
        'tozero-inv': String.raw`I'(p) = \begin{cases} 0 & I(p) > \param{value}{t} \\ I(p) & \text{otherwise} \end{cases}`,
        otsu: String.raw`I'(p) = \begin{cases} \param{maximum}{m} & I(p) > t \\ 0 & \text{otherwise} \end{cases} \qquad t = \arg\max_t\ \omega_0\,\omega_1\,(\mu_0 - \mu_1)^2`,
      },
    },
    reference: 'OpenCV threshold; N. Otsu, A threshold selection method from gray-level histograms, 1979; chapter 6.1.',
    code: {
      by: 'mode',
      of: {
        binary: 'used, image = cv2.threshold(image, {value}, {maximum}, cv2.THRESH_BINARY)',
        'binary-inv': 'used, image = cv2.threshold(image, {value}, {maximum}, cv2.THRESH_BINARY_INV)',
        trunc: 'used, image = cv2.threshold(image, {value}, 1, cv2.THRESH_TRUNC)',
        tozero: 'used, image = cv2.threshold(image, {value}, 1, cv2.THRESH_TOZERO)',
        'tozero-inv': 'used, image = cv2.threshold(image, {value}, 1, cv2.THRESH_TOZERO_INV)',
        otsu: 'used, image = cv2.threshold(np.uint8(np.rint(image * 255)), 0, {maximum}, cv2.THRESH_BINARY + cv2.THRESH_OTSU)',
      },
    },
    laws: [{ change: { value: 'up' }, measure: 'mean', expect: 'down' }],
  },
})
