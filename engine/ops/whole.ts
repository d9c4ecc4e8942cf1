/** Ops whose result depends on the whole picture: what is explained of it, from its plain form. */
import type { ImageShape } from '../values/index.ts'
import type { At, Readable, Site, StoredShape, Terms } from './op.ts'
import { functionOf, pixel, termAt } from './terms.ts'

/** Every number of a picture, in the order in which it is stored. */
export function everyNumber(shape: StoredShape | undefined): readonly Site[] {
  if (shape?.kind !== 'image') return []
  const { height, width, channels } = shape
  return Array.from({ length: height * width * channels }, (_, i) => {
    const place = Math.floor(i / channels)
    return pixel(Math.floor(place / width), place % width, i % channels)
  })
}

export interface WholePicture extends Pick<ImageShape, 'width' | 'height' | 'channels'> {
  readonly numbers: Float32Array
}

/**
 * Terms of an op with one picture.
 * @param make the plain form of the op; for each picture its last result is kept, because many numbers of one result are explained
 * @param told what a number of the result is, and its value
 */
export function explainWhole<P, R>(
  make: (picture: WholePicture, params: P) => R,
  told: (made: R, at: At) => { readonly says: string; readonly value: number | undefined },
): (at: At, inputs: readonly Readable[], params: P) => Terms {
  const known = new WeakMap<Readable, { readonly params: P; readonly made: R }>()
  return (at, inputs, params) => {
    const [image] = inputs
    if (image?.shape.kind !== 'image') return functionOf([], 'no picture', Number.NaN)
    const sites = everyNumber(image.shape)
    let last = known.get(image)
    if (last?.params !== params) {
      const { width, height, channels } = image.shape
      const numbers = Float32Array.from(sites, ({ y, x, c }) => image.at(y, x, c))
      last = { params, made: make({ width, height, channels, numbers }, params) }
      known.set(image, last)
    }
    const { says, value } = told(last.made, at)
    const terms = sites.map((site) => termAt(inputs, site))
    return functionOf(terms, says, value ?? Number.NaN)
  }
}
