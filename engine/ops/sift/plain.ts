/**
 * SIFT in plain arrays, as the kernels compute it: for explanations, and what the kernels are tested with.
 * @see Lowe 2004; OpenCV SIFT
 */
import { siftLength } from './layout.ts'
import { bilinear, everySecond, gaussian, minus, type Plane } from './pyramid.ts'

export interface SiftParams {
  /** The largest number kept, the strongest first; 0: all. */
  readonly most: number
  /** Scales of an octave on which extrema are looked for. */
  readonly layers: number
  /** Weaker extrema are left out. */
  readonly contrast: number
  /** The largest ratio of the two curvatures: an extremum beyond it lies on an edge and is left out. */
  readonly edge: number
  readonly sigma: number
}

/** As cv2.KeyPoint. */
export interface Feature {
  readonly x: number
  readonly y: number
  readonly size: number
  readonly angle: number
  readonly response: number
}

/** An extremum, in the pixels of its octave. */
interface Found {
  readonly octave: number
  readonly layer: number
  readonly column: number
  readonly row: number
  /** The same in pixels of the doubled picture. */
  readonly x: number
  readonly y: number
  readonly size: number
  readonly response: number
}

/** What the camera has blurred already. */
const cameraBlur = 0.5
/** No extremum lies so near to an edge. */
const margin = 5
const mostMoves = 5
const directions = 36
const [cells, bins] = [4, 8]

/** How many octaves a picture has. */
export const octaveCount = (width: number, height: number): number =>
  Math.max(0, Math.round(Math.log2(2 * Math.min(width, height)) - 2) + 1)

/** The blur that the doubled picture lacks. */
export const firstBlur = (sigma: number): number => Math.sqrt(Math.max(sigma ** 2 - (2 * cameraBlur) ** 2, 0.01))

/** The blur from each plane of an octave to the next. */
export const blursOf = ({ layers, sigma }: SiftParams): readonly number[] => {
  const factor = 2 ** (1 / layers)
  return Array.from({ length: layers + 2 }, (_, i) => {
    const previous = sigma * factor ** i
    return Math.sqrt((previous * factor) ** 2 - previous ** 2)
  })
}

/** How far from 0 a difference must be to be looked at, in steps of 8 bits. */
export const leastDifference = ({ contrast, layers }: SiftParams): number =>
  Math.floor(((0.5 * contrast) / layers) * 255)

/** Octave by octave the picture at `layers` + 3 blurs. */
function octavesOf(doubled: Plane, params: SiftParams, count: number): Plane[][] {
  const blurs = blursOf(params)
  const octaves: Plane[][] = []
  for (let octave = 0; octave < count; octave++) {
    const before = octaves.at(-1)?.[params.layers]
    const scales = [before ? everySecond(before) : doubled]
    for (const [i, blur] of blurs.entries()) scales.push(gaussian(scales[i] as Plane, blur))
    octaves.push(scales)
  }
  return octaves
}

/** Solves a symmetric system of three. Undefined if it has no single solution. */
function solved(h: readonly [number, number, number, number, number, number], g: readonly [number, number, number]) {
  const [xx, yy, ss, xy, xs, ys] = h
  const [a, b, c] = [yy * ss - ys * ys, xs * ys - xy * ss, xy * ys - xs * yy]
  const det = xx * a + xy * b + xs * c
  if (!(Math.abs(det) > 1e-20)) return undefined
  const [d, e, k] = [xx * ss - xs * xs, xy * xs - xx * ys, xx * yy - xy * xy]
  return [
    (a * g[0] + b * g[1] + c * g[2]) / det,
    (b * g[0] + d * g[1] + e * g[2]) / det,
    (c * g[0] + e * g[1] + k * g[2]) / det,
  ] as const
}

