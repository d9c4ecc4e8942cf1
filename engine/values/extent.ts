/** What many numbers come to, in a line. */
export interface Extent {
  readonly min: number | null
  readonly max: number | null
  readonly mean: number | null
  readonly notFinite: number
}

/** Minimum, maximum and mean of the finite numbers (null where there are none), and how many are not finite. */
export function extent(values: ArrayLike<number>): Extent {
  let [min, max, sum, finite] = [Infinity, -Infinity, 0, 0]
  // By index: an iterator takes ten times as long while the code is not compiled yet, as on the command line.
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    if (value - value !== 0) continue
    if (value < min) min = value
    if (value > max) max = value
    sum += value
    finite++
  }
  const some = finite > 0
  return {
    min: some ? min : null,
    max: some ? max : null,
    mean: some ? sum / finite : null,
    notFinite: values.length - finite,
  }
}
