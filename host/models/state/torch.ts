/** Reads .pth and .pt files of PyTorch: state dicts in a zip archive, or, before version 1.6, as pickles one after the other. */

import { Dict } from '../../../nodes/pickle.ts'
import type { Bytes } from '../onnx/protobuf.ts'
import { buffered, mostTensors, StateError, type StateTensor, sizes } from './bytes.ts'
import { PickledTensor, readState } from './pickle.ts'

/** Where the numbers of a storage lie, and how many bytes. */
type Places = ReadonlyMap<string, { readonly at: number; readonly bytes: number }>

const view = (piece: Uint8Array): DataView => new DataView(piece.buffer, piece.byteOffset, piece.byteLength)

const largestDirectory = 64 << 20
const utf8 = new TextDecoder()

/** Entries of the archive, which PyTorch never compresses. */
function entriesOf(bytes: Bytes): Places {
  const tailAt = Math.max(0, bytes.size - 65_557)
  const tail = bytes.read(tailAt, bytes.size - tailAt)
  let end = tail.length - 22
  while (end >= 0 && view(tail).getUint32(end, true) !== 0x06054b50) end--
  if (end < 0) throw new StateError('the list of its parts is missing', true)
  let [count, length, at] = [
    view(tail).getUint16(end + 10, true),
    view(tail).getUint32(end + 12, true),
    view(tail).getUint32(end + 16, true),
  ]
  const large = end - 20
  if (at === 0xffffffff && large >= 0 && view(tail).getUint32(large, true) === 0x07064b50) {
    const head = bytes.read(Number(view(tail).getBigUint64(large + 8, true)), 56)
    if (head.length < 56) throw new StateError('the list of its parts is missing', true)
    const own = view(head)
    ;[count, length, at] = [
      Number(own.getBigUint64(32, true)),
      Number(own.getBigUint64(40, true)),
      Number(own.getBigUint64(48, true)),
    ]
  }
  if (length > largestDirectory || count > 2 * mostTensors)
    throw new StateError('It has more parts than any state dict')
  const directory = bytes.read(at, length).slice()
  if (directory.length < length) throw new StateError('the list of its parts is missing', true)
  const found = new Map<string, { at: number; bytes: number }>()
  for (let i = 0, from = 0; i < count; i++) {
    if (from + 46 > length) throw new StateError('the list of its parts is cut off', true)
    const entry = view(directory.subarray(from))
    const [method, nameLength, extraLength, commentLength] = [10, 28, 30, 32].map((field) =>
      entry.getUint16(field, true),
    ) as [number, number, number, number]
    let [size, local] = [entry.getUint32(24, true), entry.getUint32(42, true)]
    const name = utf8.decode(directory.subarray(from + 46, from + 46 + nameLength))
    const extra = view(directory.subarray(from + 46 + nameLength, from + 46 + nameLength + extraLength))
    for (let e = 0; e + 4 <= extra.byteLength; e += 4 + extra.getUint16(e + 2, true)) {
      if (extra.getUint16(e, true) !== 1) continue
      let place = e + 4
      const next = (): number => {
        if (place + 8 > extra.byteLength) throw new StateError('the list of its parts is cut off', true)
        place += 8
        return Number(extra.getBigUint64(place - 8, true))
      }
      if (size === 0xffffffff) size = next()
      if (entry.getUint32(20, true) === 0xffffffff) next()
      if (local === 0xffffffff) local = next()
    }
    if (method !== 0) throw new StateError(`Its part "${name}" is compressed, as PyTorch does not write it`)
    found.set(name, { at: local, bytes: size })
    from += 46 + nameLength + extraLength + commentLength
  }
  return found
}

/** Behind the header of the part itself. */
function contentAt(bytes: Bytes, local: number): number {
  const head = bytes.read(local, 30)
  if (head.length < 30 || view(head).getUint32(0, true) !== 0x04034b50)
    throw new StateError('a part of it is missing', true)
  return local + 30 + view(head).getUint16(26, true) + view(head).getUint16(28, true)
}

const wrappers = ['state_dict', 'model_state_dict', 'model']

