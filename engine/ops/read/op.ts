/** The numbers of a value, copied out for what no op computes. */
import { dtypes, type Numbers, numbersFrom, viewOf } from '../../values/dtype.ts'
import { defineOp, type StoredShape, type StoredValue } from '../op.ts'
import { bytesOf, countOf, dtypeOf } from '../shape.ts'
import { pixel, sumOf, termAt } from '../terms.ts'

/** Where a number is in the value, from its place in the array. */
const siteOf = (shape: StoredShape, y: number, x: number, c: number) =>
  shape.kind === 'image' ? pixel(y, x, c) : pixel(0, x, 0)

/**
 * All numbers of a value in ordinary memory, row-major, channels last. Explanations count all of them into whatever the node
 * makes afterwards.
 *
 * Image (H, W, C) or tensor of any shape and dtype in; a typed array of its dtype out. It copies on the engine's thread: read
 * small values only.
 * @see numpy ndarray.tolist
 */
export const read = defineOp<readonly [StoredValue], object, Numbers>({
  name: 'read',
  nonFinite: 'Kept as they are, as by ndarray.tolist.',
  dtypes,
  async cpu(context, [value]) {
    const bytes = context.uint8(context.address(value), bytesOf(value))
    return viewOf(dtypeOf(value), new Uint8Array(bytes).buffer, 0, countOf(value))
  },
  async gpu(context, [value]) {
    const buffer = await context.read(context.block(value), bytesOf(value))
    return numbersFrom('float32', new Float32Array(buffer))
  },
  reach: ({ y, x, c }, [shape]) => (shape ? [siteOf(shape, y, x, c)] : []),
  terms({ y, x, c }, inputs) {
    const shape = inputs[0]?.shape
    return sumOf(shape ? [termAt(inputs, siteOf(shape, y, x, c))] : [])
  },
})
