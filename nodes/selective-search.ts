/**
 * Selective search (Uijlings et al., IJCV 2013): regions of a segmentation are joined, the most similar neighbours first, until one is
 * left; the box of every region on the way is a proposal. Plain functions.
 */
import { correlate, gaussianTaps, type Pixels } from './felzenszwalb.ts'

/** Which similarities are added up. */
export interface Similarities {
  readonly colour: boolean
  readonly texture: boolean
  readonly size: boolean
  readonly fill: boolean
}

/** Bins of colour, and of each of the 8 directions of texture, for each channel. */
const colourBins = 25
const textureBins = 10
const directions = 8

interface Region {
  readonly size: number
  readonly box: readonly [x0: number, y0: number, x1: number, y1: number]
  /** Histograms that sum to 1. */
  readonly colour: Float64Array
  readonly texture: Float64Array
}

/** A region of the hierarchy: those of the segmentation first, then one for each join. */
export interface Grouped {
  readonly box: Region['box']
  readonly size: number
}

const binOf = (value: number, bins: number): number => Math.min(bins - 1, Math.max(0, Math.floor(value * bins)))

/** The bins of every pixel: of its colour, and of its texture in each direction. */
export interface Binned {
  readonly width: number
  readonly height: number
  readonly channels: number
  /** (H, W, C) */
  readonly colour: Uint8Array
  /** (8, H, W, C) */
  readonly texture: Uint8Array
}

/**
 * What regions are described by. Texture: how strong the picture rises in a direction (Gaussian derivatives, sigma 1), not below 0,
 * as a part of the strongest in its channel.
 * @param pixels channels from 0 to 1
 */
export function binned(pixels: Pixels): Binned {
  const { channels, numbers, ...size } = pixels
  const [smooth, derived] = [gaussianTaps(1, 0), gaussianTaps(1, 1)]
  const across = correlate(correlate(pixels, smooth, 'y'), derived, 'x').numbers
  const down = correlate(correlate(pixels, derived, 'y'), smooth, 'x').numbers
  const texture = new Uint8Array(directions * numbers.length)
  for (let d = 0; d < directions; d++) {
    const angle = (d * 2 * Math.PI) / directions
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
    const most = new Float64Array(channels)
    const rise = (j: number): number => Math.max(0, cos * (across[j] ?? 0) + sin * (down[j] ?? 0))
    for (let j = 0; j < numbers.length; j++) most[j % channels] = Math.max(most[j % channels] ?? 0, rise(j))
    for (let j = 0; j < numbers.length; j++)
      texture[d * numbers.length + j] = binOf(rise(j) / (most[j % channels] || 1), textureBins)
  }
  return { ...size, channels, colour: Uint8Array.from(numbers, (value) => binOf(value, colourBins)), texture }
}

/** The regions of a segmentation, and which of them touch. */
export interface Described {
  readonly all: number
  readonly regions: readonly Region[]
  readonly neighbours: readonly ReadonlySet<number>[]
}

/** @param labels of regions from 0 to count − 1 */
export function described(bins: Binned, labels: Int32Array, count: number): Described {
  const { width, channels, colour, texture } = bins
  const sizes = new Int32Array(count)
  const boxes = Array.from({ length: count }, () => [Infinity, Infinity, 0, 0] as [number, number, number, number])
  const [ofColour, ofTexture] = [channels * colourBins, channels * directions * textureBins]
  const [colours, textures] = [new Float64Array(count * ofColour), new Float64Array(count * ofTexture)]
  const add = (histogram: Float64Array, at: number): void => {
    histogram[at] = (histogram[at] ?? 0) + 1
  }
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] ?? 0
    const [x, y] = [i % width, Math.floor(i / width)]
    const box = boxes[label]
    if (box) {
      box[0] = Math.min(box[0], x)
      box[1] = Math.min(box[1], y)
      box[2] = Math.max(box[2], x + 1)
      box[3] = Math.max(box[3], y + 1)
    }
    sizes[label] = (sizes[label] ?? 0) + 1
    for (let c = 0; c < channels; c++) {
      const j = i * channels + c
      add(colours, label * ofColour + c * colourBins + (colour[j] ?? 0))
      for (let d = 0; d < directions; d++)
        add(
          textures,
          label * ofTexture + (c * directions + d) * textureBins + (texture[d * labels.length * channels + j] ?? 0),
        )
    }
  }
  const regions = Array.from(sizes, (size, i): Region => {
    const part = (all: Float64Array, length: number): Float64Array => all.slice(i * length, (i + 1) * length)
    return {
      size,
      box: boxes[i] ?? [0, 0, 0, 0],
      colour: part(colours, ofColour).map((n) => n / (size * channels)),
      texture: part(textures, ofTexture).map((n) => n / (size * channels * directions)),
    }
  })
  return { all: labels.length, regions, neighbours: touching(labels, count, width) }
}

