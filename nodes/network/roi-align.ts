import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { roiInputs, roiParams, roiShapes, scaleOf } from '../roi.ts'

/**
 * A grid of features for each box, without rounding its edges. Tensor (1, H, W, C) or (1, C, H, W) and boxes (N) in; tensor
 * (N, size, size, C) or (N, C, size, size) float32 out.
 */
export const roiAlign = defineNode({
  type: 'network/roi-align',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'RoI Align',
  alias: 'torchvision.ops.roi_align',
  keywords: ['RoI', 'region of interest', 'Mask R-CNN', 'Faster R-CNN', 'crop', 'features', 'bilinear', 'pooling'],
  summary: 'Cuts the features of each box out of a feature map, all to one size, without rounding.',
  inputs: roiInputs,
  params: {
    ...roiParams,
    sampling: param.integer({
      default: 0,
      min: 0,
      max: 16,
      soft: [0, 4],
      label: 'Samples',
      help: 'A side of each bin, whose mean is taken. 0: as many as features that the bin spans. Mask R-CNN uses 2.',
    }),
    aligned: param.boolean({
      default: true,
      label: 'Half a pixel',
      help: 'Counts pixels from their edges, as Detectron2 does. Off: the first version, which is half a feature off.',
    }),
  },
  outputs: { tensor: socket.tensor({ axes: ['NHWC', 'NCHW'] }) },
  shape: (given) => roiShapes('RoI Align', given),
  run: async ({ features, boxes, size, scale, sampling, aligned }, { ops }) => ({
    tensor: await ops.roiAlign(features, {
      boxes: await ops.read(boxes.boxes, {}),
      size: [size, size],
      scale: scaleOf(scale, features, boxes),
      sampling,
      aligned,
    }),
  }),
  explain: {
    idea: 'A box seldom ends where a feature ends. RoI Align lays a grid over the box exactly where it is and asks for the value between the features, so a box that moves by half a feature gives other numbers.',
    formula: String.raw`F'(i, j) = \frac{1}{|S_{ij}|} \sum_{(x, y) \in S_{ij}} \mathrm{bilinear}(F, x, y), \quad i, j < \param{size}{k}`,
    reference: 'torchvision.ops.roi_align; Mask R-CNN (He et al. 2017), figure 3; chapter 6.4.',
    code: 'torchvision.ops.roi_align(features, [torch.as_tensor(boxes)], {size}, spatial_scale={scale}, sampling_ratio={sampling}, aligned={aligned})',
  },
})