/** The dict that has tensors: itself, or what a checkpoint has wrapped around it. */
function tensorsIn(value: unknown): readonly (readonly [string, PickledTensor])[] {
  if (!(value instanceof Dict)) throw new StateError('It holds no dict of tensors')
  const own = [...value].filter(
    (entry): entry is [string, PickledTensor] => typeof entry[0] === 'string' && entry[1] instanceof PickledTensor,
  )
  if (own.length > 0) return own
  const inside = wrappers.map((name) => value.get(name)).find((one) => one instanceof Dict)
  if (inside === undefined) throw new StateError('It holds no dict of tensors')
  return tensorsIn(inside)
}

/** Names of a network that ran on several devices have this before them. */
const prefix = 'module.'

function placed(value: unknown, places: (storage: string) => { readonly at: number; readonly bytes: number }) {
  const all = tensorsIn(value)
  const parallel = all.every(([name]) => name.startsWith(prefix))
  return all.map(([name, { storage, offset, shape, strides }]): StateTensor => {
    const size = sizes[storage.dtype] ?? 1
    const { at, bytes } = places(storage.storage)
    let step = 1
    let dense = true
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if ((shape[axis] ?? 0) > 1 && strides[axis] !== step) dense = false
      step *= shape[axis] ?? 0
    }
    return {
      name: parallel ? name.slice(prefix.length) : name,
      ...{ dtype: storage.dtype, shape, at: at + offset * size, held: Math.floor(bytes / size) - offset },
      ...(!dense && { strides }),
    }
  })
}

function fromArchive(bytes: Bytes): readonly StateTensor[] {
  const entries = entriesOf(bytes)
  const pickle = [...entries.keys()].find((name) => name.endsWith('/data.pkl') || name === 'data.pkl')
  if (pickle === undefined) throw new StateError('It is an archive, but none of PyTorch')
  const folder = pickle.slice(0, -'data.pkl'.length)
  const { value } = readState(buffered(bytes), contentAt(bytes, entries.get(pickle)?.at ?? 0))
  return placed(value, (storage) => {
    const entry = entries.get(`${folder}data/${storage}`)
    if (!entry) throw new StateError(`its part "${storage}" is missing`, true)
    return { at: contentAt(bytes, entry.at), bytes: entry.bytes }
  })
}

/** Magic number, version, machine, the dict, the keys of the storages, and these. */
function fromPickles(bytes: Bytes): readonly StateTensor[] {
  const from = buffered(bytes)
  let at = 0
  const next = (): unknown => {
    const { value, end } = readState(from, at)
    at = end
    return value
  }
  next()
  if (next() !== 1001) throw new StateError('It is no file of PyTorch')
  next()
  const value = next()
  const keys = next()
  if (!Array.isArray(keys)) throw new StateError('It does not say where its numbers are')
  const dtypes = new Map(tensorsIn(value).map(([, { storage }]) => [storage.storage, storage.dtype]))
  const places = new Map<string, { at: number; bytes: number }>()
  for (const key of keys as readonly unknown[]) {
    const head = bytes.read(at, 8)
    if (head.length < 8) throw new StateError(`the numbers of its part "${key}" are missing`, true)
    const count = Number(view(head).getBigUint64(0, true))
    const dtype = dtypes.get(String(key))
    // Whatever no tensor is made of has an unknown size.
    if (dtype === undefined) throw new StateError(`Its part "${key}" belongs to no tensor`)
    const size = count * (sizes[dtype] ?? 1)
    if (at + 8 + size > bytes.size) throw new StateError(`the numbers of its part "${key}" are missing`, true)
    places.set(String(key), { at: at + 8, bytes: size })
    at += 8 + size
  }
  return placed(value, (storage) => {
    const place = places.get(storage)
    if (!place) throw new StateError(`its part "${storage}" is missing`, true)
    return place
  })
}

/** Throws StateError. */
export const readTorch = (bytes: Bytes): readonly StateTensor[] =>
  utf8.decode(bytes.read(0, 2)) === 'PK' ? fromArchive(bytes) : fromPickles(bytes)
