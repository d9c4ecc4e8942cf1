// Connected components of a binary picture, in steps that are short and restartable: strips of rows separately
// (union-find, the smallest index of a component is its root), neighbouring strips joined pair by pair, then
// numbers for the roots in the order of their first pixels. Where small components are left out, their areas are counted
// in each strip and added up in between.

import { NONE, rootOf } from './forest.as.ts'

/** Joins the components of two pixels of the foreground; the smaller root stays one. */
@inline
function join(parents: usize, a: u32, b: u32): void {
  const p = rootOf(parents, a)
  const q = rootOf(parents, b)
  const low = min(p, q)
  store<u32>(parents + (<usize>p << 2), low)
  store<u32>(parents + (<usize>q << 2), low)
  // Path compression: visited pixels point to the root directly.
  store<u32>(parents + (<usize>a << 2), low)
  store<u32>(parents + (<usize>b << 2), low)
}

/** Joins pixel (x, y) of the foreground with its neighbours in the row above. */
@inline
function joinAbove(parents: usize, width: i32, x: i32, i: u32, eight: i32): void {
  const above = i - <u32>width
  if (load<u32>(parents + (<usize>above << 2)) != NONE) {
    join(parents, above, i)
    return
  }
  if (!eight) return
  if (x > 0 && load<u32>(parents + (<usize>(above - 1) << 2)) != NONE) join(parents, above - 1, i)
  if (x + 1 < width && load<u32>(parents + (<usize>(above + 1) << 2)) != NONE) join(parents, above + 1, i)
}

/**
 * Each strip of `grain` rows separately. Nonzero is foreground, including NaN.
 * @param src float32 (height, width, 1)
 * @param parents u32 (height, width): the index of a pixel of the same component, smaller or its own; NONE for background
 */
export function componentsStrips(
  src: usize, width: i32, parents: usize, eight: i32, grain: i32, y0: i32, y1: i32,
): void {
  for (let y = y0; y < y1; y++) {
    const first = <u32>(y * width)
    const top = y % grain == 0
    for (let x = 0; x < width; x++) {
      const i = first + <u32>x
      const at = parents + (<usize>i << 2)
      if (x + 4 <= width) {
        // Four pixels of the background, or four of the foreground below such ones.
        const empty = f32x4.eq(v128.load(src + (<usize>i << 2)), f32x4.splat(0))
        if (i32x4.all_true(empty)) {
          v128.store(at, i32x4.splat(-1))
          x += 3
          continue
        }
        if (!top && !v128.any_true(empty)) {
          const four = v128.load(at - (<usize>width << 2))
          const open = !v128.any_true(i32x4.eq(four, i32x4.splat(-1)))
          if (open && (eight || x == 0 || load<u32>(at - 4) == NONE || load<u32>(at - (<usize>width << 2) - 4) != NONE)) {
            v128.store(at, four)
            x += 3
            continue
          }
        }
      }
      if (load<f32>(src + (<usize>i << 2)) == 0) {
        store<u32>(at, NONE)
        continue
      }
      const left = x > 0 ? load<u32>(at - 4) : NONE
      if (top) {
        store<u32>(at, left == NONE ? i : left)
        continue
      }
      // A neighbour's parent is taken over; two are joined only where no third one has joined them already.
      const over = at - (<usize>width << 2)
      const above = load<u32>(over)
      const before = x > 0 ? load<u32>(over - 4) : NONE
      if (above != NONE) {
        store<u32>(at, above)
        if (!eight && left != NONE && before == NONE) join(parents, i - 1, i)
        continue
      }
      const after = eight && x + 1 < width ? load<u32>(over + 4) : NONE
      if (after != NONE) {
        store<u32>(at, after)
        if (left != NONE) join(parents, i - 1, i)
        else if (before != NONE) join(parents, i - <u32>width - 1, i)
        continue
      }
      store<u32>(at, left != NONE ? left : eight && before != NONE ? before : i)
    }
  }
}

/**
 * Joins blocks of `half` strips with the blocks below them: pairs that share nothing, one a row of the call.
 * @param grain rows of a strip
 */
export function componentsMerge(
  parents: usize, width: i32, height: i32, eight: i32, grain: i32, half: i32, b0: i32, b1: i32,
): void {
  for (let b = b0; b < b1; b++) {
    const y = (2 * b + 1) * half * grain
    if (y >= height) return
    for (let x = 0; x < width; x++) {
      const i = <u32>(y * width + x)
      if (load<u32>(parents + (<usize>i << 2)) != NONE) joinAbove(parents, width, x, i, eight)
    }
  }
}

