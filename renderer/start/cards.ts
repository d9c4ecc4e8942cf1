/** The pictures of gallery cards: requested once per content of a file, kept as long as the page. */
import type { MethodResult } from '../../engine/protocol/messages.ts'
import { requestBytes } from '../state/engine.ts'

export type Entry = MethodResult<'gallery'>['entries'][number]

export interface CardPicture {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8ClampedArray<ArrayBuffer>
}

const kept = new Map<string, Promise<CardPicture>>()

/** @param size the longest side, in device pixels */
export function cardPicture(
  { id, hash }: { readonly id: string; readonly hash: string },
  size: number,
): Promise<CardPicture> {
  const key = `${hash} ${size}`
  const known = kept.get(key)
  if (known) return known
  const made = requestBytes('card', { id, width: size, height: size }).then(({ result: { width, height }, tail }) => ({
    width,
    height,
    pixels: new Uint8ClampedArray(tail.slice(0, 4 * width * height).buffer),
  }))
  kept.set(key, made)
  // A failure is retried by the next card that asks.
  made.catch(() => kept.delete(key))
  return made
}
