/** Cascades of boosted Haar or LBP features, with the arithmetic of OpenCV's CascadeClassifier. Plain arrays. */
import { type Gray, resizedBytes } from '../engine/ops/orb/bytes.ts'
import { SightlineError } from '../engine/types/problem.ts'

interface Feature {
  /** Of Haar: x, y, width, height, weight of two or three rectangles. Of LBP: x, y, width, height of the first of 3 × 3 blocks. */
  readonly numbers: Float32Array
}

/** A tree of decisions: node i goes to `next[2i]` or `next[2i + 1]`, above 0 another node, else the leaf with that number, negated. */
interface Tree {
  readonly next: Int32Array
  readonly features: Int32Array
  /** Of Haar: below them it goes left. */
  readonly thresholds: Float32Array
  /** Of LBP: 256 bits a node; where the code's is set, it goes left. */
  readonly sets: Int32Array
  readonly leaves: Float32Array
}

interface Stage {
  readonly threshold: number
  readonly trees: readonly Tree[]
}

export interface Cascade {
  readonly kind: 'HAAR' | 'LBP'
  readonly width: number
  readonly height: number
  readonly stages: readonly Stage[]
  readonly features: readonly Feature[]
}

const mostNumbers = 4_000_000

/** The contents of all elements of this name, the outermost first, none inside another. */
function* elements(text: string, name: string): Generator<string> {
  const [open, close] = [`<${name}>`, `</${name}>`]
  for (let at = text.indexOf(open); at >= 0; ) {
    const end = text.indexOf(close, at)
    if (end < 0) return
    yield text.slice(at + open.length, end)
    at = text.indexOf(open, end)
  }
}

const one = (text: string, name: string): string => elements(text, name).next().value ?? ''
const numbersOf = (text: string): number[] => text.trim().split(/\s+/).map(Number)

/**
 * A cascade in OpenCV's newer XML format (`opencv_traincascade`).
 * @throws `cascade.damaged`
 */
export function parseCascade(text: string, path: string): Cascade {
  const wrong = (what: string) => new SightlineError('cascade.damaged', { path, what })
  if (!text.includes('opencv-cascade-classifier')) throw wrong('it holds no cascade in the newer format of OpenCV')
  const kind = one(text, 'featureType').trim()
  if (kind !== 'HAAR' && kind !== 'LBP') throw wrong(`its features are ${kind || 'not named'}; HAAR and LBP are read`)
  if (/<tilted>\s*1/.test(text)) throw wrong('it has tilted features, which are not read')
  const [width, height] = [Number(one(text, 'width')), Number(one(text, 'height'))]
  if (!(width >= 4 && height >= 4 && width <= 1000 && height <= 1000)) throw wrong('its window has no size')

  const start = text.indexOf('<features>')
  const features = [...elements(text.slice(start), kind === 'HAAR' ? 'rects' : 'rect')].map((content): Feature => {
    const numbers = kind === 'HAAR' ? [...elements(content, '_')].flatMap(numbersOf) : numbersOf(content)
    const [each, blocks] = kind === 'HAAR' ? [5, 1] : [4, 3]
    for (let i = 0; i < numbers.length; i += each) {
      const [x = -1, y = -1, w = 0, h = 0] = numbers.slice(i, i + each)
      const inside = x >= 0 && y >= 0 && w > 0 && h > 0 && x + blocks * w <= width && y + blocks * h <= height
      if (!inside || numbers.length % each || numbers.length > 3 * each)
        throw wrong('a feature lies outside its window')
    }
    return { numbers: Float32Array.from(numbers) }
  })
  if (start < 0 || features.length === 0) throw wrong('it has no features')

  const per = kind === 'HAAR' ? 4 : 11
  let left = mostNumbers
  const stages = text
    .slice(0, start)
    .split('<stageThreshold>')
    .slice(1)
    .map((content): Stage => {
      const nodes = [...elements(content, 'internalNodes')].map(numbersOf)
      const leaves = [...elements(content, 'leafValues')].map(numbersOf)
      const threshold = Number.parseFloat(content)
      if (nodes.length === 0 || nodes.length !== leaves.length || !Number.isFinite(threshold))
        throw wrong('a stage is not whole')
      const trees = nodes.map((numbers, t): Tree => {
        const values = leaves[t] ?? []
        const count = numbers.length / per
        left -= numbers.length + values.length
        if (
          left < 0 ||
          ![...numbers, ...values].every(Number.isFinite) ||
          !Number.isInteger(count) ||
          values.length !== count + 1
        )
          throw wrong('a tree is not whole')
        const rows = Array.from({ length: count }, (_, i) => numbers.slice(i * per, (i + 1) * per))
        for (const [i, [a = 0, b = 0, feature = -1]] of rows.entries()) {
          // Only forwards, so that no tree goes round for ever.
          const leads = [a, b].every((to) => (to > 0 ? to > i && to < count : -to < values.length))
          if (!leads || !features[feature]) throw wrong('a tree leads nowhere')
        }
        return {
          next: Int32Array.from(rows.flatMap(([a = 0, b = 0]) => [a, b])),
          features: Int32Array.from(rows, (row) => row[2] ?? 0),
          thresholds: Float32Array.from(rows, (row) => row[3] ?? 0),
          sets: Int32Array.from(kind === 'LBP' ? rows.flatMap((row) => row.slice(3)) : []),
          leaves: Float32Array.from(values),
        }
      })
      // OpenCV takes a little off, against rounding.
      return { threshold: Math.fround(threshold - 1e-5), trees }
    })
  if (stages.length === 0) throw wrong('it has no stages')
  return { kind, width, height, stages, features }
}

