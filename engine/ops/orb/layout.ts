/** What the kernels and the ops share. */
import { SCRATCH_SLACK } from '../cpu.ts'
import type { CpuContext, Readable, StoredShape } from '../op.ts'
import { pixel } from '../terms.ts'

/** Bytes of scratch memory for each worker: an upper bound of what kernel.as.ts lays out. */
export const fastScratch = 64 + 2 * 25 * 16 + SCRATCH_SLACK
export const resizedScratch = (width: number): number => 2 * width + 64 + SCRATCH_SLACK

/** Memory that kernels fill, with room for a register that reaches past its end. */
export const room = (context: CpuContext, bytes: number): number =>
  context.address(context.tensor({ kind: 'tensor', shape: [Math.ceil(bytes / 4) + 8], axes: ['x'], dtype: 'int32' }))

/** All pixels of a picture of one channel. */
export const everyPixel = (shape: StoredShape | undefined) =>
  shape?.kind === 'image'
    ? Array.from({ length: shape.height * shape.width }, (_, i) =>
        pixel(Math.floor(i / shape.width), i % shape.width, 0),
      )
    : []

/** What is made of a whole picture, once for all numbers that are explained: the last for each picture. */
export function explainedOnce<P, R>(make: (image: Readable, params: P) => R): (image: Readable, params: P) => R {
  const known = new WeakMap<Readable, { readonly params: P; readonly made: R }>()
  return (image, params) => {
    const last = known.get(image)
    if (last?.params === params) return last.made
    const made = make(image, params)
    known.set(image, { params, made })
    return made
  }
}
