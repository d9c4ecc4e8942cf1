/**
 * The name of a result: a 128-bit hash of everything it depends on. MurmurHash3 x86_128 (Austin Appleby, public domain algorithm)
 * over the UTF-16 code units of a text. It need not resist attacks, only collisions (2^-64 at 2^32 results).
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

/** The hexadecimal digit of the last four bits. */
const digit = (x: number): number => ((x & 15) < 10 ? 48 : 87) + (x & 15)
/** Optimised: every changed node gets a new key while a slider moves. */
const hex = (x: number): string =>
  String.fromCharCode(
    digit(x >>> 28),
    digit(x >>> 24),
    digit(x >>> 20),
    digit(x >>> 16),
    digit(x >>> 12),
    digit(x >>> 8),
    digit(x >>> 4),
    digit(x),
  )

/** Two code units, little endian. Zeros past the end change nothing. */
const word = (text: string, at: number): number =>
  at + 1 < text.length
    ? text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16)
    : at < text.length
      ? text.charCodeAt(at)
      : 0

/** 32 hexadecimal digits. */
export function hashText(text: string): Key {
  const units = text.length
  const whole = units & ~7
  let h1 = 0
  let h2 = 0
  let h3 = 0
  let h4 = 0
  for (let at = 0; at < whole; at += 8) {
    h1 ^= scramble(word(text, at), C1, 15, C2)
    h1 = (Math.imul(rotate(h1, 19) + h2, 5) + 0x561ccd1b) | 0
    h2 ^= scramble(word(text, at + 2), C2, 16, C3)
    h2 = (Math.imul(rotate(h2, 17) + h3, 5) + 0x0bcaa747) | 0
    h3 ^= scramble(word(text, at + 4), C3, 17, C4)
    h3 = (Math.imul(rotate(h3, 15) + h4, 5) + 0x96cd1c35) | 0
    h4 ^= scramble(word(text, at + 6), C4, 18, C1)
    h4 = (Math.imul(rotate(h4, 13) + h1, 5) + 0x32ac3b17) | 0
  }
  h4 ^= scramble(word(text, whole + 6), C4, 18, C1)
  h3 ^= scramble(word(text, whole + 4), C3, 17, C4)
  h2 ^= scramble(word(text, whole + 2), C2, 16, C3)
  h1 ^= scramble(word(text, whole), C1, 15, C2)

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

/** Element `index` of what `key` names: its key starts with that of the whole. */
export const elementKey = (key: Key, index: number): Key => `${key}/${index}`

/** The whole that an element (of an element ...) belongs to. */
export const wholeOf = (key: Key): Key => key.slice(0, 32)