/** Sums over all that lies above and to the left, with a row and a column of zeros first. Whole numbers below 2^53. */
function integral({ width, height, pixels }: Gray, power: 1 | 2): Float64Array {
  const sums = new Float64Array((width + 1) * (height + 1))
  for (let y = 0; y < height; y++) {
    let row = 0
    for (let x = 0; x < width; x++) {
      const v = pixels[y * width + x] as number
      row += power === 1 ? v : v * v
      sums[(y + 1) * (width + 1) + x + 1] = (sums[y * (width + 1) + x + 1] as number) + row
    }
  }
  return sums
}

/** All trees in a row, in arrays of numbers only: a window asks them millions of times. */
function flattened({ stages }: Cascade) {
  const trees = stages.flatMap((stage) => stage.trees)
  const sums = (counts: readonly number[]): Int32Array => {
    let sum = 0
    return Int32Array.from(counts, (count) => {
      sum += count
      return sum - count
    })
  }
  const joined = <T>(of: (tree: Tree) => ArrayLike<T>): T[] => trees.flatMap((tree) => Array.from(of(tree)))
  const before = sums(stages.map((stage) => stage.trees.length))
  return {
    /** Of each stage the tree after its last. */
    ends: before.map((first, s) => first + (stages[s]?.trees.length ?? 0)),
    limits: Float64Array.from(stages, ({ threshold }) => threshold),
    /** Of each tree its first node and its first leaf. */
    nodes: sums(trees.map(({ features }) => features.length)),
    firstLeaves: sums(trees.map(({ leaves }) => leaves.length)),
    next: Int32Array.from(joined(({ next }) => next)),
    features: Int32Array.from(joined(({ features }) => features)),
    thresholds: Float32Array.from(joined(({ thresholds }) => thresholds)),
    sets: Int32Array.from(joined(({ sets }) => sets)),
    leaves: Float32Array.from(joined(({ leaves }) => leaves)),
  }
}