/**
 * How many pixels each component has in its strip of `grain` rows, before strips are joined.
 * @param areas u32 (height, width): at the roots, 0 elsewhere
 */
export function componentsAreas(parents: usize, width: i32, areas: usize, y0: i32, y1: i32): void {
  const first = <usize>(y0 * width) << 2
  const end = <usize>(y1 * width) << 2
  memory.fill(areas + first, 0, end - first)
  for (let at = first; at < end; at += 4) {
    if (load<u32>(parents + at) == NONE) continue
    const area = areas + (<usize>rootOf(parents, <u32>(at >> 2)) << 2)
    store<u32>(area, load<u32>(area) + 1)
  }
}

/**
 * Adds the areas of all strips up at the final roots. One row of the call is the whole picture: what is added has one place,
 * and only the roots of strips cost more than a glance.
 * @param sums u32 (size): at the roots, 0 elsewhere
 */
export function componentsSums(parents: usize, areas: usize, sums: usize, size: i32, _from: i32, _to: i32): void {
  memory.fill(sums, 0, <usize>size << 2)
  for (let i: u32 = 0; i < <u32>size; i++) {
    const area = load<u32>(areas + (<usize>i << 2))
    if (area == 0) continue
    const sum = sums + (<usize>rootOf(parents, i) << 2)
    store<u32>(sum, load<u32>(sum) + area)
  }
}

/** Of four pixels from i on which are roots, a bit each. */
@inline
function roots(parents: usize, i: u32): i32 {
  const places = i32x4.add(i32x4.splat(i), i32x4(0, 1, 2, 3))
  return i32x4.bitmask(i32x4.eq(v128.load(parents + (<usize>i << 2)), places))
}

/** Whether the component with this root counts: whether it has at least `least` pixels. @param sums 0: any component counts */
@inline
function counts(i: u32, sums: usize, least: u32): bool {
  return !sums || load<u32>(sums + (<usize>i << 2)) >= least
}

/** How many components that count begin in each row: u32 (height). */
export function componentsCount(
  parents: usize, width: i32, sums: usize, least: i32, rows: usize, y0: i32, y1: i32,
): void {
  for (let y = y0; y < y1; y++) {
    let n: u32 = 0
    let i = <u32>(y * width)
    const end = i + <u32>width
    for (; i + 4 <= end; i += 4)
      for (let bits = roots(parents, i), k = i; bits; k++, bits >>= 1) if (bits & 1) n += u32(counts(k, sums, least))
    for (; i < end; i++) if (load<u32>(parents + (<usize>i << 2)) == i) n += u32(counts(i, sums, least))
    store<u32>(rows + (<usize>y << 2), n)
  }
}

/**
 * Numbers of the components, from `firsts` (the number of the first one of each row) on, 0 for those that do not count:
 * u32 (height, width) at their roots; elsewhere nothing is written.
 */
export function componentsNumber(
  parents: usize, width: i32, sums: usize, least: i32, firsts: usize, numbers: usize, y0: i32, y1: i32,
): void {
  for (let y = y0; y < y1; y++) {
    let n = load<u32>(firsts + (<usize>y << 2))
    let i = <u32>(y * width)
    const end = i + <u32>width
    for (; i + 4 <= end; i += 4)
      for (let bits = roots(parents, i), k = i; bits; k++, bits >>= 1)
        if (bits & 1) store<u32>(numbers + (<usize>k << 2), counts(k, sums, least) ? n++ : 0)
    for (; i < end; i++)
      if (load<u32>(parents + (<usize>i << 2)) == i) store<u32>(numbers + (<usize>i << 2), counts(i, sums, least) ? n++ : 0)
  }
}

/** dst i32 (height, width): the number of each pixel's root, 0 for background. */
export function componentsLabels(parents: usize, width: i32, numbers: usize, dst: usize, y0: i32, y1: i32): void {
  // Neighbours mostly have the same parent.
  let last = NONE
  let label: u32 = 0
  for (let i = <u32>(y0 * width), end = <u32>(y1 * width); i < end; i++) {
    while (i + 4 <= end && i32x4.all_true(i32x4.eq(v128.load(parents + (<usize>i << 2)), i32x4.splat(last)))) {
      v128.store(dst + (<usize>i << 2), i32x4.splat(label))
      i += 4
    }
    if (i >= end) return
    const parent = load<u32>(parents + (<usize>i << 2))
    if (parent != last) {
      last = parent
      label = parent == NONE ? 0 : load<u32>(numbers + (<usize>rootOf(parents, parent) << 2))
    }
    store<u32>(dst + (<usize>i << 2), label)
  }
}
