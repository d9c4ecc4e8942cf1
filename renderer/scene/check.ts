/** Checks a scene's file before it is decoded, because a decoder that runs out of data does not say why. */
import { sceneExtensions } from '../../engine/protocol/scene.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { checkUnpacked, zipPromise } from './unpacked.ts'

export type SceneFormat = (typeof sceneExtensions)[number]

export function formatOf(name: string): SceneFormat {
  const found = sceneExtensions.find((extension) => name.toLowerCase().endsWith(`.${extension}`))
  if (!found) throw new SightlineError('scene.unknown', { name, known: sceneExtensions.join(', .') })
  return found
}

const begins = (bytes: Uint8Array, text: string): boolean =>
  [...text].every((sign, at) => bytes[at] === sign.charCodeAt(0))

const sizes: Readonly<Record<string, number>> = {
  ...{ char: 1, uchar: 1, int8: 1, uint8: 1, short: 2, ushort: 2, int16: 2, uint16: 2 },
  ...{ int: 4, uint: 4, int32: 4, uint32: 4, float: 4, float32: 4, double: 8, float64: 8 },
}
/** A header is text; the longest in use has some eighty lines. */
const longestHeader = 65_536

/** The number of bytes (header included) and splats that a header promises; undefined if it does not tell. */
function plyPromise(bytes: Uint8Array): { readonly size: number; readonly splats: number } | undefined {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, longestHeader))
  const end = /end_header\r?\n/.exec(text)
  if (!end || !/^format binary_/m.test(text.slice(0, end.index))) return undefined
  let size = end.index + end[0].length
  let splats = 0
  let count = 0
  for (const line of text.slice(0, end.index).split(/\r?\n/)) {
    const [word, first = '', second = ''] = line.trim().split(/\s+/)
    if (word === 'element') {
      count = Number(second)
      if (first === 'vertex') splats = count
    }
    if (word !== 'property') continue
    const bytes = sizes[first]
    // A list's length depends on its rows.
    if (bytes === undefined) return undefined
    size += count * bytes
  }
  return { size, splats }
}

/** Where the record is that ends a zip; a comment may follow it. */
function endOfZip(bytes: Uint8Array): number | undefined {
  for (let at = bytes.length - 22; at >= Math.max(0, bytes.length - 65_557); at--)
    if (begins(bytes.subarray(at, at + 4), 'PK\x05\x06')) return at
  return undefined
}

/** Throws `scene.*` for a file known not to be a scene, or to be incomplete. */
export function checkScene(bytes: Uint8Array, name: string): void {
  const format = formatOf(name)
  const beginning = { ply: ['ply\n', 'ply\r'], spz: ['\x1f\x8b', 'NGSP'], sog: ['PK\x03\x04'], splat: [], ksplat: [] }
  const known: readonly string[] = beginning[format]
  if (known.length > 0 && !known.some((text) => begins(bytes, text)))
    throw new SightlineError('scene.not-a-scene', {
      name,
      given: `it does not begin as a .${format} file does`,
      known: format,
    })
  const truncated = (wanted: number | string): never => {
    throw new SightlineError('scene.truncated', { name, given: bytes.length, wanted })
  }
  if (format === 'ply') {
    const promise = plyPromise(bytes)
    if (promise?.splats === 0) throw new SightlineError('scene.nothing', { name })
    if (promise && bytes.length < promise.size) truncated(promise.size)
  }
  if (format === 'splat' && bytes.length % 32 !== 0) truncated(Math.ceil(bytes.length / 32) * 32)
  if (format === 'sog') {
    const end = endOfZip(bytes) ?? truncated('more')
    checkUnpacked(zipPromise(bytes, end), bytes.length, name)
  }
}
