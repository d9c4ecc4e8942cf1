import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { augmentInputs, augmentOutputs, augmentParams, augmentShape, withStep } from '../augmenting.ts'

/** Changes colours by chance. Changes so far in, which may be left out; these and one more, and a picture of what they do, out. */
export const augmentColourJitter = defineNode({
  type: 'augment/colour-jitter',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Colour jitter',
  alias: 'torchvision.transforms.ColorJitter',
  keywords: [
    'augmentation',
    'data augmentation',
    'train',
    'random',
    'brightness',
    'contrast',
    'saturation',
    'hue',
    'light',
  ],
  summary: 'Changes brightness, contrast, saturation and hue a little, differently each time.',
  inputs: augmentInputs,
  params: {
    brightness: param.number({
      default: 0.4,
      min: 0,
      max: 1,
      label: 'Brightness',
      help: 'How far the factor may be from 1.',
    }),
    contrast: param.number({
      default: 0.4,
      min: 0,
      max: 1,
      label: 'Contrast',
      help: 'How far the factor may be from 1.',
    }),
    saturation: param.number({
      default: 0.4,
      min: 0,
      max: 1,
      label: 'Saturation',
      help: 'How far the factor may be from 1. Gray pictures stay as they are.',
    }),
    hue: param.number({
      default: 0.1,
      min: 0,
      max: 0.5,
      label: 'Hue',
      help: 'How far colours turn at most, as a part of the circle. Gray pictures stay.',
    }),
    ...augmentParams,
  },
  outputs: augmentOutputs,
  preview: 'grid',
  shape: ({ before, batch, seed: _, ...set }) => augmentShape({ before, batch }, { type: 'colourJitter', set }),
  run: ({ before, batch, seed, ...set }, context) =>
    withStep({ before, batch, seed }, { type: 'colourJitter', set }, context),
  explain: {
    idea: 'Sun, clouds and lamps change all colours of a picture, and the thing in it stays the same. The four changes come in an order that is drawn as well.',
    formula: String.raw`I' = f I + (1 - f) G, \qquad f \sim U(1 - b, 1 + b)`,
    reference: 'torchvision.transforms.ColorJitter.',
    code: 'augment = torchvision.transforms.ColorJitter({brightness}, {contrast}, {saturation}, {hue})',
  },
})
