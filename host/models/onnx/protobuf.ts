/**
 * Reads and writes the wire format of protocol buffers (protobuf.dev/programming-guides/encoding), as far as ONNX files need it.
 * What is not asked for is skipped by its length and never read, so that gigabytes of weights cost nothing.
 */

/** Bytes that can be read anywhere: a file, or a part of memory. */
export interface Bytes {
  readonly size: number
  /** At most `length` bytes from `at`. The view lasts until the next call. */
  read(at: number, length: number): Uint8Array
}

/** The file is no protocol buffer, or it ends too early. */
export class WireError extends Error {
  override readonly name = 'WireError'
  readonly cut: boolean
  constructor(message: string, cut: boolean) {
    super(message)
    this.cut = cut
  }
}

export interface Field {
  readonly number: number
  /** Of a number: its value. Above 2^53 it is rounded. */
  readonly value: number
  /** Of bytes, texts, messages and numbers of 32 bits: where they are. */
  readonly from: number
  readonly to: number
}

const windowBytes = 1 << 16

/** Reads in pieces that are kept, so that small fields next to each other cost one read. */
export function buffered(source: Bytes): Bytes {
  let from = 0
  let piece = new Uint8Array(0)
  return {
    size: source.size,
    read(at, length) {
      if (length > windowBytes) return source.read(at, length)
      if (at < from || at + length > from + piece.length) {
        from = at
        piece = source.read(at, Math.min(windowBytes, source.size - at)).slice()
      }
      return piece.subarray(at - from, at - from + length)
    },
  }
}

const pageBytes = 4096
const mostPages = 4096

/** For what lies all over a file, in small pieces: pages are kept, rather than one window. */
export function paged({ size, read }: Bytes): Bytes {
  const pages = new Map<number, Uint8Array>()
  const page = (number: number): Uint8Array => {
    const known = pages.get(number)
    if (known) return known
    if (pages.size >= mostPages) pages.clear()
    const made = read(number * pageBytes, Math.min(pageBytes, size - number * pageBytes)).slice()
    pages.set(number, made)
    return made
  }
  return {
    size,
    read(at, length) {
      const [number, within] = [Math.floor(at / pageBytes), at % pageBytes]
      return within + length <= pageBytes ? page(number).subarray(within, within + length) : read(at, length)
    },
  }
}

export const bytesOf = (bytes: Uint8Array): Bytes => ({
  size: bytes.length,
  read: (at, length) => bytes.subarray(at, at + length),
})

const viewBytes = 256

/** The fields of the message that lies in `from`..`to`, in order. Throws WireError. */
export function* fields(bytes: Bytes, from = 0, to = bytes.size): Generator<Field> {
  let at = from
  // Numbers lie close together: a view for each would be most of the work.
  let piece = new Uint8Array(0)
  let pieceAt = at
  const varint = (): number => {
    if (at + 10 > pieceAt + piece.length && pieceAt + piece.length < to) {
      piece = bytes.read(at, Math.min(viewBytes, to - at)) as Uint8Array<ArrayBuffer>
      pieceAt = at
    }
    const start = at - pieceAt
    let value = 0
    let scale = 1
    for (let i = start; i < Math.min(start + 10, piece.length); i++) {
      const byte = piece[i] as number
      at++
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 128
    }
    throw new WireError('a number has no end', piece.length - start < 10)
  }
  while (at < to) {
    const tag = varint()
    const number = Math.floor(tag / 8)
    if (number === 0) throw new WireError('a field has the number 0', false)
    const start = at
    switch (tag % 8) {
      case 0:
        yield { number, value: varint(), from: start, to: at }
        break
      case 1:
        at += 8
        break
      case 2: {
        const length = varint()
        const begin = at
        at += length
        if (at <= to) yield { number, value: 0, from: begin, to: at }
        break
      }
      case 5:
        at += 4
        if (at <= to) yield { number, value: 0, from: start, to: at }
        break
      default:
        throw new WireError(`a field has the unknown type ${tag % 8}`, false)
    }
    if (at > to) throw new WireError(`${at - to} bytes are missing`, to === bytes.size)
  }
}

const utf8 = new TextDecoder()
/** A name in a file that is longer is no name. */
const longestText = 1 << 16

export function textOf(bytes: Bytes, { from, to }: Field): string {
  if (to - from > longestText) throw new WireError('a name is longer than 64 KB', false)
  return utf8.decode(bytes.read(from, to - from))
}

/** The numbers that lie there one after the other, as one of a repeated field or packed. Signed, of 64 bits. */
export function varints(bytes: Uint8Array): bigint[] {
  const out: bigint[] = []
  let [value, shift] = [0n, 0n]
  for (const byte of bytes) {
    value |= BigInt(byte & 0x7f) << shift
    shift += 7n
    if (byte >= 0x80) continue
    out.push(BigInt.asIntN(64, value))
    ;[value, shift] = [0n, 0n]
  }
  return out
}

/** Numbers are at most 2^53. */
export function writeVarint(value: number): number[] {
  const out: number[] = []
  let rest = value
  while (rest >= 128) {
    out.push((rest % 128) | 0x80)
    rest = Math.floor(rest / 128)
  }
  return [...out, rest]
}

/** The beginning of a field of bytes. */
export const writeHead = (number: number, length: number): Uint8Array =>
  Uint8Array.from([...writeVarint(number * 8 + 2), ...writeVarint(length)])
