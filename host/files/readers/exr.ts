/**
 * The header of an OpenEXR picture. The pixels are read by three's loader, which knows every compression; here it is checked that
 * it reads what is in the file, and how large that is, before anything is allocated.
 * @see https://openexr.com/en/latest/OpenEXRFileLayout.html
 */
import type { PictureInfo } from '../../../engine/types/services.ts'
import { checkSides, ends, NotRead } from './reader.ts'

/** The version of three, whose loader makes the pixels, for the record of a run. A test holds it to package.json. */
export const exrLoader = '0.187.0'

/** Headers are short; those with a thumbnail or much metadata take more. */
export const longestHeader = 1 << 20

export interface ExrHeader extends PictureInfo {
  readonly depth: 32
  /** Blocks of pixels. */
  readonly chunks: number
  /** Bytes of a block before its size. */
  readonly before: number
  /** Where the table of blocks begins, if no other part comes before it. */
  readonly table?: number
}

const [singleTile, deep, multiPart] = [0x200, 0x800, 0x1000] as const
/** As in the file: none, RLE, ZIPS, ZIP, PIZ, PXR24, B44, B44A, DWAA, DWAB. */
const compressions = 10
/** The rows of a block, by compression. */
const rowsOf = [1, 1, 1, 16, 32, 16, 32, 32, 32, 256] as const
const [unsigned, half, float] = [0, 1, 2] as const

interface Attribute {
  readonly type: string
  readonly at: number
  readonly size: number
}

export function exrHeader(bytes: Uint8Array): ExrHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const damaged = (what: string): Error => new Error(`its header ${what}`)
  let at = 8
  /** A text that ends with 0. */
  const text = (end: number): string => {
    const to = bytes.indexOf(0, at)
    if (to < 0 || to >= end || to - at > 255) throw damaged('has no end')
    const found = new TextDecoder('latin1').decode(bytes.subarray(at, to))
    at = to + 1
    return found
  }
  if (bytes.length < 16) throw damaged('has no end')
  const version = view.getUint32(4, true)
  if ((version & 255) !== 2) throw new NotRead(`OpenEXR of version ${version & 255}`)
  if (version & deep) throw new NotRead('deep pixels')

  const attributes = new Map<string, Attribute>()
  for (let name = text(bytes.length); name !== ''; name = text(bytes.length)) {
    const type = text(bytes.length)
    if (at + 4 > bytes.length) throw damaged('has no end')
    const size = view.getUint32(at, true)
    at += 4
    if (at + size > bytes.length) throw damaged('has no end')
    attributes.set(name, { type, at, size })
    at += size
  }
  const table = at
  const attribute = (name: string, size: number): Attribute => {
    const found = attributes.get(name)
    if (!found || found.size < size) throw damaged(`has no ${name}`)
    return found
  }
  if (version & multiPart) {
    const { at, size } = attribute('type', 1)
    const kind = new TextDecoder('latin1').decode(bytes.subarray(at, at + size))
    if (!/^(scanline|tiled)image/.test(kind)) throw new NotRead(`a part of the kind "${kind.slice(0, 40)}"`)
  } else if (version & singleTile) attribute('tiles', 9)
  const coded = bytes[attribute('compression', 1).at] ?? 0
  if (coded >= compressions) throw new NotRead(`compression ${coded}`)
  const window = attribute('dataWindow', 16).at
  const [x0, y0, x1, y1] = [0, 4, 8, 12].map((offset) => view.getInt32(window + offset, true))
  const [width, height] = [(x1 ?? 0) - (x0 ?? 0) + 1, (y1 ?? 0) - (y0 ?? 0) + 1]
  checkSides(width, height)

  const list = attribute('channels', 1)
  const end = list.at + list.size
  at = list.at
  const channels = new Map<string, { readonly type: number; readonly sampling: readonly number[] }>()
  for (let name = text(end); name !== ''; name = text(end)) {
    if (at + 16 > end) throw damaged('has no end')
    const numbers = [0, 8, 12].map((offset) => view.getInt32(at + offset, true))
    channels.set(name, { type: numbers[0] ?? -1, sampling: numbers.slice(1) })
    at += 16
    if (at >= end) break
  }
  let chunks = Math.ceil(height / (rowsOf[coded] ?? 1))
  const tiles = attributes.get('tiles')
  if (tiles) {
    const [across = 0, down = 0] =
      tiles.size < 9 ? [] : [view.getUint32(tiles.at, true), view.getUint32(tiles.at + 4, true)]
    checkSides(across, down)
    chunks = Math.ceil(width / across) * Math.ceil(height / down)
  }
  const parts = (version & multiPart) !== 0
  const names = [...channels.keys()]
  const colours = ['R', 'G', 'B'].every((name) => channels.has(name))
  if (!colours && (!channels.has('Y') || channels.has('RY') || channels.has('BY')))
    throw new NotRead(`the channels ${names.slice(0, 8).join(', ')}, but no R, G and B and no Y alone`)
  for (const { type, sampling } of channels.values()) {
    if (type === unsigned) throw new NotRead('channels of whole numbers')
    if (type !== half && type !== float) throw damaged('has a channel of an unknown type')
    if (sampling.some((every) => every !== 1)) throw new NotRead('channels of different sizes')
  }
  const opacity = channels.has('A')
  const used = (colours ? 3 : 1) + (opacity ? 1 : 0)
  const notes = [
    parts && 'the first of its parts',
    opacity && 'its colours were divided by its opacity',
    names.length > used && `only ${colours ? 'R, G, B' : 'Y'}${opacity ? ' and A' : ''} of ${names.length} channels`,
  ].filter(Boolean)
  return {
    ...{ width, height, channels: opacity ? 4 : colours ? 3 : 1, depth: 32, chunks },
    before: (tiles ? 16 : 4) + (parts ? 4 : 0),
    ...(!parts && { table }),
    ...(notes.length > 0 && { note: notes.join('; ') }),
  }
}

/** Throws where a block of pixels is not all there: the loader would read zeros. */
export function checkExrBlocks(bytes: Uint8Array, { chunks, before, table }: ExrHeader): void {
  if (table === undefined) return
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (table + 8 * chunks > bytes.length) throw ends()
  for (let i = 0; i < chunks; i++) {
    const at = Number(view.getBigUint64(table + 8 * i, true))
    if (at < table || at + before + 4 > bytes.length) throw ends()
    if (at + before + 4 + view.getUint32(at + before, true) > bytes.length) throw ends()
  }
}
