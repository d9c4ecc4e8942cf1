// Sorting networks on SIMD registers for the 3 × 3 and 5 × 5 medians, of four floats (T is f32) or sixteen bytes (u8) at once. Columns of
// the window are sorted once, for all windows that share them; the networks below start from sorted columns.
// An exchange keeps both its values whatever they are, NaN too: the same comparison decides which goes where. A window
// with NaN is made NaN afterwards.

@inline
function lower<T>(a: v128, b: v128): v128 {
  return isFloat<T>() ? f32x4.pmin(a, b) : i8x16.min_u(a, b)
}

@inline
function upper<T>(a: v128, b: v128): v128 {
  return isFloat<T>() ? f32x4.pmax(b, a) : i8x16.max_u(a, b)
}

/**
 * Sorts three registers at the same offset of three rows; the smallest go to `out`, the others one and two planes on.
 */
@inline
export function sortColumns3<T>(r0: usize, r1: usize, r2: usize, out: usize, plane: usize): void {
  const a = v128.load(r0), b = v128.load(r1), c = v128.load(r2)
  const x = lower<T>(a, b), y = upper<T>(a, b)
  const z = lower<T>(y, c)
  v128.store(out, lower<T>(x, z))
  v128.store(out + plane, upper<T>(x, z))
  v128.store(out + 2 * plane, upper<T>(y, c))
}

/** The median of 3 × 3: the middle one of the largest minimum, the middle median and the smallest maximum. */
@inline
export function median3<T>(p: usize, pixel: usize, plane: usize): v128 {
  const a = v128.load(p), b = v128.load(p + pixel), c = v128.load(p + 2 * pixel)
  const low = upper<T>(upper<T>(a, b), c)
  const m = p + plane
  const d = v128.load(m), e = v128.load(m + pixel), f = v128.load(m + 2 * pixel)
  const middle = upper<T>(lower<T>(d, e), lower<T>(upper<T>(d, e), f))
  const h = p + 2 * plane
  const high = lower<T>(lower<T>(v128.load(h), v128.load(h + pixel)), v128.load(h + 2 * pixel))
  return upper<T>(lower<T>(low, middle), lower<T>(upper<T>(low, middle), high))
}

/** As sortColumns3, of five rows. */
@inline
export function sortColumns5<T>(
  r0: usize, r1: usize, r2: usize, r3: usize, r4: usize, out: usize, plane: usize,
): void {
  let v0 = v128.load(r0), v1 = v128.load(r1), v2 = v128.load(r2), v3 = v128.load(r3), v4 = v128.load(r4)
  let t: v128
  t = lower<T>(v0, v1); v1 = upper<T>(v0, v1); v0 = t
  t = lower<T>(v3, v4); v4 = upper<T>(v3, v4); v3 = t
  t = lower<T>(v2, v4); v4 = upper<T>(v2, v4); v2 = t
  t = lower<T>(v2, v3); v3 = upper<T>(v2, v3); v2 = t
  t = lower<T>(v1, v4); v4 = upper<T>(v1, v4); v1 = t
  t = lower<T>(v0, v3); v3 = upper<T>(v0, v3); v0 = t
  t = lower<T>(v0, v2); v2 = upper<T>(v0, v2); v0 = t
  t = lower<T>(v1, v3); v3 = upper<T>(v1, v3); v1 = t
  t = lower<T>(v1, v2); v2 = upper<T>(v1, v2); v1 = t
  v128.store(out, v0)
  v128.store(out + plane, v1)
  v128.store(out + 2 * plane, v2)
  v128.store(out + 3 * plane, v3)
  v128.store(out + 4 * plane, v4)
}

/**
 * The median of 5 × 5. Sorting each rank's row leaves thirteen values that can be the median, and those are partly in
 * order; what a search could take away while all 7776 inputs of zeros and ones (with sorted columns) still came out
 * right left 54 exchanges, 84 minima and maxima. v5 is rank 1 of column 0, and so on.
 */
