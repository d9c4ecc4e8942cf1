import { defineNode } from '../../engine/graph/node.ts'
import { maxPoolShape } from '../../engine/ops/max-pool/op.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { filledColours, opaqueShape } from '../alpha.ts'

/** The largest number of each window. Image (H, W, C) float32 in; (⌊(H + 2p − k)/s⌋ + 1, the same of W, C) out. */
export const maxPool = defineNode({
  type: 'network/max-pool',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'Max pooling',
  alias: 'torch.nn.MaxPool2d',
  keywords: ['pool', 'CNN', 'downsample', 'subsample', 'largest', 'layer', 'TensorFlow'],
  summary: 'Keeps the largest number of each window, so that the picture becomes smaller.',
  inputs: { image: socket.image({ help: 'Of a picture with opacity, its colours; the result has none.' }) },
  params: {
    size: param.integer({
      default: 2,
      min: 1,
      max: 64,
      soft: [1, 8],
      unit: 'px',
      label: 'Window',
      help: 'Its side.',
    }),
    stride: param.integer({
      default: 2,
      min: 1,
      max: 64,
      soft: [1, 8],
      unit: 'px',
      label: 'Stride',
      help: 'From one window to the next. As large as the window, no pixel is looked at twice.',
    }),
    padding: param.integer({
      default: 0,
      min: 0,
      max: 32,
      soft: [0, 4],
      unit: 'px',
      label: 'Padding',
      help: 'Rows and columns around the picture that are never the largest; half a window at most.',
    }),
  },
  outputs: { image: socket.image() },
  shape: ({ image, ...params }) => (image ? { image: maxPoolShape(opaqueShape(image), params) } : {}),
  run: async ({ image, ...params }, { ops }) => {
    const reach = params.size
    return { image: await ops.maxPool(await filledColours(ops, image, reach), params) }
  },
  explain: {
    idea: 'Of each window only the strongest answer is kept. What was found stays, where exactly it was found becomes less important.',
    formula: String.raw`I'(y, x) = \max_{0 \le i, j < \param{size}{k}} I(\param{stride}{s}\,y - \param{padding}{p} + i,\ \param{stride}{s}\,x - \param{padding}{p} + j)`,
    reference:
      'PyTorch torch.nn.MaxPool2d, and tf.maxPool, which computes it; chapter 6.2: Conv → BatchNorm → ReLU → Pooling.',
    code: 'torch.nn.functional.max_pool2d(image, {size}, stride={stride}, padding={padding})',
    laws: [
      { change: { size: 'up' }, measure: 'mean', expect: 'up' },
      { change: { stride: 'up' }, measure: 'pixels', expect: 'down' },
    ],
  },
})
