import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { augmentInputs, augmentOutputs, augmentParams, augmentShape, withStep } from '../augmenting.ts'

/** Cuts out parts by chance, and enlarges them. Changes so far in, which may be left out; these and one more, and a picture of what they do, out. */
export const augmentCrop = defineNode({
  type: 'augment/crop',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Random resized crop',
  alias: 'torchvision.transforms.RandomResizedCrop',
  keywords: ['augmentation', 'data augmentation', 'train', 'random', 'zoom', 'scale', 'aspect ratio', 'Inception crop'],
  summary: 'Shows a part of each picture in the size of all of it, another one each time.',
  inputs: augmentInputs,
  params: {
    least: param.number({
      default: 0.4,
      min: 0.01,
      max: 1,
      label: 'Smallest part',
      help: 'Of the area. torchvision takes 0.08 for ImageNet.',
    }),
    most: param.number({ default: 1, min: 0.01, max: 1, label: 'Largest part', help: 'Of the area; 1 is all of it.' }),
    leastRatio: param.number({
      default: 0.75,
      min: 0.1,
      max: 1,
      label: 'Narrowest',
      help: 'Width by height of the part that is cut out.',
    }),
    mostRatio: param.number({
      default: 4 / 3,
      min: 1,
      max: 10,
      label: 'Widest',
      help: 'Width by height of the part that is cut out.',
    }),
    ...augmentParams,
  },
  outputs: augmentOutputs,
  preview: 'grid',
  shape: ({ before, batch, seed: _, ...set }) => augmentShape({ before, batch }, { type: 'crop', set }),
  run: ({ before, batch, seed, ...set }, context) => withStep({ before, batch, seed }, { type: 'crop', set }, context),
  explain: {
    idea: 'Things come near and far, whole and cut off. A part of the picture, another one in every epoch, teaches that size and place do not matter.',
    formula: String.raw`a \sim U(\param{least}{s_0}, \param{most}{s_1})\,HW, \qquad r \sim e^{U(\ln \param{leastRatio}{r_0}, \ln \param{mostRatio}{r_1})}, \qquad w = \sqrt{a r},\ h = \sqrt{a / r}`,
    reference: 'torchvision.transforms.RandomResizedCrop; Szegedy et al. 2015, section 6.',
    code: 'augment = torchvision.transforms.RandomResizedCrop(batch.shape[-2:], scale=({least}, {most}), ratio=({leastRatio}, {mostRatio}))',
  },
})