/** What two histograms have in common, from 0 to 1. */
function common(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += Math.min(a[i] ?? 0, b[i] ?? 0)
  return sum
}

const around = ([a, b, c, d]: Region['box'], [e, f, g, h]: Region['box']): Region['box'] => [
  Math.min(a, e),
  Math.min(b, f),
  Math.max(c, g),
  Math.max(d, h),
]

/** Equations 2 to 6 of the paper. @param all pixels of the picture */
function similarity(a: Region, b: Region, all: number, use: Similarities): number {
  const [x0, y0, x1, y1] = around(a.box, b.box)
  const size = a.size + b.size
  return (
    (use.colour ? common(a.colour, b.colour) : 0) +
    (use.texture ? common(a.texture, b.texture) : 0) +
    (use.size ? 1 - size / all : 0) +
    (use.fill ? 1 - ((x1 - x0) * (y1 - y0) - size) / all : 0)
  )
}

function joined(a: Region, b: Region): Region {
  const size = a.size + b.size
  const mix = (p: Float64Array, q: Float64Array): Float64Array =>
    p.map((n, i) => (a.size * n + b.size * (q[i] ?? 0)) / size)
  return { size, box: around(a.box, b.box), colour: mix(a.colour, b.colour), texture: mix(a.texture, b.texture) }
}

/** Of each label those that touch it, by an edge or a corner. */
function touching(labels: Int32Array, count: number, width: number): readonly ReadonlySet<number>[] {
  const found = Array.from({ length: count }, () => new Set<number>())
  const add = (a: number, b: number): void => {
    if (a === b) return
    found[a]?.add(b)
    found[b]?.add(a)
  }
  for (let i = 0; i < labels.length; i++) {
    const [x, here] = [i % width, labels[i] ?? 0]
    for (const next of [x + 1 < width ? 1 : 0, width, x + 1 < width ? width + 1 : 0, x > 0 ? width - 1 : 0])
      if (next > 0 && i + next < labels.length) add(here, labels[i + next] ?? here)
  }
  return found
}

/**
 * The hierarchy of regions: those of the segmentation, then one for each join, the whole picture last. Of equally similar pairs the
 * one that was found first is joined.
 * @see Uijlings et al., "Selective Search for Object Recognition", IJCV 2013, algorithm 1
 */
export function group(given: Described, use: Similarities, cancelled = () => false): readonly Grouped[] {
  const { all } = given
  const regions = [...given.regions]
  const neighbours = given.neighbours.map((set) => new Set(set))
  let pairs: { readonly a: number; readonly b: number; readonly alike: number }[] = []
  const add = (a: number, b: number): void => {
    const [one, other] = [regions[a], regions[b]]
    if (one && other) pairs.push({ a, b, alike: similarity(one, other, all, use) })
  }
  for (const [a, set] of neighbours.entries()) for (const b of [...set].sort((p, q) => p - q)) if (a < b) add(a, b)
  while (pairs.length > 0 && !cancelled()) {
    let best = pairs[0]
    for (const pair of pairs) if (best && pair.alike > best.alike) best = pair
    if (!best) break
    const { a, b } = best
    const [one, other] = [regions[a], regions[b]]
    if (!one || !other) break
    const made = regions.push(joined(one, other)) - 1
    const next = new Set([...(neighbours[a] ?? []), ...(neighbours[b] ?? [])].filter((n) => n !== a && n !== b))
    pairs = pairs.filter((pair) => pair.a !== a && pair.b !== a && pair.a !== b && pair.b !== b)
    neighbours[made] = next
    for (const n of [...next].sort((p, q) => p - q)) {
      neighbours[n]?.delete(a)
      neighbours[n]?.delete(b)
      neighbours[n]?.add(made)
      add(n, made)
    }
  }
  return regions.map(({ box, size }) => ({ box, size }))
}

/**
 * The boxes of several hierarchies in one list, without repeats. Each has its place, counted from the whole picture, times a random
 * number, as in the paper: large regions tend to come first, but not always.
 * @param random from 0 to 1
 * @param least sides that a box must have, in pixels
 */
export function ranked(
  hierarchies: readonly (readonly Grouped[])[],
  random: () => number,
  least: number,
): readonly Grouped['box'][] {
  const found = new Map<string, { readonly box: Grouped['box']; readonly rank: number }>()
  for (const regions of hierarchies)
    for (const [i, { box }] of [...regions].reverse().entries()) {
      const rank = (i + 1) * random()
      const known = found.get(box.join())
      if (box[2] - box[0] < least || box[3] - box[1] < least || (known && known.rank <= rank)) continue
      found.set(box.join(), { box, rank })
    }
  return [...found.values()].sort((a, b) => a.rank - b.rank).map(({ box }) => box)
}
