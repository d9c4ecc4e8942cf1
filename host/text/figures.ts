/** The few figures that reports and run records give of many numbers. */

/** Of milliseconds: what is more is noise. */
export const rounded = (value: number): number => Math.round(value * 1000) / 1000

export interface Extent {
  readonly min: number | null
  readonly max: number | null
  readonly mean: number | null
  readonly notFinite: number
}

/** Least, greatest and mean of the finite numbers, and how many are none. */
export function extent(values: Iterable<number> & { readonly length: number }): Extent {
  let [min, max, sum, finite] = [Infinity, -Infinity, 0, 0]
  for (const value of values) {
    if (!Number.isFinite(value)) continue
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
