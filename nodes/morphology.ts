/** What the nodes of morphology share: the structuring element, and the steps that they are made of. */
import type { Ops } from '../engine/ops/calls.ts'
import { type Element, type ElementForm, elementForms, structuringElement } from '../engine/ops/morphology/element.ts'
import type { MorphologyParams } from '../engine/ops/morphology/op.ts'
import { param } from '../engine/types/param.ts'
import type { ImageValue } from '../engine/values/index.ts'

export const elementParams = {
  form: param.choice({
    default: 'rectangle',
    of: elementForms,
    names: { rectangle: 'Square', ellipse: 'Disc', cross: 'Cross' },
    label: 'Element',
    help: 'The form of the neighbourhood, as cv2.getStructuringElement makes it.',
  }),
  size: param.integer({
    default: 5,
    min: 1,
    max: 99,
    soft: [1, 31],
    step: 2,
    odd: true,
    unit: 'px',
    label: 'Size',
    help: 'Side of the element, odd. 1 changes nothing.',
  }),
  iterations: param.integer({
    default: 1,
    min: 1,
    max: 50,
    soft: [1, 10],
    label: 'Iterations',
    help: 'How many times in a row.',
  }),
} as const

export const elementWords = {
  form: { rectangle: 'cv2.MORPH_RECT', ellipse: 'cv2.MORPH_ELLIPSE', cross: 'cv2.MORPH_CROSS' },
} as const

export interface ElementChoice {
  readonly form: ElementForm
  readonly size: number
  readonly iterations: number
}

/** How far they look, all in a row. */
export const reachOf = ({ size, iterations }: ElementChoice): number => (size >> 1) * iterations

/** Erodes or dilates `iterations` times in a row. */
export async function repeated(
  ops: Ops,
  image: ImageValue,
  operation: MorphologyParams['operation'],
  { form, size, iterations }: ElementChoice,
): Promise<ImageValue> {
  const element: Element = structuringElement(form, size)
  let made = image
  for (let i = 0; i < iterations; i++) made = await ops.morphology(made, { operation, element })
  return made
}
