/** What the kernels need to know of a length: its factors and roots of unity, made in float64. */

/** Primes up to this are radices; a length with a larger one is done by Bluestein's convolution. */
const LARGEST = 31

export interface FourierPlan {
  readonly length: number
  /** Of the transform inside: a power of two with Bluestein's, else the length. */
  readonly inner: number
  readonly factors: readonly number[]
  /** Pairs of cos and sin of −2π t / inner. */
  readonly roots: Float32Array
  /** With Bluestein's: pairs of cos and sin of −π t² / n, and the transform of the inverse, divided by `inner`. */
  readonly chirp?: Float32Array
  readonly spectrum?: Float32Array
}

/** Fours first, then the primes in order; undefined if one is too large. */
function factorsOf(length: number): readonly number[] | undefined {
  const found: number[] = []
  let left = length
  for (; left % 4 === 0; left /= 4) found.push(4)
  for (let prime = 2; prime <= LARGEST; prime++) for (; left % prime === 0; left /= prime) found.push(prime)
  return left === 1 ? found : undefined
}

/** Pairs of cos and sin of −2π · turns(t). */
function circle(count: number, turns: (t: number) => number): Float64Array {
  const pairs = new Float64Array(2 * count)
  for (let t = 0; t < count; t++) {
    const angle = -2 * Math.PI * turns(t)
    pairs[2 * t] = Math.cos(angle)
    pairs[2 * t + 1] = Math.sin(angle)
  }
  return pairs
}

/** The transform of a power of two, in place, in float64. */
function powerOfTwo(data: Float64Array, roots: Float64Array): void {
  const n = data.length / 2
  const at = (i: number): number => data[i] ?? 0
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1
    for (; j & bit; bit >>= 1) j ^= bit
    j ^= bit
    if (i >= j) continue
    for (const part of [0, 1]) {
      const kept = at(2 * i + part)
      data[2 * i + part] = at(2 * j + part)
      data[2 * j + part] = kept
    }
  }
  for (let size = 2; size <= n; size *= 2)
    for (let start = 0; start < n; start += size)
      for (let k = 0; k < size / 2; k++) {
        const [p, q, w] = [2 * (start + k), 2 * (start + k + size / 2), (2 * k * n) / size]
        const [c, s] = [roots[w] ?? 0, roots[w + 1] ?? 0]
        const [re, im] = [at(q) * c - at(q + 1) * s, at(q) * s + at(q + 1) * c]
        data[q] = at(p) - re
        data[q + 1] = at(p + 1) - im
        data[p] = at(p) + re
        data[p + 1] = at(p + 1) + im
      }
}

export function fourierPlan(length: number): FourierPlan {
  const factors = factorsOf(length)
  if (factors) return { length, inner: length, factors, roots: Float32Array.from(circle(length, (t) => t / length)) }
  const inner = 2 ** Math.ceil(Math.log2(2 * length - 1))
  const roots = circle(inner, (t) => t / inner)
  // t² grows beyond what float64 turns exactly: only its remainder counts.
  const chirp = circle(length, (t) => ((t * t) % (2 * length)) / (2 * length))
  const spectrum = new Float64Array(2 * inner)
  for (let t = 0; t < length; t++)
    for (const place of t === 0 ? [0] : [t, inner - t]) {
      spectrum[2 * place] = (chirp[2 * t] ?? 0) / inner
      spectrum[2 * place + 1] = -(chirp[2 * t + 1] ?? 0) / inner
    }
  powerOfTwo(spectrum, roots)
  return {
    ...{ length, inner, factors: factorsOf(inner) ?? [], roots: Float32Array.from(roots) },
    chirp: Float32Array.from(chirp),
    spectrum: Float32Array.from(spectrum),
  }
}
