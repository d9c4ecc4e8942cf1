import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { augmentInputs, augmentOutputs, augmentParams, augmentShape, withStep } from '../augmenting.ts'

/** Makes some of fourteen changes by chance. Changes so far in, which may be left out; these and one more, and a picture of what they do, out. */
export const augmentRandAugment = defineNode({
  type: 'augment/rand-augment',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'RandAugment',
  alias: 'torchvision.transforms.RandAugment',
  keywords: [
    'augmentation',
    'data augmentation',
    'train',
    'random',
    'policy',
    'AutoAugment',
    'posterize',
    'solarize',
    'shear',
    'equalize',
  ],
  summary: 'Makes a few of fourteen changes to each picture, drawn by chance, all equally strong.',
  inputs: augmentInputs,
  params: {
    count: param.integer({ default: 2, min: 1, max: 8, label: 'Changes', help: 'How many each picture gets.' }),
    magnitude: param.integer({
      default: 9,
      min: 0,
      max: 30,
      label: 'Strength',
      help: 'Of every change, from 0 (none) to 30.',
    }),
    ...augmentParams,
  },
  outputs: augmentOutputs,
  preview: 'grid',
  shape: ({ before, batch, seed: _, ...set }) => augmentShape({ before, batch }, { type: 'randAugment', set }),
  run: ({ before, batch, seed, ...set }, context) =>
    withStep({ before, batch, seed }, { type: 'randAugment', set }, context),
  explain: {
    idea: 'To search for the best mix of changes takes longer than training. It turned out that two numbers are enough: how many changes, and how strong.',
    reference: 'Cubuk et al. 2020, "RandAugment"; torchvision.transforms.RandAugment, 31 strengths.',
    code: 'augment = torchvision.transforms.RandAugment({count}, {magnitude})',
  },
})
