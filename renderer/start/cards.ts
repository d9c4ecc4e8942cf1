/**
 * The pictures of gallery cards: requested once per content of a file, one at a time, those in view first, and kept as long as the
 * page.
 */
import type { MethodResult } from '../../engine/protocol/methods.ts'
import { requestBytes } from '../state/engine.ts'

export type Entry = MethodResult<'gallery'>['entries'][number]

export interface CardPicture {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8ClampedArray<ArrayBuffer>
}

const kept = new Map<string, Promise<CardPicture>>()

interface Waiting {
  readonly inView: () => boolean
  readonly start: () => Promise<unknown>
}

/** Work that waits for its turn: the first in view, else the first. */
export function createTurns(): <T>(inView: () => boolean, work: () => Promise<T>) => Promise<T> {
  const waiting: Waiting[] = []
  let busy = false
  function next(): void {
    const [first] = waiting.splice(
      Math.max(
        0,
        waiting.findIndex(({ inView }) => inView()),
      ),
      1,
    )
    busy = first !== undefined
    first?.start().finally(next)
  }
  return (inView, work) =>
    new Promise((resolve, reject) => {
      waiting.push({ inView, start: () => work().then(resolve, reject) })
      if (!busy) next()
    })
}
const inTurn = createTurns()

/** @param size the longest side, in device pixels */
export function cardPicture(
  { id, hash }: { readonly id: string; readonly hash: string },
  size: number,
  inView: () => boolean,
): Promise<CardPicture> {
  const key = `${hash} ${size}`
  const known = kept.get(key)
  if (known) return known
  const made = inTurn(inView, async () => {
    const { result, tail } = await requestBytes('card', { id, width: size, height: size })
    const { width, height } = result
    return { width, height, pixels: new Uint8ClampedArray(tail.slice(0, 4 * width * height).buffer) }
  })
  kept.set(key, made)
  // A failure is retried by the next card that asks.
  made.catch(() => kept.delete(key))
  return made
}
