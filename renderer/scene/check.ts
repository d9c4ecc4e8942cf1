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
  if (format === 'splat' && bytes.length % 32 !== 0) truncated(Math.ceil(bytes.length / 32) * 32)
  if (format === 'sog') {
    const end = endOfZip(bytes) ?? truncated('more')
    checkUnpacked(zipPromise(bytes, end), bytes.length, name)
  }
}
