// Cascades of boosted Haar or LBP features (Viola and Jones 2001): tables of sums, and the windows that pass all stages.

/** Of a Haar node: 12 places in the table, 3 weights, threshold, where it goes (left, right). HAAR_NODE of op.ts. */
const HAAR_NODE: usize = 72
/** Of an LBP node: 16 places in the table, 8 words of bits, where it goes (left, right). LBP_NODE of op.ts. */
const LBP_NODE: usize = 104

/**
 * Sums along the rows of a picture of bytes, with a 0 first.
 * @param sums u32 (height + 1, width + 1), modulo 2^32; squares u64, the same of squares
 */
export function cascadeRowSums(src: usize, width: i32, sums: usize, squares: usize, y0: i32, y1: i32): void {
  const line = <usize>width + 1
  for (let y = y0; y < y1; y++) {
    const row = src + <usize>y * <usize>width
    const to = sums + ((<usize>y + 1) * line << 2), too = squares + ((<usize>y + 1) * line << 3)
    store<u32>(to, 0)
    store<u64>(too, 0)
    let sum: u32 = 0, square: u64 = 0
    for (let x: usize = 0; x < <usize>width; x++) {
      const v = <u32>load<u8>(row + x)
      sum += v
      square += <u64>(v * v)
      store<u32>(to + (x << 2), sum, 4)
      store<u64>(too + (x << 3), square, 8)
    }
  }
}

/** Adds the rows up, 64 columns a row of the call. */
export function cascadeColumnSums(sums: usize, squares: usize, line: i32, height: i32, u0: i32, u1: i32): void {
  const stride = <usize>line << 2, wide = <usize>line << 3
  const from = 64 * u0, to = min(64 * u1, line)
  memory.fill(sums + (<usize>from << 2), 0, <usize>(to - from) << 2)
  memory.fill(squares + (<usize>from << 3), 0, <usize>(to - from) << 3)
  for (let y = 1; y <= height; y++) {
    const row = sums + <usize>y * stride, row2 = squares + <usize>y * wide
    let x = from
    for (; x + 4 <= to; x += 4) {
      const p = row + (<usize>x << 2), q = row2 + (<usize>x << 3)
      v128.store(p, i32x4.add(v128.load(p), v128.load(p - stride)))
      v128.store(q, i64x2.add(v128.load(q), v128.load(q - wide)))
      v128.store(q, i64x2.add(v128.load(q, 16), v128.load(q - wide, 16)), 16)
    }
    for (; x < to; x++) {
      const p = row + (<usize>x << 2), q = row2 + (<usize>x << 3)
      store<u32>(p, load<u32>(p) + load<u32>(p - stride))
      store<u64>(q, load<u64>(q) + load<u64>(q - wide))
    }
  }
}

/**
 * The windows of one size that pass. A row of the call is a row of windows.
 * @param line numbers in a row of the tables
 * @param columns how far windows begin, in pixels, `step` apart
 * @param w, h the window
 * @param stages i32 (n): the tree after the last; limits f64 (n)
 * @param trees i32 (trees, 2): first node and first leaf
 * @param nodes HAAR_NODE or LBP_NODE bytes each; leaves f32
 * @param counts u32 (rows): how many pass; found u16 (rows, places of a row): their columns
 */
export function cascadeRows(
  sums: usize, squares: usize, line: i32, columns: i32, step: i32, isHaar: i32, w: i32, h: i32, stages: usize, limits: usize,
  count: i32, trees: usize, nodes: usize, leaves: usize, counts: usize, found: usize, y0: i32, y1: i32,
): void {
  const places = <usize>((columns + step - 1) / step)
  for (let r = y0; r < y1; r++) {
    const row = <usize>(r * step) * <usize>line
    const to = found + (<usize>r * places << 1)
    let n: usize = 0
    for (let x = 0; x < columns; x += step) {
      const from = row + <usize>x
      const passed = isHaar ? haarStages(sums, squares, from, line, w, h, stages, limits, count, trees, nodes, leaves)
        : lbpStages(sums + (from << 2), stages, limits, count, trees, nodes, leaves)
      if (passed == count) {
        store<u16>(to + (n << 1), <u16>x)
        n++
      } else if (passed == 0) x += step
    }
    store<u32>(counts + (<usize>r << 2), <u32>n)
  }
}

