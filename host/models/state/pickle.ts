/**
 * Reads the pickles of PyTorch's state dicts (docs.python.org/3/library/pickletools.html) and makes tensors, numbers, texts, lists and
 * dicts of them, and nothing else: a pickle is a program, and whatever else it calls is refused by name.
 */

import { Dict, type PickleHost, readPickle } from '../../../nodes/pickle.ts'
import type { Bytes } from '../onnx/protobuf.ts'
import { StateError } from './bytes.ts'

/** Numbers of a file, by its key. */
export interface Storage {
  readonly storage: string
  readonly dtype: string
  readonly count: number
}

export class PickledTensor {
  readonly storage: Storage
  readonly offset: number
  readonly shape: readonly number[]
  readonly strides: readonly number[]
  constructor(storage: Storage, offset: number, shape: readonly number[], strides: readonly number[]) {
    this.storage = storage
    this.offset = offset
    this.shape = shape
    this.strides = strides
  }
}

class Callable {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

const storages: Readonly<Record<string, string>> = {
  ...{ Double: 'float64', Float: 'float32', Half: 'float16', BFloat16: 'bfloat16', Long: 'int64', Int: 'int32' },
  ...{ Short: 'int16', Char: 'int8', Byte: 'uint8', Bool: 'bool' },
}

const allowed = new Set([
  ...['collections.OrderedDict', 'torch._utils._rebuild_tensor_v2', 'torch._utils._rebuild_parameter'],
  ...Object.keys(storages).map((type) => `torch.${type}Storage`),
])

const lengthsOf = (given: unknown): readonly number[] => {
  const all = given as readonly unknown[]
  if (!Array.isArray(given) || all.length > 16 || !all.every((n) => Number.isSafeInteger(n) && (n as number) >= 0))
    throw new StateError('A tensor in it has no sensible shape')
  return all as readonly number[]
}

function call(callable: unknown, given: readonly unknown[]): unknown {
  const name = callable instanceof Callable ? callable.name : String(callable)
  switch (name) {
    case 'collections.OrderedDict': {
      const pairs = (Array.isArray(given[0]) ? given[0] : []) as readonly (readonly [unknown, unknown])[]
      return new Dict(pairs.map((pair) => [pair[0], pair[1]]))
    }
    case 'torch._utils._rebuild_tensor_v2': {
      const [storage, offset, shape, strides] = given
      if (typeof storage !== 'object' || storage === null || !('storage' in storage) || !Number.isSafeInteger(offset))
        throw new StateError('A tensor in it has no numbers')
      return new PickledTensor(storage as Storage, lengthsOf([offset])[0] ?? 0, lengthsOf(shape), lengthsOf(strides))
    }
    case 'torch._utils._rebuild_parameter':
      return given[0]
    default:
      throw new StateError(`It wants to call ${name}, and only tensors are made of such a file`)
  }
}

/** ('storage', type, key, location, count, ...) */
function stored(id: unknown): Storage {
  const [kind, type, key, , count] = Array.isArray(id) ? (id as readonly unknown[]) : []
  const dtype = type instanceof Callable ? storages[/^torch\.(\w+)Storage$/.exec(type.name)?.[1] ?? ''] : undefined
  if (kind !== 'storage' || typeof key !== 'string' || dtype === undefined || !Number.isSafeInteger(count))
    throw new StateError('Its numbers are stored in an unknown way')
  return { storage: key, dtype, count: count as number }
}

const tensors: PickleHost = {
  makes: 'tensors are',
  // Numbers are stored beside the pickle.
  longestBytes: 1 << 16,
  global(name) {
    if (!allowed.has(name)) throw new StateError(`It wants ${name}, and only tensors are made of such a file`)
    return new Callable(name)
  },
  call,
  // Attributes of an OrderedDict (`_metadata`): not needed.
  build: () => undefined,
  persistent: stored,
  fault: (message, cut) => new StateError(message, cut),
}

/** The value of the pickle that begins at `at`, and where it ends. Throws StateError. */
export const readState = (bytes: Bytes, at: number) => readPickle(bytes, at, tensors)