@inline
export function median5<T>(p: usize, pixel: usize, plane: usize): v128 {
  let t: v128
  let v0 = v128.load(p)
  let v1 = v128.load(p + pixel)
  t = lower<T>(v0, v1); v1 = upper<T>(v0, v1); v0 = t
  let v3 = v128.load(p + 3 * pixel)
  let v4 = v128.load(p + 4 * pixel)
  t = lower<T>(v3, v4); v4 = upper<T>(v3, v4); v3 = t
  let v2 = v128.load(p + 2 * pixel)
  t = lower<T>(v2, v4); v4 = upper<T>(v2, v4); v2 = t
  v3 = upper<T>(v2, v3)
  t = lower<T>(v1, v4); v4 = upper<T>(v1, v4); v1 = t
  v3 = upper<T>(v0, v3)
  v3 = upper<T>(v1, v3)
  let v5 = v128.load(p + plane)
  let v6 = v128.load(p + pixel + plane)
  t = lower<T>(v5, v6); v6 = upper<T>(v5, v6); v5 = t
  let v8 = v128.load(p + 3 * pixel + plane)
  let v9 = v128.load(p + 4 * pixel + plane)
  t = lower<T>(v8, v9); v9 = upper<T>(v8, v9); v8 = t
  let v7 = v128.load(p + 2 * pixel + plane)
  t = lower<T>(v7, v9); v9 = upper<T>(v7, v9); v7 = t
  t = lower<T>(v7, v8); v8 = upper<T>(v7, v8); v7 = t
  t = lower<T>(v6, v9); v9 = upper<T>(v6, v9); v6 = t
  v8 = upper<T>(v5, v8)
  t = lower<T>(v6, v8); v8 = upper<T>(v6, v8); v6 = t
  v7 = upper<T>(v6, v7)
  let v10 = v128.load(p + 2 * plane)
  let v11 = v128.load(p + pixel + 2 * plane)
  t = lower<T>(v10, v11); v11 = upper<T>(v10, v11); v10 = t
  let v13 = v128.load(p + 3 * pixel + 2 * plane)
  let v14 = v128.load(p + 4 * pixel + 2 * plane)
  t = lower<T>(v13, v14); v14 = upper<T>(v13, v14); v13 = t
  let v12 = v128.load(p + 2 * pixel + 2 * plane)
  t = lower<T>(v12, v14); v14 = upper<T>(v12, v14); v12 = t
  t = lower<T>(v12, v13); v13 = upper<T>(v12, v13); v12 = t
  v11 = lower<T>(v11, v14)
  t = lower<T>(v10, v13); v13 = upper<T>(v10, v13); v10 = t
  v12 = upper<T>(v10, v12)
  t = lower<T>(v11, v13); v13 = upper<T>(v11, v13); v11 = t
  t = lower<T>(v11, v12); v12 = upper<T>(v11, v12); v11 = t
  let v15 = v128.load(p + 3 * plane)
  let v16 = v128.load(p + pixel + 3 * plane)
  t = lower<T>(v15, v16); v16 = upper<T>(v15, v16); v15 = t
  let v18 = v128.load(p + 3 * pixel + 3 * plane)
  let v19 = v128.load(p + 4 * pixel + 3 * plane)
  t = lower<T>(v18, v19); v19 = upper<T>(v18, v19); v18 = t
  let v17 = v128.load(p + 2 * pixel + 3 * plane)
  t = lower<T>(v17, v18); v18 = upper<T>(v17, v18); v17 = t
  v16 = lower<T>(v16, v19)
  t = lower<T>(v15, v18); v18 = upper<T>(v15, v18); v15 = t
  t = lower<T>(v15, v17); v17 = upper<T>(v15, v17); v15 = t
  v16 = lower<T>(v16, v18)
  t = lower<T>(v16, v17); v17 = upper<T>(v16, v17); v16 = t
  let v20 = v128.load(p + 4 * plane)
  let v21 = v128.load(p + pixel + 4 * plane)
  t = lower<T>(v20, v21); v21 = upper<T>(v20, v21); v20 = t
  let v23 = v128.load(p + 3 * pixel + 4 * plane)
  let v24 = v128.load(p + 4 * pixel + 4 * plane)
  t = lower<T>(v23, v24); v24 = upper<T>(v23, v24); v23 = t
  let v22 = v128.load(p + 2 * pixel + 4 * plane)
  t = lower<T>(v22, v23); v23 = upper<T>(v22, v23); v22 = t
  v21 = lower<T>(v21, v24)
  t = lower<T>(v20, v22); v22 = upper<T>(v20, v22); v20 = t
  v21 = lower<T>(v21, v23)
  v21 = lower<T>(v21, v22)
  v8 = lower<T>(v8, v17)
  v20 = upper<T>(v7, v20)
  t = lower<T>(v12, v20); v20 = upper<T>(v12, v20); v12 = t
  t = lower<T>(v16, v4); v4 = upper<T>(v16, v4); v16 = t
  v12 = upper<T>(v3, v12)
  v16 = upper<T>(v12, v16)
  v20 = lower<T>(v20, v4)
  v13 = lower<T>(v13, v9)
  v20 = lower<T>(v20, v13)
  t = lower<T>(v16, v20); v20 = upper<T>(v16, v20); v16 = t
  v21 = lower<T>(v21, v8)
  v11 = upper<T>(v15, v11)
  v11 = upper<T>(v21, v11)
  v11 = upper<T>(v16, v11)
  v20 = lower<T>(v20, v11)
  return v20
}
