import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { augmentInputs, augmentOutputs, augmentParams, augmentShape, chanceParam, withStep } from '../augmenting.ts'

/** Mixes parts of two pictures. Changes so far in, which may be left out; these and one more, and a picture of what they do, out. */
export const augmentCutMix = defineNode({
  type: 'augment/cutmix',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'CutMix',
  alias: 'torchvision.transforms.v2.CutMix',
  keywords: ['augmentation', 'data augmentation', 'train', 'random', 'mix', 'regional dropout', 'soft labels'],
  summary: 'Puts a part of another picture into each, and mixes their answers by area.',
  inputs: augmentInputs,
  params: {
    alpha: param.number({
      default: 1,
      min: 0.05,
      max: 10,
      label: 'Alpha',
      help: 'Of the Beta distribution: 1 draws all shares alike, less mostly shows one of both pictures.',
    }),
    p: chanceParam(1, 'The part of the batches that is mixed.'),
    ...augmentParams,
  },
  outputs: augmentOutputs,
  preview: 'grid',
  shape: ({ before, batch, seed: _, ...set }) => augmentShape({ before, batch }, { type: 'cutMix', set }),
  run: ({ before, batch, seed, ...set }, context) =>
    withStep({ before, batch, seed }, { type: 'cutMix', set }, context),
  explain: {
    idea: 'What is covered need not be black: it may show something else, and the right answer is then part the one, part the other. The network has to find both.',
    formula: String.raw`\lambda \sim \mathrm{Beta}(\param{alpha}{\alpha}, \param{alpha}{\alpha}), \qquad t' = \lambda t_a + (1 - \lambda) t_b`,
    reference: 'Yun et al. 2019, "CutMix"; torchvision, references/classification/transforms.py.',
    code: 'lam = np.random.beta({alpha}, {alpha})',
  },
})
