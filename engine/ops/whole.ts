/** Ops whose result depends on all of their inputs: what is explained of it, from its plain form. */
import type { ImageShape } from '../values/index.ts'
import type { At, Readable, Site, StoredShape, Terms } from './op.ts'
import { countOf } from './shape.ts'
import { functionOf, pixel, termAt } from './terms.ts'

/** Every number of a picture or tensor, in the order in which it is stored. */
export function everyNumber(shape: StoredShape | undefined, input = 0): readonly Site[] {
  if (!shape) return []
  if (shape.kind === 'tensor') return Array.from({ length: countOf(shape) }, (_, x) => pixel(0, x, 0, input))
  const { height, width, channels } = shape
  return Array.from({ length: height * width * channels }, (_, i) => {
    const place = Math.floor(i / channels)
    return pixel(Math.floor(place / width), place % width, i % channels, input)
  })
}

/** Every number of all inputs. */
export const everyNumberOf = (shapes: readonly StoredShape[]): readonly Site[] =>
  shapes.flatMap((shape, input) => everyNumber(shape, input))

export interface WholePicture extends Pick<ImageShape, 'width' | 'height' | 'channels'> {
  readonly numbers: Float32Array
}

/** One input as its plain form takes it. */
export interface WholeInput {
  readonly shape: StoredShape
  readonly numbers: Float32Array
}

/**
 * Terms of an op with inputs of any kind.
 * @param make the plain form of the op; of each first input its last result is kept, because many numbers of one result are explained
 * @param told what a number of the result is, and its value
 */
export function explainInputs<P, R>(
  make: (inputs: readonly WholeInput[], params: P) => R,
  told: (made: R, at: At) => { readonly says: string; readonly value: number | undefined },
): (at: At, inputs: readonly Readable[], params: P) => Terms {
  const known = new WeakMap<Readable, { readonly params: P; readonly others: readonly Readable[]; readonly made: R }>()
  return (at, inputs, params) => {
    const [first, ...others] = inputs
    if (!first) return functionOf([], 'no input', Number.NaN)
    const sites = everyNumberOf(inputs.map(({ shape }) => shape))
    let last = known.get(first)
    if (last?.params !== params || last.others.some((other, i) => other !== others[i])) {
      const given = inputs.map((input) => ({
        shape: input.shape,
        numbers: Float32Array.from(everyNumber(input.shape), ({ y, x, c }) => input.at(y, x, c)),
      }))
      last = { params, others, made: make(given, params) }
      known.set(first, last)
    }
    const { says, value } = told(last.made, at)
    const terms = sites.map((site) => termAt(inputs, site))
    return functionOf(terms, says, value ?? Number.NaN)
  }
}

/** The same of an op with one picture. */
export const explainWhole = <P, R>(
  make: (picture: WholePicture, params: P) => R,
  told: (made: R, at: At) => { readonly says: string; readonly value: number | undefined },
): ((at: At, inputs: readonly Readable[], params: P) => Terms) =>
  explainInputs(([input], params: P) => {
    if (input?.shape.kind !== 'image') throw new Error('an op of a picture was given none')
    const { width, height, channels } = input.shape
    return make({ width, height, channels, numbers: input.numbers }, params)
  }, told)
