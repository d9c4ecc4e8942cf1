// Connected components of a binary picture, in three steps that are short and restartable: strips of rows separately
// (union-find, the smallest index of a component is its root), neighbouring strips joined pair by pair, then
// numbers for the roots in the order of their first pixels.

/** The parent of a background pixel. */
const NONE: u32 = 0xffffffff

@inline
function rootOf(parents: usize, i: u32): u32 {
  let at = i
  let parent = load<u32>(parents + (<usize>at << 2))
  while (parent != at) {
    at = parent
    parent = load<u32>(parents + (<usize>at << 2))
  }
  return at
}

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
    for (let x = 0; x < width; x++) {
      const i = first + <u32>x
      const at = parents + (<usize>i << 2)
      if (load<f32>(src + (<usize>i << 2)) == 0) {
        store<u32>(at, NONE)
        continue
      }
      store<u32>(at, i)
      if (x > 0 && load<u32>(at - 4) != NONE) join(parents, i - 1, i)
      if (y % grain) joinAbove(parents, width, x, i, eight)
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

/** How many roots each row has: u32 (height). */
export function componentsCount(parents: usize, width: i32, counts: usize, y0: i32, y1: i32): void {
  for (let y = y0; y < y1; y++) {
    let n: u32 = 0
    for (let i = <u32>(y * width), end = i + <u32>width; i < end; i++)
      n += u32(load<u32>(parents + (<usize>i << 2)) == i)
    store<u32>(counts + (<usize>y << 2), n)
  }
}

/** Numbers of the roots, from `firsts` (the number of the first root of each row) on: u32 (height, width) at their pixels. */
export function componentsNumber(
  parents: usize, width: i32, firsts: usize, numbers: usize, y0: i32, y1: i32,
): void {
  for (let y = y0; y < y1; y++) {
    let n = load<u32>(firsts + (<usize>y << 2))
    for (let i = <u32>(y * width), end = i + <u32>width; i < end; i++)
      if (load<u32>(parents + (<usize>i << 2)) == i) store<u32>(numbers + (<usize>i << 2), n++)
  }
}

/** dst float32 (height, width, 1): the number of each pixel's root, 0 for background. */
export function componentsLabels(parents: usize, width: i32, numbers: usize, dst: usize, y0: i32, y1: i32): void {
  for (let i = <u32>(y0 * width), end = <u32>(y1 * width); i < end; i++) {
    const parent = load<u32>(parents + (<usize>i << 2))
    const label = parent == NONE ? 0 : load<u32>(numbers + (<usize>rootOf(parents, i) << 2))
    store<f32>(dst + (<usize>i << 2), <f32>label)
  }
}
