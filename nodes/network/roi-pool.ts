import { defineNode } from '../../engine/graph/node.ts'
import { socket } from '../../engine/values/sockets.ts'
import { roiInputs, roiParams, roiShapes, scaleOf } from '../roi.ts'

/**
 * A grid of features for each box, its edges rounded to whole features. Tensor (1, H, W, C) or (1, C, H, W) and boxes (N) in; tensor
 * (N, size, size, C) or (N, C, size, size) float32 out.
 */
export const roiPool = defineNode({
  type: 'network/roi-pool',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'RoI Pool',
  alias: 'torchvision.ops.roi_pool',
  keywords: ['RoI', 'region of interest', 'Fast R-CNN', 'Faster R-CNN', 'crop', 'features', 'max pooling', 'quantise'],
  summary: 'Cuts the features of each box out of a feature map, all to one size, in whole features.',
  inputs: roiInputs,
  params: roiParams,
  outputs: { tensor: socket.tensor({ axes: ['NHWC', 'NCHW'] }) },
  shape: (given) => roiShapes('RoI Pool', given),
  run: async ({ features, boxes, size, scale }, { ops }) => ({
    tensor: await ops.roiPool(features, {
      boxes: await ops.read(boxes.boxes, {}),
      size: [size, size],
      scale: scaleOf(scale, features, boxes),
    }),
  }),
  explain: {
    idea: 'The box is cut into bins of whole features, and of each bin the strongest is kept. It is quick, but the edges are rounded twice, which moves the box by up to half a feature: enough to harm a mask.',
    formula: String.raw`F'(i, j) = \max_{(x, y) \in \mathrm{bin}_{ij}} F(x, y), \quad i, j < \param{size}{k}`,
    reference: 'torchvision.ops.roi_pool; Fast R-CNN (Girshick 2015); chapter 6.3.',
    code: 'torchvision.ops.roi_pool(features, [torch.as_tensor(boxes)], {size}, spatial_scale={scale})',
  },
})
