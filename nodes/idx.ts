/** IDX, the file format of MNIST. */
import { SightlineError } from '../engine/types/problem.ts'

export interface Idx {
  /** The first is how many examples there are. */
  readonly shape: readonly number[]
  readonly numbers: Uint8Array
}

const exampleOf = { pictures: 'train-images-idx3-ubyte.gz', 'right answers': 'train-labels-idx1-ubyte.gz' } as const

/**
 * An IDX file of bytes: two zeros, the type of the numbers (8: bytes), how many axes, each as a 32-bit number with the highest
 * byte first, then the numbers.
 * @see Yann LeCun, "The MNIST database of handwritten digits", the IDX file format
 * @throws `file.not-idx`
 */
export function parseIdx(bytes: Uint8Array, path: string, wanted: keyof typeof exampleOf): Idx {
  const wrong = (given: string) =>
    new SightlineError('file.not-idx', { path, wanted, given, example: exampleOf[wanted] })
  const axes = bytes[3] ?? 0
  if (bytes.length < 8 || bytes[0] !== 0 || bytes[1] !== 0) throw wrong('it does not begin with two zeros')
  if (bytes[2] !== 8) throw wrong('its numbers are not bytes')
  if (axes !== (wanted === 'pictures' ? 3 : 1)) throw wrong(`it has ${axes} axes`)
  const start = 4 + 4 * axes
  if (bytes.length < start) throw wrong('it ends too early')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const shape = Array.from({ length: axes }, (_, i) => view.getUint32(4 + 4 * i))
  const count = shape.reduce((product, side) => product * side, 1)
  if (count === 0) throw wrong('it is empty')
  if (bytes.length - start !== count)
    throw wrong(`its header says ${shape.join(' × ')} numbers, but ${bytes.length - start} follow`)
  return { shape, numbers: bytes.subarray(start) }
}