/** The windows of one size that pass all stages: places in the picture of that size. */
function* passing(
  cascade: Cascade,
  picture: Gray,
  step: number,
  stop: () => boolean,
): Generator<readonly [number, number]> {
  const { kind, width, height, stages, features } = cascade
  const line = picture.width + 1
  const sums = integral(picture, 1)
  const squares = kind === 'HAAR' ? integral(picture, 2) : sums
  const at = (table: Float64Array, from: number, x: number, y: number, w: number, h: number): number => {
    const a = from + y * line + x
    const b = a + h * line
    return (table[a] as number) - (table[a + w] as number) - (table[b] as number) + (table[b + w] as number)
  }
  // The corners of each rectangle as places in the table, so that a window only adds where it begins.
  const corners = new Int32Array(kind === 'HAAR' ? 12 * features.length : 0)
  const weights = new Float32Array(kind === 'HAAR' ? 3 * features.length : 0)
  if (kind === 'HAAR')
    for (const [f, { numbers }] of features.entries())
      for (let i = 0; 5 * i < numbers.length; i++) {
        const [x = 0, y = 0, w = 0, h = 0, weight = 0] = numbers.subarray(5 * i, 5 * i + 5)
        const first = y * line + x
        corners.set([first, first + w, first + h * line, first + h * line + w], 12 * f + 4 * i)
        weights[3 * f + i] = weight
      }
  const rectangle = (from: number, at: number): number =>
    (sums[from + (corners[at] as number)] as number) -
    (sums[from + (corners[at + 1] as number)] as number) -
    (sums[from + (corners[at + 2] as number)] as number) +
    (sums[from + (corners[at + 3] as number)] as number)
  const haar = (from: number, feature: number): number => {
    const [at, w] = [12 * feature, 3 * feature]
    let sum = (weights[w] as number) * rectangle(from, at) + (weights[w + 1] as number) * rectangle(from, at + 4)
    if (weights[w + 2] !== 0) sum += (weights[w + 2] as number) * rectangle(from, at + 8)
    return Math.fround(sum)
  }
  const lbp = (from: number, [x = 0, y = 0, w = 0, h = 0]: Float32Array): number => {
    const block = (i: number, j: number): number => at(sums, from, x + i * w, y + j * h, w, h)
    const centre = block(1, 1)
    let code = 0
    // Around the centre, clockwise from the top left.
    for (const [i, j] of around) code = 2 * code + (block(i, j) >= centre ? 1 : 0)
    return code
  }
  const flat = flattened(cascade)
  const isHaar = kind === 'HAAR'
  const area = (width - 2) * (height - 2)
  /** How many stages a window passes; −1: it is too even to tell. */
  const passed = (from: number): number => {
    let norm = 1
    if (isHaar) {
      const sum = at(sums, from, 1, 1, width - 2, height - 2)
      const spread = area * at(squares, from, 1, 1, width - 2, height - 2) - sum * sum
      if (spread <= 0) return -1
      norm = Math.fround(1 / Math.sqrt(spread))
      if (area * norm >= 0.1) return -1
    }
    let tree = 0
    for (let s = 0; s < stages.length; s++) {
      let sum = 0
      for (const end = flat.ends[s] as number; tree < end; tree++) {
        const first = flat.nodes[tree] as number
        let node = 0
        do {
          const feature = flat.features[first + node] as number
          let goesLeft: boolean
          if (isHaar) goesLeft = Math.fround(haar(from, feature) * norm) < (flat.thresholds[first + node] as number)
          else {
            const code = lbp(from, (features[feature] as Feature).numbers)
            goesLeft = (((flat.sets[8 * (first + node) + (code >> 5)] as number) >> (code & 31)) & 1) === 1
          }
          node = flat.next[2 * (first + node) + (goesLeft ? 0 : 1)] as number
        } while (node > 0)
        sum += flat.leaves[(flat.firstLeaves[tree] as number) - node] as number
      }
      if (sum < (flat.limits[s] as number)) return s
    }
    return stages.length
  }
  for (let y = 0; y < picture.height - height && !stop(); y += step)
    for (let x = 0; x < picture.width - width; x += step) {
      const count = passed(y * line + x)
      if (count === stages.length) yield [x, y]
      // Where not even the first stage is passed, the next place is not looked at.
      else if (count === 0) x += step
    }
}
const around = [
  [0, 0],
  [1, 0],
  [2, 0],
  [2, 1],
  [2, 2],
  [1, 2],
  [0, 2],
  [0, 1],
] as const

