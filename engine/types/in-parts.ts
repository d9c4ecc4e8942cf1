/**
 * Work that comes in parts, each a few milliseconds at most: a generator that yields between them. `atOnce` does it in one go;
 * `inParts` of `engine/memory/breathe.ts` gives others a turn where it takes long.
 */
export type Parts<T> = Generator<void, T>

export function atOnce<T>(parts: Parts<T>): T {
  for (let part = parts.next(); ; part = parts.next()) if (part.done) return part.value
}

/** How many items of a list make a part. */
export const together = 64
