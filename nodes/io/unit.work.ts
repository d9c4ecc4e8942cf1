import { defineWork } from '../../engine/types/work.ts'

/** Pictures of bytes in a file. */
export interface BytePictures {
  readonly bytes: Uint8Array
  /** Where the first one begins, and how far it is from one to the next. */
  readonly first: number
  readonly apart: number
  readonly count: number
}

export interface UnitInput {
  readonly sources: readonly BytePictures[]
  /** Bytes of a picture. */
  readonly size: number
}

/** The pictures of all sources one after the other, from 0 to 1. */
export const bytesToUnit = defineWork({
  name: 'io/unit',
  run({ sources, size }: UnitInput, context): Float32Array {
    const out = new Float32Array(sources.reduce((sum, { count }) => sum + count, 0) * size)
    let to = 0
    for (const { bytes, first, apart, count } of sources)
      for (let n = 0; n < count && !context.cancelled; n++) {
        const from = first + n * apart
        for (let i = 0; i < size; i++) out[to++] = (bytes[from + i] as number) / 255
      }
    return out
  },
})

/** Some of these pictures by themselves, in a buffer of their own: it can be moved, whatever else lies beside them. */
export function someOf({ bytes, first, apart }: BytePictures, from: number, count: number): BytePictures {
  const begin = first + from * apart
  return { bytes: bytes.slice(begin, begin + count * apart), first: 0, apart, count }
}

/** What the work is given to move. */
export const buffersOf = (sources: readonly BytePictures[]): readonly ArrayBuffer[] =>
  sources.map(({ bytes }) => bytes.buffer as ArrayBuffer)
