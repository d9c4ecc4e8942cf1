/**
 * How a range of numbers is laid out along a slider: linear; logarithmic where it spans decades; or, if it starts at 0 and
 * ends far beyond the typical value, linear up to that value and logarithmic after it.
 */
export interface Range {
  readonly min?: number | undefined
  readonly max?: number | undefined
  /** Where the slider ends if `max` is far away. */
  readonly soft?: readonly [number, number] | undefined
  readonly step?: number | undefined
  readonly integer?: boolean
  readonly odd?: boolean | undefined
  /** The typical value. */
  readonly usual?: number
}

export interface Scale {
  readonly ends: readonly [number, number]
  /** The position of a value, 0..1. */
  at(value: number): number
  /** The value at a position, rounded to a step that can be aimed at. `fine`: ten times finer. */
  value(fraction: number, fine?: boolean): number
  /** `count` keyboard steps from `value`. */
  nudge(value: number, count: number, fine?: boolean): number
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))
/** Removes the noise of binary fractions: 0.30000000000000004 is 0.3. */
const tidy = (value: number): number => Number(value.toPrecision(10))
const power = (value: number): number => 10 ** Math.floor(Math.log10(value))

/** The nearest value that the parameter accepts: inside its limits, an integer, odd. */
export function legal(value: number, { min = -Infinity, max = Infinity, integer, odd }: Range): number {
  if (odd) {
    const low = Number.isFinite(min) ? Math.ceil((min - 1) / 2) : -Infinity
    const high = Number.isFinite(max) ? Math.floor((max - 1) / 2) : Infinity
    return 2 * clamp(Math.round((value - 1) / 2), low, high) + 1
  }
  return clamp(integer ? Math.round(value) : value, min, max)
}

function endsOf({ min, max, soft, usual = 1 }: Range): readonly [number, number] {
  if (soft) return soft
  const reach = Math.max(1, Math.abs(usual) * 4)
  return [min ?? Math.min(max ?? 0, 0) - (usual < 0 || max !== undefined ? reach : 0), max ?? (min ?? 0) + reach]
}

export function scaleOf(range: Range): Scale {
  const [low, high] = endsOf(range)
  const span = high - low || 1
  const usual = range.usual ?? 0
  const decades = low > 0 && high / low >= 100
  const bent = low === 0 && usual > 0 && high / usual >= 16
  const bend = Math.log1p(high / usual)

  const at = (value: number): number => {
    if (decades) return Math.log(value / low) / Math.log(high / low)
    if (bent) return Math.log1p(value / usual) / bend
    return (value - low) / span
  }
  const raw = (f: number): number => {
    if (decades) return low * (high / low) ** f
    if (bent) return usual * Math.expm1(f * bend)
    return low + f * span
  }
  /** Roughly what one pixel of the slider is worth at this value. */
  const grain = (value: number): number => {
    const step = range.step ?? (range.integer ? 1 : undefined)
    if (step !== undefined) return step
    const reach = decades ? Math.abs(value) : bent ? Math.abs(value) + usual : span
    return power(Math.max(reach, span * 1e-9) / 50)
  }
  const round = (value: number, grain: number): number =>
    legal(range.odd ? value : tidy(Math.round(value / grain) * grain), range)

  return {
    ends: [low, high],
    at: (value) => clamp(at(value), 0, 1) || 0,
    value(fraction, fine = false) {
      const value = raw(clamp(fraction, 0, 1))
      const g = grain(value)
      return round(value, fine && !range.integer ? g / 10 : g)
    },
    nudge(value, count, fine = false) {
      if (range.odd) return legal(value + 2 * count, range)
      const g = fine && !range.integer ? grain(value) / 10 : grain(value)
      return legal(tidy(value + count * g), range)
    },
  }
}
