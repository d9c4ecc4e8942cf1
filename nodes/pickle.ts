/**
 * Reads pickles: Python's own way to store values. A pickle is a program that calls functions by name, so this makes numbers, texts,
 * bytes, lists and dicts, and whatever else it calls is left to whoever reads it, who refuses by name what is not expected.
 */

/** A file that is read in pieces. */
export interface PickledBytes {
  /** At most `length` bytes from `at`. The view lasts until the next call. */
  read(at: number, length: number): Uint8Array
}

/** What a kind of file means by the names that its pickle calls. */
export interface PickleHost {
  /** What it makes, for the messages: "tensors are". */
  readonly makes: string
  /** The longest piece of bytes that is taken. */
  readonly longestBytes: number
  /** What a name stands for. Throws what is not allowed. */
  global(name: string): unknown
  call(callable: unknown, args: readonly unknown[]): unknown
  /** Sets attributes of what was made. */
  build(object: unknown, state: unknown): void
  /** What the file stores outside its pickle. */
  persistent(id: unknown): unknown
  /** @param cut whether the file ends too early */
  fault(message: string, cut?: boolean): Error
}

/** A record with the keys in order. */
export class Dict extends Map<unknown, unknown> {}

/** No such file needs more. */
const mostSteps = 20_000_000
const longestText = 1 << 16
const mark = Symbol('mark')

/**
 * The value of the pickle that begins at `at`, and where it ends. Throws what `host.fault` makes.
 * @see docs.python.org/3/library/pickletools.html
 */
export function readPickle(
  bytes: PickledBytes,
  at: number,
  host: PickleHost,
): { readonly value: unknown; readonly end: number } {
  const stack: unknown[] = []
  const memo = new Map<number, unknown>()
  let place = at
  const take = (length: number): DataView => {
    const piece = bytes.read(place, length)
    if (piece.length < length) throw host.fault('it ends in the middle of a pickle', true)
    place += length
    return new DataView(piece.buffer, piece.byteOffset, length)
  }
  const text = (length: number): string => {
    if (length > longestText) throw host.fault('A name in it is longer than 64 KB')
    const { buffer, byteOffset } = take(length)
    return new TextDecoder().decode(new Uint8Array(buffer, byteOffset, length))
  }
  const line = (): string => {
    let read = ''
    for (;;) {
      const letter = String.fromCharCode(take(1).getUint8(0))
      if (letter === '\n') return read
      read += letter
      if (read.length > 1000) throw host.fault('A name in it is too long')
    }
  }
  const pop = (): unknown => {
    if (stack.length === 0 || stack.at(-1) === mark) throw host.fault('It is no pickle that Python wrote')
    return stack.pop()
  }
  const toMark = (): unknown[] => {
    const begin = stack.lastIndexOf(mark)
    if (begin < 0) throw host.fault('It is no pickle that Python wrote')
    const items = stack.splice(begin + 1)
    stack.pop()
    return items
  }
  /** Bytes, or a text of Python 2: a short one is a name. */
  const raw = (length: number): Uint8Array => {
    if (length > host.longestBytes) throw host.fault(`It has ${length} bytes in one piece`)
    const { buffer, byteOffset } = take(length)
    return new Uint8Array(buffer, byteOffset, length).slice()
  }
  const letters = (length: number): string => new TextDecoder('latin1').decode(raw(length))
  const fill = (items: readonly unknown[]): void => {
    const into = stack.at(-1)
    if (!(into instanceof Dict)) throw host.fault('It sets an item of what is no dict')
    for (let i = 0; i + 1 < items.length; i += 2) into.set(items[i], items[i + 1])
  }
  const append = (items: readonly unknown[]): void => {
    const into = stack.at(-1)
    if (!Array.isArray(into)) throw host.fault('It appends to what is no list')
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
      case 'U':
      case 'C':
        stack.push(letters(take(1).getUint8(0)))
        break
      case 'T':
      case 'B':
        stack.push(raw(take(4).getUint32(0, true)))
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
        stack.push(host.global(`${module}.${line()}`))
        break
      }
      case '\x93': {
        const [name, module] = [pop(), pop()]
        if (typeof name !== 'string' || typeof module !== 'string') throw host.fault('It calls what has no name')
        stack.push(host.global(`${module}.${name}`))
        break
      }
      case 'R': {
        const args = pop()
        stack.push(host.call(pop(), Array.isArray(args) ? args : []))
        break
      }
      case 'Q':
        stack.push(host.persistent(pop()))
        break
      case 'b': {
        const state = pop()
        host.build(stack.at(-1), state)
        break
      }
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
        throw host.fault(`It has the instruction 0x${code.toString(16)}, and only ${host.makes} made of such a file`)
    }
  }
  throw host.fault('It has no end')
}
