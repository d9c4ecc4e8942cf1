/**
 * Reads the pickles of PyTorch's state dicts (docs.python.org/3/library/pickletools.html) and makes tensors, numbers, texts, lists and
 * dicts of them, and nothing else: a pickle is a program, and whatever else it calls is refused by name.
 */
import type { Bytes } from '../onnx/protobuf.ts'
import { StateError } from './bytes.ts'

/** A record with the keys in order. */
export class Dict extends Map<unknown, unknown> {}

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

/** No state dict needs more. */
const mostSteps = 20_000_000
const longestText = 1 << 16
const mark = Symbol('mark')

const lengthsOf = (given: unknown): readonly number[] => {
  const all = given as readonly unknown[]
  if (!Array.isArray(given) || all.length > 16 || !all.every((n) => Number.isSafeInteger(n) && (n as number) >= 0))
    throw new StateError('A tensor in it has no sensible shape')
  return all as readonly number[]
}

function call(callable: unknown, args: unknown): unknown {
  const given = Array.isArray(args) ? (args as readonly unknown[]) : []
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

/** The value of the pickle that begins at `at`, and where it ends. Throws StateError. */
export function readPickle(bytes: Bytes, at: number): { readonly value: unknown; readonly end: number } {
  const stack: unknown[] = []
  const memo = new Map<number, unknown>()
  let place = at
  const take = (length: number): DataView => {
    const piece = bytes.read(place, length)
    if (piece.length < length) throw new StateError('it ends in the middle of a pickle', true)
    place += length
    return new DataView(piece.buffer, piece.byteOffset, length)
  }
  const text = (length: number): string => {
    if (length > longestText) throw new StateError('A name in it is longer than 64 KB')
    const { buffer, byteOffset } = take(length)
    return new TextDecoder().decode(new Uint8Array(buffer, byteOffset, length))
  }
  const line = (): string => {
    let read = ''
    for (;;) {
      const letter = String.fromCharCode(take(1).getUint8(0))
      if (letter === '\n') return read
      read += letter
      if (read.length > 1000) throw new StateError('A name in it is too long')
    }
  }
  const pop = (): unknown => {
    if (stack.length === 0 || stack.at(-1) === mark) throw new StateError('It is no pickle that Python wrote')
    return stack.pop()
  }
  const toMark = (): unknown[] => {
    const begin = stack.lastIndexOf(mark)
    if (begin < 0) throw new StateError('It is no pickle that Python wrote')
    const items = stack.splice(begin + 1)
    stack.pop()
    return items
  }
  const global = (name: string): Callable => {
    if (!allowed.has(name)) throw new StateError(`It wants ${name}, and only tensors are made of such a file`)
    return new Callable(name)
  }
  const fill = (items: readonly unknown[]): void => {
    const into = stack.at(-1)
    if (!(into instanceof Dict)) throw new StateError('It sets an item of what is no dict')
    for (let i = 0; i + 1 < items.length; i += 2) into.set(items[i], items[i + 1])
  }
  const append = (items: readonly unknown[]): void => {
    const into = stack.at(-1)
    if (!Array.isArray(into)) throw new StateError('It appends to what is no list')
    for (const item of items) into.push(item)
  }
  const long = (length: number): number => {
    let value = 0n
    const view = take(length)
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(view.getUint8(i))
    return Number(BigInt.asIntN(8 * length, value))
  }
  for (let steps = 0; steps < mostSteps; steps++) {
    const code = take(1).getUint8(0)
    switch (String.fromCharCode(code)) {
      case '.':
        return { value: pop(), end: place }
      case '\x80':
        take(1)
        break
      case '\x95':
        take(8)
        break
      case '(':
        stack.push(mark)
        break
      case '}':
        stack.push(new Dict())
        break
      case ']':
      case ')':
        stack.push([])
        break
      case 'N':
        stack.push(null)
        break
      case '\x88':
      case '\x89':
        stack.push(code === 0x88)
        break
      case 'J':
        stack.push(take(4).getInt32(0, true))
        break
      case 'K':
        stack.push(take(1).getUint8(0))
        break
      case 'M':
        stack.push(take(2).getUint16(0, true))
        break
      case '\x8a':
        stack.push(long(take(1).getUint8(0)))
        break
      case 'G':
        stack.push(take(8).getFloat64(0))
        break
      case 'X':
        stack.push(text(take(4).getUint32(0, true)))
        break
      case '\x8c':
        stack.push(text(take(1).getUint8(0)))
        break
      case 't':
        stack.push(toMark())
        break
      case '\x85':
        stack.push([pop()])
        break
      case '\x86': {
        const b = pop()
        stack.push([pop(), b])
        break
      }
      case '\x87': {
        const [c, b] = [pop(), pop()]
        stack.push([pop(), b, c])
        break
      }
      case 'q':
        memo.set(take(1).getUint8(0), stack.at(-1))
        break
      case 'r':
        memo.set(take(4).getUint32(0, true), stack.at(-1))
        break
      case '\x94':
        memo.set(memo.size, stack.at(-1))
        break
      case 'h':
        stack.push(memo.get(take(1).getUint8(0)))
        break
      case 'j':
        stack.push(memo.get(take(4).getUint32(0, true)))
        break
      case 'c': {
        const module = line()
        stack.push(global(`${module}.${line()}`))
        break
      }
      case '\x93': {
        const name = pop()
        stack.push(global(`${String(pop())}.${String(name)}`))
        break
      }
      case 'R': {
        const args = pop()
        stack.push(call(pop(), args))
        break
      }
      case 'Q':
        stack.push(stored(pop()))
        break
      case 'b':
        // Attributes of an OrderedDict (`_metadata`): not needed.
        pop()
        break
      case 's': {
        const value = pop()
        fill([pop(), value])
        break
      }
      case 'u':
        fill(toMark())
        break
      case 'a':
        append([pop()])
        break
      case 'e':
        append(toMark())
        break
      default:
        throw new StateError(`It has the instruction 0x${code.toString(16)}, and only tensors are made of such a file`)
    }
  }
  throw new StateError('It has no end')
}