/** Extrema of the differences of neighbouring blurs, in place and scale, to parts of a pixel. */
function extremaOf(octaves: readonly (readonly Plane[])[], params: SiftParams): Found[] {
  const { layers, contrast, edge, sigma } = params
  const threshold = leastDifference(params)
  const found: Found[] = []
  for (const [octave, scales] of octaves.entries()) {
    const differences = scales.slice(1).map((scale, i) => minus(scale, scales[i] as Plane))
    const { width, height } = scales[0] as Plane
    const at = (layer: number, i: number): number => differences[layer]?.numbers[i] ?? 0
    const isExtremum = (layer: number, i: number): boolean => {
      const value = at(layer, i)
      const sign = value > 0 ? 1 : -1
      for (let l = layer - 1; l <= layer + 1; l++) {
        const numbers = differences[l]?.numbers ?? []
        for (let j = i - width; j <= i + width; j += width)
          for (let k = j - 1; k <= j + 1; k++) if (sign * (numbers[k] ?? 0) > sign * value) return false
      }
      return true
    }
    for (let layer = 1; layer <= layers; layer++)
      for (let y = margin; y < height - margin; y++)
        for (let x = margin; x < width - margin; x++) {
          const i = y * width + x
          if (!(Math.abs(at(layer, i)) > threshold) || !isExtremum(layer, i)) continue
          const exact = placed(layer, x, y)
          if (exact) found.push(exact)
        }

    /** Moves to where the parabola through the neighbours has its extremum; undefined if there is none that counts. */
    function placed(layer: number, x: number, y: number): Found | undefined {
      for (let move = 0; move < mostMoves; move++) {
        const i = y * width + x
        const value = at(layer, i) / 255
        const dx = (at(layer, i + 1) - at(layer, i - 1)) / 510
        const dy = (at(layer, i + width) - at(layer, i - width)) / 510
        const ds = (at(layer + 1, i) - at(layer - 1, i)) / 510
        const xx = (at(layer, i + 1) + at(layer, i - 1)) / 255 - 2 * value
        const yy = (at(layer, i + width) + at(layer, i - width)) / 255 - 2 * value
        const ss = (at(layer + 1, i) + at(layer - 1, i)) / 255 - 2 * value
        const cross = (l: number, by: number): number => at(l, i + by)
        const xy =
          (cross(layer, width + 1) - cross(layer, width - 1) - cross(layer, 1 - width) + cross(layer, -width - 1)) /
          1020
        const xs = (cross(layer + 1, 1) - cross(layer + 1, -1) - cross(layer - 1, 1) + cross(layer - 1, -1)) / 1020
        const ys =
          (cross(layer + 1, width) - cross(layer + 1, -width) - cross(layer - 1, width) + cross(layer - 1, -width)) /
          1020
        const offset = solved([xx, yy, ss, xy, xs, ys], [-dx, -dy, -ds])
        if (!offset || offset.some((v) => !Number.isFinite(v) || Math.abs(v) > 1e9)) return undefined
        const [ox, oy, os] = offset
        if (offset.every((v) => Math.abs(v) < 0.5)) {
          const response = value + 0.5 * (dx * ox + dy * oy + ds * os)
          if (Math.abs(response) * layers < contrast) return undefined
          const [trace, det] = [xx + yy, xx * yy - xy * xy]
          if (det <= 0 || trace * trace * edge >= (edge + 1) ** 2 * det) return undefined
          const grown = 2 ** octave
          return {
            ...{ octave, layer, column: x, row: y, x: (x + ox) * grown, y: (y + oy) * grown },
            size: sigma * 2 ** ((layer + os) / layers) * grown * 2,
            response: Math.abs(response),
          }
        }
        ;[x, y, layer] = [x + Math.round(ox), y + Math.round(oy), layer + Math.round(os)]
        const inside = x >= margin && y >= margin && x < width - margin && y < height - margin
        if (layer < 1 || layer > layers || !inside) return undefined
      }
      return undefined
    }
  }
  return found
}

/** The slope at a pixel, y upwards: its length, and its angle in degrees from 0 to 360. */
function slopeAt({ width, numbers }: Plane, x: number, y: number): readonly [length: number, angle: number] {
  const i = y * width + x
  const [dx, dy] = [
    (numbers[i + 1] ?? 0) - (numbers[i - 1] ?? 0),
    (numbers[i - width] ?? 0) - (numbers[i + width] ?? 0),
  ]
  const angle = (Math.atan2(dy, dx) * 180) / Math.PI
  return [Math.sqrt(dx * dx + dy * dy), angle < 0 ? angle + 360 : angle]
}

/** The directions in which most slopes around a place point, in degrees, clockwise. */
function directionsAt(plane: Plane, column: number, row: number, scale: number): number[] {
  const radius = Math.round(4.5 * scale)
  const spread = 2 * (1.5 * scale) ** 2
  const raw = new Float64Array(directions)
  for (let v = -radius; v <= radius; v++)
    for (let u = -radius; u <= radius; u++) {
      const [x, y] = [column + u, row + v]
      if (x <= 0 || y <= 0 || x >= plane.width - 1 || y >= plane.height - 1) continue
      const [length, angle] = slopeAt(plane, x, y)
      const bin = Math.round((directions / 360) * angle) % directions
      raw[bin] = (raw[bin] ?? 0) + length * Math.exp(-(u * u + v * v) / spread)
    }
  const of = (i: number): number => raw[(i + directions) % directions] ?? 0
  const smooth = Array.from(
    raw,
    (_, i) => (of(i - 2) + of(i + 2)) / 16 + (of(i - 1) + of(i + 1)) / 4 + (of(i) * 6) / 16,
  )
  const most = Math.max(...smooth)
  return smooth.flatMap((value, i) => {
    const [left, right] = [smooth.at(i - 1) ?? 0, smooth[(i + 1) % directions] ?? 0]
    if (value <= left || value <= right || value < 0.8 * most) return []
    const bin = i + (0.5 * (left - right)) / (left - 2 * value + right)
    const angle = 360 - (360 / directions) * ((bin + directions) % directions)
    return [Math.abs(angle - 360) < 1e-5 ? 0 : angle]
  })
}