export interface CascadeParams {
  /** Each size of the window is so many times the last. */
  readonly scale: number
  /** So many windows must agree. 0: every window counts. */
  readonly neighbours: number
  /** The sides of a window in pixels, 0: no limit. */
  readonly least: number
  readonly most: number
}

/** x, y, width, height, and how many windows agreed. */
export type Found = readonly [x: number, y: number, width: number, height: number, count: number]

/** Round half to even, as the processor does for OpenCV. */
function rint(v: number): number {
  const low = Math.floor(v)
  return v - low === 0.5 ? low + (low % 2) : Math.round(v)
}

/** Where the cascade passes, at all sizes. @see OpenCV 4.6, CascadeClassifier::detectMultiScale */
export function detect(
  cascade: Cascade,
  picture: Gray,
  { scale, neighbours, least, most }: CascadeParams,
  stop: () => boolean = () => false,
  progress: (part: number) => void = () => undefined,
): readonly Found[] {
  const found: Found[] = []
  const factors: number[] = []
  for (let factor = 1; ; factor *= scale) {
    const [w, h] = [rint(cascade.width * factor), rint(cascade.height * factor)]
    if (w > picture.width || h > picture.height || (most > 0 && Math.max(w, h) > most)) break
    if (Math.min(w, h) >= least) factors.push(Math.fround(factor))
  }
  for (const [i, factor] of factors.entries()) {
    const size = (side: number): number => rint(side * factor)
    const smaller = resizedBytes(picture, rint(picture.width / factor), rint(picture.height / factor))
    for (const [x, y] of passing(cascade, smaller, factor >= 2 ? 1 : 2, stop))
      found.push([rint(x * factor), rint(y * factor), size(cascade.width), size(cascade.height), 1])
    progress((i + 1) / factors.length)
    if (stop()) break
  }
  return neighbours > 0 ? grouped(found, neighbours) : found
}

/** Boxes that are alike become their mean, where enough are; one inside a surer one is dropped. @see OpenCV groupRectangles, eps 0.2 */
function grouped(boxes: readonly Found[], neighbours: number): readonly Found[] {
  const alike = ([x, y, w, h]: Found, [u, v, s, t]: Found): boolean => {
    const delta = 0.1 * (Math.min(w, s) + Math.min(h, t))
    return [x - u, y - v, x + w - u - s, y + h - v - t].every((d) => Math.abs(d) <= delta)
  }
  const parents = boxes.map((_, i) => i)
  const rootOf = (i: number): number => {
    let at = i
    while (parents[at] !== at) at = parents[at] = parents[parents[at] as number] as number
    return at
  }
  for (const [i, a] of boxes.entries())
    for (let j = 0; j < i; j++) if (alike(a, boxes[j] as Found)) parents[rootOf(i)] = rootOf(j)
  const groups = new Map<number, Found[]>()
  for (const [i, box] of boxes.entries()) groups.set(rootOf(i), [...(groups.get(rootOf(i)) ?? []), box])
  const means = [...groups.values()].map((group): Found => {
    const mean = (k: 0 | 1 | 2 | 3): number => rint(group.reduce((sum, box) => sum + box[k], 0) / group.length)
    return [mean(0), mean(1), mean(2), mean(3), group.length]
  })
  const many = means.filter(([, , , , count]) => count > neighbours)
  return many.filter(
    (a) =>
      !many.some((b) => {
        const [dx, dy] = [rint(b[2] * 0.2), rint(b[3] * 0.2)]
        const inside =
          a[0] >= b[0] - dx && a[1] >= b[1] - dy && a[0] + a[2] <= b[0] + b[2] + dx && a[1] + a[3] <= b[1] + b[3] + dy
        return a !== b && inside && (b[4] > Math.max(3, a[4]) || a[4] < 3)
      }),
  )
}
