/** Steps of fitting as they are written, in float64, with derivatives by differences: what the kernels are compared with. */
import { pixelOf, type Seen, type SplatNumbers, seenSplats } from '../rasterise/plain.ts'
import type { RasteriseParams } from '../rasterise/rules.ts'
import { type FitParams, fixedNumbers, windowTaps } from './params.ts'

export interface FitNumbers {
  readonly count: number
  readonly row: number
  readonly degree: number
  readonly height: number
  readonly width: number
  readonly params: Float64Array
  readonly first: Float64Array
  readonly second: Float64Array
  /** (V, H, W, 3) */
  readonly pictures: (at: number) => number
}

export interface FitOutputs {
  readonly params: Float64Array
  readonly first: Float64Array
  readonly second: Float64Array
  readonly gradients: Float64Array
  readonly seen: Float64Array
  readonly losses: Float64Array
}

/** A row of each splat as what is drawn. */
export function drawnOf(params: Float64Array, row: number, count: number, degree: number): SplatNumbers {
  const at = (start: number, each: number) => (i: number) =>
    params[row * Math.floor(i / each) + start + (i % each)] ?? Number.NaN
  const [logs, logits] = [at(7, 3), at(10, 1)]
  return {
    ...{ count, degree, means: at(0, 3), quats: at(3, 4), sh: at(fixedNumbers, row - fixedNumbers) },
    scales: (i) => Math.exp(logs(i)),
    opacities: (i) => 1 / (1 + Math.exp(-logits(i))),
  }
}

const viewOf = (
  { cameras, background, antialiased }: FitParams,
  view: number,
  width: number,
  height: number,
): RasteriseParams => {
  const camera = cameras[view]
  if (!camera) throw new Error(`no camera ${view}`)
  return { ...camera, width, height, background, antialiased, space: 'rgb' }
}

/** By the window, along rows and then along columns. */
function blurred(map: Float64Array, width: number, height: number): Float64Array {
  const sum = (from: Float64Array, at: number, step: number, place: number, side: number): number => {
    let all = 0
    for (let k = Math.max(-5, -place); k <= Math.min(5, side - 1 - place); k++)
      all += (windowTaps[k + 5] ?? 0) * (from[at + k * step] ?? 0)
    return all
  }
  const along = map.map((_, i) => sum(map, i, 1, i % width, width))
  return along.map((_, i) => sum(along, i, width, Math.floor(i / width), height))
}

export interface Loss {
  readonly apart: number
  readonly similar: number
  readonly loss: number
}

/**
 * What is seen beside what is wanted. The window of the similarity is zero outside the picture.
 * @see Wang et al., Image quality assessment: from error visibility to structural similarity (2004)
 */
export function lossOf(
  seen: readonly Seen[],
  wanted: (at: number) => number,
  params: RasteriseParams,
  part: number,
): Loss {
  const { width, height } = params
  const pixels = width * height
  const image = Array.from({ length: pixels }, (_, i) => pixelOf(seen, i % width, Math.floor(i / width), params).image)
  let [apart, similar] = [0, 0]
  for (const c of [0, 1, 2] as const) {
    const v = Float64Array.from(image, (pixel) => pixel[c])
    const w = Float64Array.from({ length: pixels }, (_, i) => wanted(3 * i + c))
    const blur = (a: Float64Array, b?: Float64Array): Float64Array =>
      blurred(b ? a.map((one, i) => one * (b[i] ?? 0)) : a, width, height)
    const [ms, ns, mms, mns, nns] = [blur(v), blur(w), blur(v, v), blur(v, w), blur(w, w)]
    for (let i = 0; i < pixels; i++) {
      const [m = 0, n = 0, mm = 0, mn = 0, nn = 0] = [ms[i], ns[i], mms[i], mns[i], nns[i]]
      const [above1, above2] = [2 * m * n + 1e-4, 2 * (mn - m * n) + 9e-4]
      const [under1, under2] = [m * m + n * n + 1e-4, mm - m * m + (nn - n * n) + 9e-4]
      similar += (above1 * above2) / (under1 * under2)
      apart += Math.abs((v[i] ?? 0) - (w[i] ?? 0))
    }
  }
  const numbers = 3 * width * height
  const averaged = { apart: apart / numbers, similar: similar / numbers }
  return { ...averaged, loss: (1 - part) * averaged.apart + part * (1 - averaged.similar) }
}

const difference = 1e-5

export function plainFit(given: FitNumbers, params: FitParams): FitOutputs {
  const { count, row, degree, height, width, pictures } = given
  const made = { params: given.params.slice(), first: given.first.slice(), second: given.second.slice() }
  const gradients = new Float64Array(count * row)
  const [seen, losses] = [new Float64Array(2 * count), new Float64Array(2 * params.order.length)]
  for (const [step, view] of params.order.entries()) {
    const camera = viewOf(params, view, width, height)
    const wanted = (at: number): number => {
      const v = pictures(3 * width * height * view + at)
      return Number.isFinite(v) ? v : 0
    }
    const look = (): readonly Seen[] => seenSplats(drawnOf(made.params, row, count, degree), camera)
    const loss = (of: readonly Seen[]): number => lossOf(of, wanted, camera, params.part).loss
    const now = look()
    const { apart, similar } = lossOf(now, wanted, camera, params.part)
    losses.set([apart, similar], 2 * step)
    for (let at = 0; at < count * row; at++) {
      const own = made.params[at] ?? 0
      const by = (change: number): number => {
        made.params[at] = own + change
        const value = loss(look())
        made.params[at] = own
        return value
      }
      const slope = now.some(({ splat }) => splat === Math.floor(at / row))
        ? (by(difference) - by(-difference)) / (2 * difference)
        : 0
      gradients[at] = Number.isFinite(slope) ? slope : 0
    }
    for (const one of now) {
      const slope = (axis: 'x' | 'y'): number => {
        const by = (change: number): number =>
          loss(now.map((other) => (other === one ? { ...other, [axis]: other[axis] + change } : other)))
        return (by(difference) - by(-difference)) / (2 * difference)
      }
      const i = 2 * one.splat
      seen[i] = (seen[i] ?? 0) + Math.hypot((width / 2) * slope('x'), (height / 2) * slope('y'))
      seen[i + 1] = (seen[i + 1] ?? 0) + 1
    }
    const { rates } = params
    const t = params.start + step + 1
    const far = Math.min(1, t / Math.max(1, rates.decay))
    for (let at = 0; at < count * row; at++) {
      const k = at % row
      const rate =
        k < 3
          ? rates.means && rates.means * (rates.meansEnd / rates.means) ** far
          : k < 7
            ? rates.quats
            : k < 10
              ? rates.scales
              : k < 11
                ? rates.opacities
                : k < 14
                  ? rates.colours
                  : rates.harmonics
      const g = gradients[at] ?? 0
      const m = 0.9 * (made.first[at] ?? 0) + 0.1 * g
      const v = 0.999 * (made.second[at] ?? 0) + 0.001 * g * g
      made.first[at] = m
      made.second[at] = v
      made.params[at] =
        (made.params[at] ?? 0) - (rate * (m / (1 - 0.9 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-15)
    }
  }
  return { ...made, gradients, seen, losses }
}
