/**
 * The name of a result: a 128-bit hash of all it depends on. MurmurHash3 x86_128 (Austin Appleby, public domain algorithm)
 * over the UTF-16 code units of a text; no secrets are guarded by it, only mix-ups made unlikely (2^-64 at 2^32 results).
 */
export type Key = string

const C1 = 0x239b961b
const C2 = 0xab0e9789
const C3 = 0x38b34ae5
const C4 = 0xa1e38b93

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by))
const scramble = (k: number, a: number, by: number, b: number): number => Math.imul(rotate(Math.imul(k, a), by), b)

function finish(h: number): number {
  let x = h ^ (h >>> 16)
  x = Math.imul(x, 0x85ebca6b)
  x ^= x >>> 13
  x = Math.imul(x, 0xc2b2ae35)
  return x ^ (x >>> 16)
}

const hex = (x: number): string => (x >>> 0).toString(16).padStart(8, '0')

/** 32 hexadecimal digits. */
export function hashText(text: string): Key {
  let [h1, h2, h3, h4] = [0, 0, 0, 0]
  const units = text.length
  const whole = units & ~7
  // Two code units, little endian, are one 32-bit word; past the end are zeros, which change nothing.
  const word = (at: number): number => {
    const low = at < units ? text.charCodeAt(at) : 0
    const high = at + 1 < units ? text.charCodeAt(at + 1) : 0
    return low | (high << 16)
  }
  for (let at = 0; at < whole; at += 8) {
    h1 ^= scramble(word(at), C1, 15, C2)
    h1 = (Math.imul(rotate(h1, 19) + h2, 5) + 0x561ccd1b) | 0
    h2 ^= scramble(word(at + 2), C2, 16, C3)
    h2 = (Math.imul(rotate(h2, 17) + h3, 5) + 0x0bcaa747) | 0
    h3 ^= scramble(word(at + 4), C3, 17, C4)
    h3 = (Math.imul(rotate(h3, 15) + h4, 5) + 0x96cd1c35) | 0
    h4 ^= scramble(word(at + 6), C4, 18, C1)
    h4 = (Math.imul(rotate(h4, 13) + h1, 5) + 0x32ac3b17) | 0
  }
  h4 ^= scramble(word(whole + 6), C4, 18, C1)
  h3 ^= scramble(word(whole + 4), C3, 17, C4)
  h2 ^= scramble(word(whole + 2), C2, 16, C3)
  h1 ^= scramble(word(whole), C1, 15, C2)

  h1 ^= units * 2
  h2 ^= units * 2
  h3 ^= units * 2
  h4 ^= units * 2
  h1 = (h1 + h2 + h3 + h4) | 0
  h2 = (h2 + h1) | 0
  h3 = (h3 + h1) | 0
  h4 = (h4 + h1) | 0
  h1 = finish(h1)
  h2 = finish(h2)
  h3 = finish(h3)
  h4 = finish(h4)
  h1 = (h1 + h2 + h3 + h4) | 0
  return hex(h1) + hex(h2 + h1) + hex(h3 + h1) + hex(h4 + h1)
}

/** Element `index` of what `key` names: its own name keeps that of the whole in front. */
export const elementKey = (key: Key, index: number): Key => `${key}/${index}`

/** The whole that an element (of an element ...) belongs to. */
export const wholeOf = (key: Key): Key => key.slice(0, 32)
