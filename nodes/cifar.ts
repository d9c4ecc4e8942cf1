/** The files of CIFAR-10, in both of its forms. */
import { SightlineError } from '../engine/types/problem.ts'
import type { BytePictures } from './io/unit.work.ts'
import { Dict, type PickleHost, readPickle } from './pickle.ts'

/** Of one picture: 32 × 32 reds row by row, then greens, then blues. */
export const cifarShape = [3, 32, 32] as const
const size = 3 * 32 * 32
/** As the authors number them. */
export const cifarClasses = [
  ...['airplane', 'automobile', 'bird', 'cat', 'deer'],
  ...['dog', 'frog', 'horse', 'ship', 'truck'],
]

/** Its pictures are bytes (3, 32, 32) each; nothing is copied. */
export interface Cifar extends BytePictures {
  readonly targets: Uint8Array
}

/** NumPy's array while its pickle is read. */
class PickledArray {
  shape: readonly number[] = []
  bytes: Uint8Array = new Uint8Array(0)
}
class PickledType {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

const reconstructs = ['numpy.core.multiarray._reconstruct', 'numpy._core.multiarray._reconstruct']
const known = new Set([...reconstructs, 'numpy.ndarray', 'numpy.dtype', '_codecs.encode'])

/** Pickles of the version for Python: a dict of lists, and an array of bytes. */
const arrays = (wrong: (given: string) => Error): PickleHost => ({
  makes: 'arrays of bytes are',
  longestBytes: 64 << 20,
  global(name) {
    if (!known.has(name)) throw wrong(`it wants ${name}, and only arrays are made of such a file`)
    return name
  },
  call(name, given) {
    if (reconstructs.includes(String(name))) return new PickledArray()
    if (name === 'numpy.dtype') return new PickledType(textOf(given[0]))
    // Bytes, as the second protocol of Python 3 writes them.
    if (name === '_codecs.encode') return Uint8Array.from(textOf(given[0]), (letter) => letter.codePointAt(0) ?? 0)
    throw wrong(`it calls ${String(name)}`)
  },
  build(object, state) {
    if (!(object instanceof PickledArray)) return
    const [, shape, type, columnsFirst, bytes] = Array.isArray(state) ? (state as readonly unknown[]) : []
    if (!(type instanceof PickledType) || !/^[|<]?u1$/.test(type.name) || columnsFirst !== false)
      throw wrong('its array does not hold bytes, row by row')
    if (!Array.isArray(shape) || !shape.every(Number.isInteger) || !(bytes instanceof Uint8Array))
      throw wrong('its array has no numbers')
    object.shape = shape
    object.bytes = bytes
  },
  persistent: () => {
    throw wrong('it has something stored elsewhere')
  },
  fault: (message) => wrong(message),
})

/** A name of Python 2 is bytes. What is no name has none. */
const textOf = (key: unknown): string =>
  key instanceof Uint8Array ? new TextDecoder('latin1').decode(key) : typeof key === 'string' ? key : ''

function fromPickle(bytes: Uint8Array, wrong: (given: string) => Error): Cifar {
  const reader = { read: (at: number, length: number) => bytes.subarray(at, at + length) }
  const { value } = readPickle(reader, 0, arrays(wrong))
  if (!(value instanceof Dict)) throw wrong('it holds no dict')
  const held = new Map([...value].map(([key, one]) => [textOf(key), one]))
  const [data, labels] = [held.get('data'), held.get('labels')]
  if (!(data instanceof PickledArray)) throw wrong('it has no "data"')
  if (!Array.isArray(labels)) throw wrong('it has no "labels"')
  const count = labels.length
  if (data.shape.join() !== [count, size].join() || data.bytes.length !== count * size)
    throw wrong(`its pictures are ${data.shape.join(' × ')} numbers for ${count} labels`)
  return {
    count,
    bytes: data.bytes,
    first: 0,
    apart: size,
    targets: Uint8Array.from(labels, (id) => (isClass(id) ? id : 255)),
  }
}

const isClass = (id: unknown): id is number =>
  Number.isInteger(id) && (id as number) >= 0 && (id as number) < cifarClasses.length

/** A byte for the class, then the picture, again and again. */
function fromRecords(bytes: Uint8Array, wrong: (given: string) => Error): Cifar {
  const record = 1 + size
  const count = bytes.length / record
  if (!Number.isInteger(count))
    throw wrong(`it has ${bytes.length} bytes, which is no number of pictures of ${record} bytes each`)
  return {
    count,
    bytes,
    first: 1,
    apart: record,
    targets: Uint8Array.from({ length: count }, (_, i) => bytes[i * record] ?? 255),
  }
}

/**
 * A batch of CIFAR-10: the binary version, or the one for Python, which is a pickle.
 * @see Krizhevsky 2009, "Learning Multiple Layers of Features from Tiny Images"; www.cs.toronto.edu/~kriz/cifar.html
 * @throws `file.not-cifar`
 */
export function parseCifar(bytes: Uint8Array, path: string): Cifar {
  const wrong = (given: string) => new SightlineError('file.not-cifar', { path, given })
  if (bytes.length === 0) throw wrong('it is empty')
  // Every pickle since protocol 2 begins with 0x80, and no class has that number.
  const batch = bytes[0] === 0x80 ? fromPickle(bytes, wrong) : fromRecords(bytes, wrong)
  const strange = batch.targets.findIndex((id) => !isClass(id))
  if (strange >= 0) throw wrong(`picture ${strange + 1} has no class from 0 to ${cifarClasses.length - 1}`)
  return batch
}
