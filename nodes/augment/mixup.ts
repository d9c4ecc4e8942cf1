import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { augmentInputs, augmentOutputs, augmentParams, augmentShape, chanceParam, withStep } from '../augmenting.ts'

/** Blends two pictures. Changes so far in, which may be left out; these and one more, and a picture of what they do, out. */
export const augmentMixup = defineNode({
  type: 'augment/mixup',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Mixup',
  alias: 'torchvision.transforms.v2.MixUp',
  keywords: ['augmentation', 'data augmentation', 'train', 'random', 'mix', 'blend', 'soft labels'],
  summary: 'Lays each picture over another one, and mixes their answers alike.',
  inputs: augmentInputs,
  params: {
    alpha: param.number({
      default: 0.2,
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
  shape: ({ before, batch, seed: _, ...set }) => augmentShape({ before, batch }, { type: 'mixUp', set }),
  run: ({ before, batch, seed, ...set }, context) => withStep({ before, batch, seed }, { type: 'mixUp', set }, context),
  explain: {
    idea: 'Between a cat and a dog the answer should go from one to the other evenly. Mixed pictures teach that, and the network becomes less sure of what it has not seen.',
    formula: String.raw`x' = \lambda x_a + (1 - \lambda) x_b, \qquad t' = \lambda t_a + (1 - \lambda) t_b, \qquad \lambda \sim \mathrm{Beta}(\param{alpha}{\alpha}, \param{alpha}{\alpha})`,
    reference:
      'Zhang et al. 2018, "mixup: Beyond Empirical Risk Minimization"; torchvision, references/classification/transforms.py.',
    code: 'lam = np.random.beta({alpha}, {alpha}); mixed = lam * batch + (1 - lam) * np.roll(batch, 1, axis=0)',
  },
})
