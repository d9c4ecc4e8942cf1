import { div, expr, sub } from '../../engine/ops/expr.ts'
import { imageLayouts } from '../../engine/ops/layout/tensor.ts'
import { defineNode } from '../../engine/types/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { socket } from '../../engine/values/sockets.ts'
import { tensorShape } from '../tensor-shape.ts'

function checkStd(std: readonly number[]): void {
  if (std.some((value) => value === 0))
    throw new SightlineError('param.invalid', {
      param: 'std',
      given: `[${std.join(', ')}]`,
      wanted: 'numbers other than 0',
    })
}

/** (image − mean) / std for each channel, as a tensor. RGB image (H, W, 3) float32 0..1 in; tensor HWC, CHW or NCHW out. */
export const normalise = defineNode({
  type: 'tensor/normalise',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Normalise',
  alias: 'T.Normalize',
  keywords: [
    'normalize',
    'standardise',
    'standardize',
    'ImageNet',
    'mean',
    'std',
    'preprocess',
    'CHW',
    'NCHW',
    'ToTensor',
  ],
  summary: 'Centres the numbers around 0, as networks want them, and gives a tensor.',
  inputs: { image: socket.image({ channels: [3], spaces: ['rgb'] }) },
  params: {
    mean: param.vector({
      default: [0.485, 0.456, 0.406],
      minLength: 1,
      maxLength: 3,
      label: 'Mean',
      help: 'Taken away from red, green and blue; one number serves all. The default is that of ImageNet.',
    }),
    std: param.vector({
      default: [0.229, 0.224, 0.225],
      minLength: 1,
      maxLength: 3,
      label: 'Standard deviation',
      help: 'What is left is divided by it; one number serves all. The default is that of ImageNet.',
    }),
    layout: param.choice({
      default: 'NCHW',
      of: imageLayouts,
      names: {
        HWC: 'HWC (NumPy, OpenCV)',
        CHW: 'CHW (PyTorch, one picture)',
        NCHW: 'NCHW (PyTorch, a batch of one)',
      },
      label: 'Axes',
      help: 'H rows, W columns, C channels, N pictures: which index comes first.',
    }),
  },
  outputs: { tensor: socket.tensor({ axes: imageLayouts }) },
  shape: ({ image, std, layout }) => {
    checkStd(std)
    return image ? { tensor: tensorShape(image, layout) } : {}
  },
  run: async ({ image, mean, std, layout }, { ops }) => {
    checkStd(std)
    const formula = expr((a) => div(sub(a, mean), std))
    return {
      tensor: await ops.toTensor(await ops.pointwise(image, { formula, space: 'data', range: null }), { axes: layout }),
    }
  },
  explain: {
    idea: 'A network learns best from numbers around 0 of about the same size in each channel. It was trained on pictures treated so, and must be shown pictures treated the same.',
    formula: {
      by: 'layout',
      of: {
        HWC: String.raw`T_{y,x,c} = \frac{I(y, x, c) - \param{mean}{\mu}_c}{\param{std}{\sigma}_c}`,
        CHW: String.raw`T_{c,y,x} = \frac{I(y, x, c) - \param{mean}{\mu}_c}{\param{std}{\sigma}_c}`,
        NCHW: String.raw`T_{0,c,y,x} = \frac{I(y, x, c) - \param{mean}{\mu}_c}{\param{std}{\sigma}_c}`,
      },
    },
    reference:
      'torchvision.transforms.Normalize; chapter 6.1: ImageNet mean [0.485, 0.456, 0.406], std [0.229, 0.224, 0.225].',
    code: {
      by: 'layout',
      of: {
        HWC: '(image - {mean}) / {std}',
        CHW: 'T.Normalize({mean}, {std})(T.ToTensor()(image))',
        NCHW: 'T.Normalize({mean}, {std})(T.ToTensor()(image)).unsqueeze(0)',
      },
    },
  },
})
