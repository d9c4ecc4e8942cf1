/**
 * Decodes numbers that were packed by LASzip's arithmetic coder. Used for the table of a .laz, which is short: symbols are found by
 * going through them.
 * @see A. Said, Introduction to Arithmetic Coding: Theory and Practice, HPL-2004-76
 */

/** How often each of some symbols came, and from it where each begins in 0..2^15. */
interface Symbols {
  readonly counts: number[]
  readonly starts: number[]
  total: number
  cycle: number
  left: number
}

function update(model: Symbols): void {
  const { counts, starts } = model
  model.total += model.cycle
  if (model.total > 1 << 15) {
    for (const [i, count] of counts.entries()) counts[i] = (count + 1) >>> 1
    model.total = counts.reduce((a, b) => a + b, 0)
  }
  const scale = Math.floor(2 ** 31 / model.total)
  let before = 0
  for (const [i, count] of counts.entries()) {
    starts[i] = (scale * before) >>> 16
    before += count
  }
  model.cycle = Math.min((5 * model.cycle) >> 2, (counts.length + 6) << 3)
  model.left = model.cycle
}

function createSymbols(count: number): Symbols {
  const model = { counts: new Array<number>(count).fill(1), starts: [], total: 0, cycle: count, left: 0 }
  update(model)
  model.cycle = (count + 6) >> 1
  model.left = model.cycle
  return model
}

/** How probable a 0 is, of 2^13. */
interface Bit {
  zeros: number
  total: number
  part: number
  cycle: number
  left: number
}

function countBit(model: Bit, bit: number): void {
  if (bit === 0) model.zeros++
  if (--model.left > 0) return
  model.total += model.cycle
  if (model.total > 1 << 13) {
    model.total = (model.total + 1) >> 1
    model.zeros = (model.zeros + 1) >> 1
    if (model.zeros === model.total) model.total++
  }
  model.part = Math.floor((model.zeros * Math.floor(2 ** 31 / model.total)) / 2 ** 18)
  model.cycle = Math.min((5 * model.cycle) >> 2, 64)
  model.left = model.cycle
}

/** Upper bits of a correction that have a model; those below are equally probable. */
const modelled = 8

export interface Arithmetic {
  /** Whole numbers of 32 bits, each from what it was predicted to be, with models for each of some contexts. */
  integers(contexts: number): (predicted: number, context: number) => number
}

/** @param end what to throw where the bytes end */
export function createArithmetic(bytes: Uint8Array, end: () => Error): Arithmetic {
  let [at, value, length] = [0, 0, 0xffff_ffff]
  const byte = (): number => {
    const next = bytes[at++]
    if (next === undefined) throw end()
    return next
  }
  let begun = false
  const begin = (): void => {
    begun = true
    for (let i = 0; i < 4; i++) value = value * 256 + byte()
  }
  /** The value lies in an interval: go on in it. */
  const narrow = (low: number, to: number): void => {
    value -= low
    length = to
    while (length < 1 << 24) {
      value = value * 256 + byte()
      length *= 256
    }
  }
  const symbol = (model: Symbols): number => {
    const unit = Math.floor(length / 2 ** 15)
    const { starts } = model
    const place = Math.floor(value / unit)
    const found = Math.max(
      0,
      starts.findLastIndex((start) => start <= place),
    )
    const low = (starts[found] ?? 0) * unit
    narrow(low, (found + 1 < starts.length ? (starts[found + 1] ?? 0) * unit : length) - low)
    model.counts[found] = (model.counts[found] ?? 0) + 1
    if (--model.left === 0) update(model)
    return found
  }
  const bit = (model: Bit): number => {
    const part = model.part * Math.floor(length / 2 ** 13)
    const found = value >= part ? 1 : 0
    if (found) narrow(part, length - part)
    else narrow(0, part)
    countBit(model, found)
    return found
  }
  const bits = (count: number): number => {
    if (count > 19) {
      const low = bits(16)
      return low + 2 ** 16 * bits(count - 16)
    }
    const unit = Math.floor(length / 2 ** count)
    const found = Math.floor(value / unit)
    narrow(found * unit, unit)
    return found
  }
  return {
    integers(contexts) {
      const sizes = Array.from({ length: contexts }, () => createSymbols(33))
      const parts = Array.from({ length: 32 }, (_, k) => createSymbols(1 << Math.min(k + 1, modelled)))
      const small = { zeros: 1, total: 2, part: 1 << 12, cycle: 4, left: 4 }
      const correction = (context: number): number => {
        const k = symbol(sizes[context] as Symbols)
        if (k === 0) return bit(small)
        if (k === 32) return -(2 ** 31)
        const low = Math.max(0, k - modelled)
        const c = symbol(parts[k - 1] as Symbols) * 2 ** low + (low > 0 ? bits(low) : 0)
        return c >= 2 ** (k - 1) ? c + 1 : c - (2 ** k - 1)
      }
      return (predicted, context) => {
        if (!begun) begin()
        return (predicted + correction(context)) | 0
      }
    },
  }
}
