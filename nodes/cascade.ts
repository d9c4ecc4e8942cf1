/** Cascades of boosted Haar or LBP features, with the arithmetic of OpenCV's CascadeClassifier. Plain arrays. */
import type { CascadeWindow, FlatCascade } from '../engine/ops/cascade/plain.ts'
import { rint } from '../engine/ops/rint.ts'
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

/** x, y, width, height, and how many windows agreed. */
export type Found = readonly [x: number, y: number, width: number, height: number, count: number]

/** All trees in a row, in arrays of numbers only: a window asks them millions of times. */
export function flattened({ kind, width, height, stages, features }: Cascade): FlatCascade {
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
  const each = kind === 'HAAR' ? 15 : 4
  const rectangles = new Float32Array(each * features.length)
  for (const [i, { numbers }] of features.entries()) rectangles.set(numbers, each * i)
  return {
    ...{ kind, width, height, rectangles },
    ends: before.map((first, s) => first + (stages[s]?.trees.length ?? 0)),
    limits: Float64Array.from(stages, ({ threshold }) => threshold),
    nodes: sums(trees.map(({ features }) => features.length)),
    firstLeaves: sums(trees.map(({ leaves }) => leaves.length)),
    next: Int32Array.from(joined(({ next }) => next)),
    features: Int32Array.from(joined(({ features }) => features)),
    thresholds: Float32Array.from(joined(({ thresholds }) => thresholds)),
    sets: Int32Array.from(joined(({ sets }) => sets)),
    leaves: Float32Array.from(joined(({ leaves }) => leaves)),
  }
}

/** Windows that pass: those that agree become one, where enough do. */
export const agreed = (windows: readonly CascadeWindow[], neighbours: number): readonly Found[] => {
  const found = windows.map(([x, y, w, h]): Found => [x, y, w, h, 1])
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