/** How many stages the window at number `from` of the tables passes; −1: it is too even to tell. */
@inline
function haarStages(
  sums: usize, squares: usize, from: usize, line: i32, w: i32, h: i32, stages: usize, limits: usize, count: i32,
  trees: usize, nodes: usize, leaves: usize,
): i32 {
  const inner = from + <usize>line + 1, under = <usize>(h - 2) * <usize>line
  const a = sums + (inner << 2), b = squares + (inner << 3)
  const right = <usize>(w - 2)
  const sum = <f64>(load<u32>(a) - load<u32>(a + (right << 2)) - load<u32>(a + (under << 2)) + load<u32>(a + (under + right << 2)))
  const square = <f64>(load<u64>(b) - load<u64>(b + (right << 3)) - load<u64>(b + (under << 3)) + load<u64>(b + (under + right << 3)))
  const area = <f64>((w - 2) * (h - 2))
  const spread = area * square - sum * sum
  if (spread <= 0) return -1
  const norm = <f32>(1 / sqrt(spread))
  if (area * <f64>norm >= 0.1) return -1
  const at = sums + (from << 2)
  let tree = trees
  for (let s = 0; s < count; s++) {
    let total: f64 = 0
    for (const end = trees + (<usize>load<i32>(stages + (<usize>s << 2)) << 3); tree < end; tree += 8) {
      const first = nodes + <usize>load<i32>(tree) * HAAR_NODE
      let next = 0
      do {
        const node = first + <usize>next * HAAR_NODE
        let value = <f64>load<f32>(node, 48) * rectangle(at, node) + <f64>load<f32>(node, 52) * rectangle(at, node + 16)
        const third = <f64>load<f32>(node, 56)
        if (third != 0) value += third * rectangle(at, node + 32)
        next = <f32>value * norm < load<f32>(node, 60) ? load<i32>(node, 64) : load<i32>(node, 68)
      } while (next > 0)
      total += <f64>load<f32>(leaves + (<usize>(load<i32>(tree, 4) - next) << 2))
    }
    if (total < load<f64>(limits + (<usize>s << 3))) return s
  }
  return count
}

/** The sum over a rectangle, from the places of its corners in the table. */
@inline
function rectangle(at: usize, corners: usize): f64 {
  return <f64>(load<u32>(at + <usize>load<i32>(corners)) - load<u32>(at + <usize>load<i32>(corners, 4)) -
    load<u32>(at + <usize>load<i32>(corners, 8)) + load<u32>(at + <usize>load<i32>(corners, 12)))
}

function lbpStages(
  at: usize, stages: usize, limits: usize, count: i32, trees: usize, nodes: usize, leaves: usize,
): i32 {
  let tree = trees
  for (let s = 0; s < count; s++) {
    let total: f64 = 0
    for (const end = trees + (<usize>load<i32>(stages + (<usize>s << 2)) << 3); tree < end; tree += 8) {
      const first = nodes + <usize>load<i32>(tree) * LBP_NODE
      let next = 0
      do {
        const node = first + <usize>next * LBP_NODE
        const centre = block(at, node, 1, 1)
        let code = <i32>(block(at, node, 0, 0) >= centre) << 7 | <i32>(block(at, node, 1, 0) >= centre) << 6 |
          <i32>(block(at, node, 2, 0) >= centre) << 5 | <i32>(block(at, node, 2, 1) >= centre) << 4 |
          <i32>(block(at, node, 2, 2) >= centre) << 3 | <i32>(block(at, node, 1, 2) >= centre) << 2 |
          <i32>(block(at, node, 0, 2) >= centre) << 1 | <i32>(block(at, node, 0, 1) >= centre)
        const set = load<u32>(node + (<usize>(code >> 5) << 2), 64)
        next = set >> (code & 31) & 1 ? load<i32>(node, 96) : load<i32>(node, 100)
      } while (next > 0)
      total += <f64>load<f32>(leaves + (<usize>(load<i32>(tree, 4) - next) << 2))
    }
    if (total < load<f64>(limits + (<usize>s << 3))) return s
  }
  return count
}

/** The sum over one of 3 × 3 blocks, from the places of their 4 × 4 corners. */
@inline
function block(at: usize, corners: usize, i: usize, j: usize): u32 {
  const p = corners + (4 * j + i << 2)
  return load<u32>(at + <usize>load<i32>(p)) - load<u32>(at + <usize>load<i32>(p, 4)) -
    load<u32>(at + <usize>load<i32>(p, 16)) + load<u32>(at + <usize>load<i32>(p, 20))
}
