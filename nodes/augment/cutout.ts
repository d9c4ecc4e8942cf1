import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { augmentInputs, augmentOutputs, augmentParams, augmentShape, withStep } from '../augmenting.ts'

/** Covers a part of each picture by chance. Changes so far in, which may be left out; these and one more, and a picture of what they do, out. */
export const augmentCutout = defineNode({
  type: 'augment/cutout',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Cutout',
  alias: 'torchvision.transforms.RandomErasing',
  keywords: ['augmentation', 'data augmentation', 'train', 'random', 'erase', 'occlusion', 'hide', 'square'],
  summary: 'Covers a square of each picture, at another place each time.',
  inputs: augmentInputs,
  params: {
    size: param.number({
      default: 0.5,
      min: 0.02,
      max: 1,
      label: 'Size',
      help: 'Of the shorter side. Near an edge less of the square lies in the picture.',
    }),
    ...augmentParams,
  },
  outputs: augmentOutputs,
  preview: 'grid',
  shape: ({ before, batch, seed: _, ...set }) => augmentShape({ before, batch }, { type: 'cutout', set }),
  run: ({ before, batch, seed, ...set }, context) =>
    withStep({ before, batch, seed }, { type: 'cutout', set }, context),
  explain: {
    idea: 'Things stand in front of things. Where a part is covered, the network has to know a dog by its tail too, and not only by its face.',
    formula: String.raw`I'(y, x) = 0 \ \text{where}\ |y - y_0|, |x - x_0| \le \tfrac{1}{2} \param{size}{s} \min(H, W)`,
    reference: 'DeVries and Taylor 2017, "Improved Regularization of Convolutional Neural Networks with Cutout".',
    code: 'augment = torchvision.transforms.RandomErasing(p=1, scale=({size} ** 2, {size} ** 2), ratio=(1, 1))',
  },
})
