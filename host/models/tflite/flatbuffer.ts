/**
 * Reads FlatBuffers (flatbuffers.dev/internals) as far as .tflite files need it. Nothing is trusted: every place is checked against
 * the size of the file, and only what is asked for is read, so that weights cost nothing.
 */
import type { Bytes } from '../onnx/protobuf.ts'

/** The file is no FlatBuffer, or it ends too early (`cut`). */
export class FlatError extends Error {
  override readonly name = 'FlatError'
  readonly cut: boolean
  constructor(message: string, cut: boolean) {
    super(message)
    this.cut = cut
  }
}

/** No list in a model is longer; a damaged length would otherwise be walked for minutes. */
const longest = 1 << 20

class Reader {
  readonly #bytes: Bytes
  constructor(bytes: Bytes) {
    this.#bytes = bytes
  }

  get size(): number {
    return this.#bytes.size
  }

  view(at: number, length: number): DataView {
    if (at < 0 || at + length > this.size)
      throw new FlatError(`it refers to byte ${at + length - 1} and has ${this.size}`, true)
    const { buffer, byteOffset, length: given } = this.#bytes.read(at, length)
    if (given < length) throw new FlatError(`it ends at byte ${at + given}`, true)
    return new DataView(buffer, byteOffset, length)
  }

  /** The place that the offset at `at` leads to. */
  follow(at: number): number {
    return at + this.view(at, 4).getUint32(0, true)
  }

  /** The place and the length of the list at `at`. */
  list(at: number, each: number): { readonly from: number; readonly length: number } {
    const length = this.view(at, 4).getUint32(0, true)
    const from = at + 4
    if (length > longest || from + length * each > this.size)
      throw new FlatError(`a list of ${length} entries begins at byte ${from}, and it has ${this.size} bytes`, true)
    return { from, length }
  }
}

/** A table: fields by their number in the schema. What is absent is `undefined`, an empty list, or the default that is given. */
export class Table {
  readonly #reader: Reader
  readonly #at: number
  readonly #vtable: number
  readonly #slots: number

  constructor(reader: Reader, at: number) {
    this.#reader = reader
    this.#at = at
    this.#vtable = at - reader.view(at, 4).getInt32(0, true)
    this.#slots = (reader.view(this.#vtable, 2).getUint16(0, true) - 4) >> 1
  }

  /** Where the table begins in the file. */
  get at(): number {
    return this.#at
  }

  /** Where the field lies in the file; undefined where it is absent. */
  place(field: number): number | undefined {
    if (field >= this.#slots) return undefined
    const offset = this.#reader.view(this.#vtable + 4 + 2 * field, 2).getUint16(0, true)
    return offset === 0 ? undefined : this.#at + offset
  }

  /** The bytes of its list of fields, for a copy. */
  vtable(): Uint8Array {
    const length = 4 + 2 * Math.max(0, this.#slots)
    const { buffer, byteOffset } = this.#reader.view(this.#vtable, length)
    return new Uint8Array(buffer, byteOffset, length).slice()
  }

  byte(field: number, absent = 0): number {
    const at = this.place(field)
    return at === undefined ? absent : this.#reader.view(at, 1).getInt8(0)
  }

  int(field: number, absent = 0): number {
    const at = this.place(field)
    return at === undefined ? absent : this.#reader.view(at, 4).getInt32(0, true)
  }

  uint(field: number, absent = 0): number {
    return this.int(field, absent) >>> 0
  }

  /** Of 64 bits, rounded above 2^53. */
  long(field: number): number {
    const at = this.place(field)
    return at === undefined ? 0 : Number(this.#reader.view(at, 8).getBigInt64(0, true))
  }

  text(field: number): string | undefined {
    const at = this.#list(field, 1)
    if (at === undefined) return undefined
    const { buffer, byteOffset } = this.#reader.view(at.from, at.length)
    return new TextDecoder().decode(new Uint8Array(buffer, byteOffset, at.length))
  }

  ints(field: number): readonly number[] {
    return this.#numbers(field, 4, (view, at) => view.getInt32(at, true))
  }

  floats(field: number): readonly number[] {
    return this.#numbers(field, 4, (view, at) => view.getFloat32(at, true))
  }

  longs(field: number): readonly number[] {
    return this.#numbers(field, 8, (view, at) => Number(view.getBigInt64(at, true)))
  }

  table(field: number): Table | undefined {
    const at = this.place(field)
    return at === undefined ? undefined : new Table(this.#reader, this.#reader.follow(at))
  }

  tables(field: number): readonly Table[] {
    const list = this.#list(field, 4)
    if (!list) return []
    return Array.from(
      { length: list.length },
      (_, i) => new Table(this.#reader, this.#reader.follow(list.from + 4 * i)),
    )
  }

  /** Where a list of bytes ends in the file. Its length may be anything. */
  bytesEnd(field: number): number | undefined {
    const at = this.place(field)
    if (at === undefined) return undefined
    const from = this.#reader.follow(at)
    return from + 4 + this.#reader.view(from, 4).getUint32(0, true)
  }

  /** Where the first byte of such a list lies. */
  bytesStart(field: number): number | undefined {
    const at = this.place(field)
    return at === undefined ? undefined : this.#reader.follow(at) + 4
  }

  #list(field: number, each: number) {
    const at = this.place(field)
    return at === undefined ? undefined : this.#reader.list(this.#reader.follow(at), each)
  }

  #numbers(field: number, each: number, read: (view: DataView, at: number) => number): number[] {
    const list = this.#list(field, each)
    if (!list) return []
    const view = this.#reader.view(list.from, each * list.length)
    return Array.from({ length: list.length }, (_, i) => read(view, each * i))
  }
}

/** The root table. Throws FlatError. */
export function rootOf(bytes: Bytes): Table {
  const reader = new Reader(bytes)
  return new Table(reader, reader.follow(0))
}
