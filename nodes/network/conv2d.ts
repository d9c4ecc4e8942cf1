import { defineNode } from '../../engine/graph/node.ts'
import { conv2dShape } from '../../engine/ops/conv2d/op.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { filledColours, opaqueShape } from '../alpha.ts'

/**
 * A network's convolution layer, applied to each channel separately. Image (H, W, C) float32 in;
 * (⌊(H + 2p − d(kh − 1) − 1)/s⌋ + 1, the same of W, C) out, data if the weights do not sum to 1.
 */
export const conv2d = defineNode({
  type: 'network/conv2d',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'Convolution layer',
  alias: 'torch.nn.Conv2d',
  keywords: [
    'convolution',
    'CNN',
    'kernel',
    'stride',
    'padding',
    'dilation',
    'atrous',
    'depthwise',
    'layer',
    'TensorFlow',
  ],
  summary: 'Slides a matrix over the picture as a network does: in strides, over padding, with gaps.',
  inputs: { image: socket.image({ help: 'Of a picture with opacity, its colours; the result has none.' }) },
  params: {
    kernel: param.matrix({
      default: [
        [-1, 0, 1],
        [-2, 0, 2],
        [-1, 0, 1],
      ],
      minSize: 1,
      maxSize: 31,
      label: 'Weights',
      help: 'A network learns them; here you set them. The same for each channel.',
    }),
    bias: param.number({
      default: 0,
      min: -1000,
      max: 1000,
      soft: [-1, 1],
      step: 0.01,
      label: 'Bias',
      help: 'Added to every result.',
    }),
    stride: param.integer({
      default: 1,
      min: 1,
      max: 64,
      soft: [1, 8],
      unit: 'px',
      label: 'Stride',
      help: 'From one window to the next: 2 halves the sides of the picture.',
    }),
    padding: param.integer({
      default: 1,
      min: 0,
      max: 1024,
      soft: [0, 16],
      unit: 'px',
      label: 'Padding',
      help: 'Rows and columns of zeros around the picture. Half the matrix keeps the size.',
    }),
    dilation: param.integer({
      default: 1,
      min: 1,
      max: 64,
      soft: [1, 8],
      unit: 'px',
      label: 'Dilation',
      help: 'From one weight to the next: 2 leaves a pixel out between any two, so the same weights see further.',
    }),
  },
  outputs: { image: socket.image() },
  shape: ({ image, ...params }) => (image ? { image: conv2dShape(opaqueShape(image), params) } : {}),
  run: async ({ image, ...params }, { ops }) => {
    const reach = params.dilation * Math.max(params.kernel.length, params.kernel[0]?.length ?? 0)
    return { image: await ops.conv2d(await filledColours(ops, image, reach), params) }
  },
  explain: {
    idea: 'The same as a filter with a matrix of your own, but a network may take larger steps, so that the picture becomes smaller, and sees zeros beyond the edge.',
    formula: String.raw`I'(y, x) = \param{bias}{b} + \sum_{i,j} K_{ij}\; I(\param{stride}{s}\,y - \param{padding}{p} + \param{dilation}{d}\,i,\ \param{stride}{s}\,x - \param{padding}{p} + \param{dilation}{d}\,j), \qquad K = \param{kernel}{\begin{bmatrix} k_{00} & k_{01} & \cdots \\ k_{10} & k_{11} & \cdots \\ \vdots & \vdots & \ddots \end{bmatrix}}`,
    reference:
      'PyTorch torch.nn.Conv2d with groups = C, and tf.depthwiseConv2d, which computes it; chapter 6.1, "The convolution operation".',
    code: 'C = image.shape[1]; torch.nn.functional.conv2d(image, torch.tensor({kernel}, dtype=torch.float32).expand(C, 1, -1, -1), stride={stride}, padding={padding}, dilation={dilation}, groups=C) + {bias}',
    laws: [
      { change: { bias: 'up' }, measure: 'mean', expect: 'up' },
      { change: { stride: 'up' }, measure: 'pixels', expect: 'down' },
    ],
  },
})