/** Histograms of the slopes in 4 × 4 cells around a place, turned to its direction; whole numbers from 0 to 255. */
function describe(plane: Plane, x: number, y: number, angle: number, scale: number, into: Float32Array): void {
  const { width, height } = plane
  const [cx, cy] = [Math.round(x), Math.round(y)]
  const turned = 360 - angle
  const cell = 3 * scale
  const [cos, sin] = [Math.cos((turned * Math.PI) / 180) / cell, Math.sin((turned * Math.PI) / 180) / cell]
  const radius = Math.min(Math.round((cell * Math.SQRT2 * (cells + 1)) / 2), Math.floor(Math.hypot(width, height)))
  const wide = cells + 2
  const votes = new Float64Array(wide * wide * bins)
  for (let v = -radius; v <= radius; v++)
    for (let u = -radius; u <= radius; u++) {
      const [across, down] = [u * cos - v * sin, u * sin + v * cos]
      const [column, row] = [across + cells / 2 - 0.5, down + cells / 2 - 0.5]
      const [px, py] = [cx + u, cy + v]
      if (column <= -1 || row <= -1 || column >= cells || row >= cells) continue
      if (px <= 0 || py <= 0 || px >= width - 1 || py >= height - 1) continue
      const [length, direction] = slopeAt(plane, px, py)
      const weight = length * Math.exp(-(across * across + down * down) / (cells * cells * 0.5))
      const bin = ((direction - turned) * bins) / 360
      const [c0, r0, b0] = [Math.floor(column), Math.floor(row), Math.floor(bin)]
      const [dc, dr, db] = [column - c0, row - r0, bin - b0]
      for (let k = 0; k < 8; k++) {
        const [ic, ir, ib] = [k & 1, (k >> 1) & 1, k >> 2]
        const share = (ic ? dc : 1 - dc) * (ir ? dr : 1 - dr) * (ib ? db : 1 - db)
        const at = ((r0 + ir + 1) * wide + c0 + ic + 1) * bins + ((((b0 + ib) % bins) + bins) % bins)
        votes[at] = (votes[at] ?? 0) + weight * share
      }
    }
  const lengthOf = (): number => Math.sqrt(into.reduce((sum, v) => sum + v * v, 0))
  for (let r = 0; r < cells; r++)
    for (let c = 0; c < cells; c++)
      for (let b = 0; b < bins; b++) into[(r * cells + c) * bins + b] = votes[((r + 1) * wide + c + 1) * bins + b] ?? 0
  const limit = 0.2 * lengthOf()
  for (let i = 0; i < into.length; i++) into[i] = Math.min(into[i] ?? 0, limit)
  const factor = 512 / Math.max(lengthOf(), 1e-7)
  for (let i = 0; i < into.length; i++) into[i] = Math.min(255, Math.round((into[i] ?? 0) * factor))
}

/** Strongest first; those of one strength by place, size and angle. */
const inOrder = (a: Feature, b: Feature): number =>
  b.response - a.response || a.y - b.y || a.x - b.x || a.size - b.size || a.angle - b.angle

/** @param numbers of a gray picture, 0 to 1; what is not finite counts as 0 */
export function sift(
  { width, height, numbers }: Plane,
  params: SiftParams,
): { readonly features: readonly Feature[]; readonly descriptors: Float32Array } {
  // As OpenCV, which takes pictures of 8 bits.
  const bytes = numbers.map((v) => (Number.isFinite(v) ? Math.max(0, Math.min(255, Math.round(v * 255))) : 0))
  const doubled = gaussian(bilinear({ width, height, numbers: bytes }, 2 * width, 2 * height), firstBlur(params.sigma))
  const octaves = octavesOf(doubled, params, octaveCount(width, height))
  const turned = extremaOf(octaves, params).flatMap((one) => {
    const plane = octaves[one.octave]?.[one.layer] as Plane
    const scale = (one.size * 0.5) / 2 ** one.octave
    return directionsAt(plane, one.column, one.row, scale).map((angle) => ({ ...one, angle }))
  })
  const once = turned.sort(inOrder).filter((one, i) => i === 0 || inOrder(turned[i - 1] as Feature, one) !== 0)
  const kept = params.most > 0 ? once.slice(0, params.most) : once
  const descriptors = new Float32Array(kept.length * siftLength)
  for (const [i, one] of kept.entries()) {
    const plane = octaves[one.octave]?.[one.layer] as Plane
    const by = 2 ** -one.octave
    const into = descriptors.subarray(i * siftLength, (i + 1) * siftLength)
    describe(plane, one.x * by, one.y * by, one.angle, one.size * 0.5 * by, into)
  }
  // Back from the doubled picture.
  const features = kept.map(({ x, y, size, angle, response }) => ({
    x: x / 2,
    y: y / 2,
    size: size / 2,
    angle,
    response,
  }))
  return { features, descriptors }
}
