/** How a tensor's numbers are stored. */

export const dtypes = ['float32', 'uint8', 'int32'] as const
export type DType = (typeof dtypes)[number]

/** The numbers of a tensor, row-major, in ordinary memory. */
export type Numbers = Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer> | Int32Array<ArrayBuffer>

const arrays = { float32: Float32Array, uint8: Uint8Array, int32: Int32Array } as const

/** Bytes of one number. */
export const bytesEach = (dtype: DType): number => arrays[dtype].BYTES_PER_ELEMENT

/** Copies numbers into an array of the type: rounded to float32, truncated and wrapped around as typed arrays do for the others. */
export const numbersFrom = (dtype: DType, numbers: ArrayLike<number>): Numbers => arrays[dtype].from(numbers)

/** A view of memory as numbers of the type. */
export const viewOf = (dtype: DType, buffer: ArrayBufferLike, offset: number, length: number): Numbers =>
  new arrays[dtype](buffer as ArrayBuffer, offset, length)
