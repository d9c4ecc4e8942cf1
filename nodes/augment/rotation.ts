import { defineNode } from '../../engine/graph/node.ts'
import { sampling } from '../../engine/models/augmentation/warp.ts'
import { param } from '../../engine/types/param.ts'
import { augmentInputs, augmentOutputs, augmentParams, augmentShape, withStep } from '../augmenting.ts'

/** Turns pictures by chance. Changes so far in, which may be left out; these and one more, and a picture of what they do, out. */
export const augmentRotation = defineNode({
  type: 'augment/rotation',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Random rotation',
  alias: 'torchvision.transforms.RandomRotation',
  keywords: ['augmentation', 'data augmentation', 'train', 'random', 'rotate', 'turn', 'angle'],
  summary: 'Turns each picture about its middle, by another angle each time.',
  inputs: augmentInputs,
  params: {
    degrees: param.number({
      default: 15,
      min: 0,
      max: 180,
      unit: '°',
      label: 'Largest angle',
      help: 'To either side. By 180° a 6 becomes a 9, and nothing tells them apart any more.',
    }),
    method: param.choice({
      default: 'bilinear',
      of: sampling,
      names: { nearest: 'Nearest', bilinear: 'Bilinear' },
      label: 'Pixels',
      help: 'How a pixel is made of those around its place. Masks take the nearest.',
    }),
    ...augmentParams,
  },
  outputs: augmentOutputs,
  preview: 'grid',
  shape: ({ before, batch, seed: _, ...set }) => augmentShape({ before, batch }, { type: 'rotate', set }),
  run: ({ before, batch, seed, ...set }, context) =>
    withStep({ before, batch, seed }, { type: 'rotate', set }, context),
  explain: {
    idea: 'Cameras are held crooked. But a change may only be one that keeps the right answer: a shoe on its side is a shoe, a 6 upside down is a 9.',
    formula: String.raw`\theta \sim U(-\param{degrees}{d}, \param{degrees}{d})`,
    reference: 'torchvision.transforms.RandomRotation.',
    code: 'augment = torchvision.transforms.RandomRotation({degrees}, torchvision.transforms.InterpolationMode({method}))',
  },
})
