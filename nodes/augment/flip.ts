import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { augmentInputs, augmentOutputs, augmentParams, augmentShape, chanceParam, withStep } from '../augmenting.ts'

/** Mirrors pictures by chance. Changes so far in, which may be left out; these and one more, and a picture of what they do, out. */
export const augmentFlip = defineNode({
  type: 'augment/flip',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Random flip',
  alias: 'torchvision.transforms.RandomHorizontalFlip',
  keywords: ['augmentation', 'data augmentation', 'train', 'random', 'mirror', 'horizontal', 'vertical'],
  summary: 'Mirrors some of the pictures while a network is trained.',
  inputs: augmentInputs,
  params: {
    axis: param.choice({
      default: 'horizontal',
      of: ['horizontal', 'vertical'],
      names: { horizontal: 'Left and right', vertical: 'Top and bottom' },
      label: 'Exchanges',
      help: 'What changes places. Photos look alike mirrored left and right; letters and digits do not.',
    }),
    p: chanceParam(0.5, 'The part of the pictures that is mirrored.'),
    ...augmentParams,
  },
  outputs: augmentOutputs,
  preview: 'grid',
  shape: ({ before, batch, seed: _, ...set }) => augmentShape({ before, batch }, { type: 'flip', set }),
  run: ({ before, batch, seed, ...set }, context) => withStep({ before, batch, seed }, { type: 'flip', set }, context),
  explain: {
    idea: 'A cat that looks left is as much a cat as one that looks right. A network that sees both learns that the side does not matter, from half as many pictures.',
    formula: "I'(y, x) = I(y, W - 1 - x)",
    reference: 'torchvision.transforms.RandomHorizontalFlip, RandomVerticalFlip.',
    code: {
      by: 'axis',
      of: {
        horizontal: 'augment = torchvision.transforms.RandomHorizontalFlip({p})',
        vertical: 'augment = torchvision.transforms.RandomVerticalFlip({p})',
      },
    },
  },
})
