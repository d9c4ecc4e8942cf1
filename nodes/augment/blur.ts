import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { augmentInputs, augmentOutputs, augmentParams, augmentShape, chanceParam, withStep } from '../augmenting.ts'

/** Blurs pictures by chance. Changes so far in, which may be left out; these and one more, and a picture of what they do, out. */
export const augmentBlur = defineNode({
  type: 'augment/blur',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Random blur',
  alias: 'torchvision.transforms.GaussianBlur',
  keywords: ['augmentation', 'data augmentation', 'train', 'random', 'Gaussian', 'sharpness', 'SimCLR'],
  summary: 'Blurs some of the pictures, each by another amount.',
  inputs: augmentInputs,
  params: {
    p: chanceParam(0.5, 'The part of the pictures that is blurred.'),
    size: param.choice({
      default: '5',
      of: ['3', '5', '7', '9', '11'],
      label: 'Window',
      help: 'How many pixels wide the Gaussian is cut off.',
    }),
    least: param.number({ default: 0.1, min: 0.01, max: 10, label: 'Least σ', unit: 'px', help: 'The weakest blur.' }),
    most: param.number({ default: 2, min: 0.01, max: 10, label: 'Most σ', unit: 'px', help: 'The strongest blur.' }),
    ...augmentParams,
  },
  outputs: augmentOutputs,
  preview: 'grid',
  shape: ({ before, batch, seed: _, ...set }) => augmentShape({ before, batch }, { type: 'blur', set }),
  run: ({ before, batch, seed, ...set }, context) => withStep({ before, batch, seed }, { type: 'blur', set }, context),
  explain: {
    idea: 'Focus and motion blur what a camera sees. A network that has seen blurred pictures relies less on the finest detail.',
    formula: String.raw`I' = G_\sigma * I, \qquad \sigma \sim U(\param{least}{\sigma_0}, \param{most}{\sigma_1})`,
    reference: 'torchvision.transforms.GaussianBlur and RandomApply; Chen et al. 2020, "SimCLR".',
    code: 'augment = torchvision.transforms.RandomApply([torchvision.transforms.GaussianBlur(int({size}), ({least}, {most}))], {p})',
  },
})
