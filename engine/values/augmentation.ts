/** How examples are changed by chance while a network is trained: a list of steps, and pictures to show them on. */
import { z } from 'zod'
import { jsonText } from '../types/json.ts'
import type { Kind, Parts } from './kind.ts'
import { type Prepared, preparedSchema } from './prepared.ts'
import type { TensorValue } from './tensor.ts'

/** One change, as plain JSON. */
export interface AugmentationStep {
  /** "flip" */
  readonly type: string
  readonly set: Readonly<Record<string, number | string | boolean>>
}

export interface AugmentationShape {
  readonly kind: 'augmentation'
  /** In the order in which they are done. */
  readonly steps: readonly AugmentationStep[]
  /** What the pictures are that it is shown on: count, channels, height, width. */
  readonly shows?: readonly number[]
}

export interface AugmentationValue extends AugmentationShape {
  readonly note?: string
  /** These pictures. */
  readonly shown?: TensorValue
  /** How these were made of pictures. */
  readonly prepared?: Prepared
}

/** "flip axis=horizontal p=0.5" */
const wordsOf = ({ type, set }: AugmentationStep): string =>
  [type, ...Object.entries(set).map(([name, value]) => `${name}=${value}`)].join(' ')

export const augmentation: Kind<AugmentationValue, AugmentationShape> = {
  kind: 'augmentation',
  words: { title: 'Augmentation', one: 'an augmentation' },
  look: { light: '#0d7a68', dark: '#63d1bd', radius: '50% 30% 50% 30%' },
  head: z.object({
    kind: z.literal('augmentation'),
    steps: z.array(
      z.object({ type: z.string(), set: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])) }),
    ),
    shows: z.array(z.number().int().positive()).length(4).optional(),
    prepared: preparedSchema.optional(),
  }),
  parts: ({ shown }): Parts => ({ ...(shown && { shown }) }),
  shape: ({ steps, shows }) => ({ kind: 'augmentation', steps, ...(shows && { shows }) }),
  describe: ({ steps }) => steps.map(({ type }) => type).join(', ') || 'no changes',
  face: ({ steps }) => ({
    json: {
      kind: 'table',
      columns: ['Step', 'Settings'],
      rows: steps.map(({ type, set }) => [
        type,
        Object.entries(set)
          .map(([name, value]) => `${name} ${value}`)
          .join(', '),
      ]),
    } as { kind: string },
  }),
  files: ({ steps }) => [{ ext: 'json', text: `${jsonText({ steps })}\n` }],
  report: ({ steps }) => ({ steps: steps.map(wordsOf) }),
  bytes: ({ steps }) => steps.length * 100,
  sample: async (tensor) => [
    { kind: 'augmentation', steps: [{ type: 'flip', set: { axis: 'horizontal', p: 0.5 } }] },
    {
      ...{ kind: 'augmentation', steps: [{ type: 'rotate', set: { degrees: 20, method: 'bilinear' } }] },
      shows: [1, 1, 2, 2],
      shown: await tensor({ kind: 'tensor', shape: [1, 1, 2, 2], axes: ['N', 'C', 'H', 'W'] }, [0, 0.25, 0.5, 1]),
    },
  ],
}
