/** Augmentations that move pixels, as torchvision 0.14 moves them in tensors: the same formulas, numbers outside are 0. */
import { nowhere, type Planes } from './planes.ts'

type Sides = Pick<Planes, 'height' | 'width'>

export const sampling = ['nearest', 'bilinear'] as const
export type Sampling = (typeof sampling)[number]

/** Source places from places of the result: x' = a x + b y + c, y' = d x + e y + f, from the middle of the picture. */
export type Matrix = readonly [number, number, number, number, number, number]

/** Half to even, as C rounds. */
const rounded = (x: number): number => {
  const down = Math.floor(x)
  const rest = x - down
  return rest < 0.5 || (rest === 0.5 && down % 2 === 0) ? down : down + 1
}

/** Of each place of the result, where it comes from. */
function* placesOf({ height, width }: Sides, [a, b, c, d, e, f]: Matrix): Generator<readonly [number, number, number]> {
  const [mx, my] = [width / 2 - 0.5, height / 2 - 0.5]
  let i = 0
  for (let y = -my; y <= my; y++)
    for (let x = -mx; x <= mx; x++) yield [i++, a * x + b * y + c + mx, d * x + e * y + f + my]
}

/** torch.nn.functional.grid_sample over an affine grid, without aligned corners. */
export function warped(planes: Planes, matrix: Matrix, by: Sampling): Planes {
  const { channels, height, width, numbers } = planes
  const area = height * width
  const out = new Float32Array(numbers.length)
  const at = (channel: number, y: number, x: number): number =>
    x >= 0 && x < width && y >= 0 && y < height ? (numbers[channel * area + y * width + x] as number) : 0
  for (const [i, x, y] of placesOf(planes, matrix)) {
    if (by === 'nearest') {
      const [u, v] = [rounded(x), rounded(y)]
      for (let channel = 0; channel < channels; channel++) out[channel * area + i] = at(channel, v, u)
      continue
    }
    const [u, v] = [Math.floor(x), Math.floor(y)]
    const [right, down] = [x - u, y - v]
    for (let channel = 0; channel < channels; channel++)
      out[channel * area + i] =
        (1 - down) * ((1 - right) * at(channel, v, u) + right * at(channel, v, u + 1)) +
        down * ((1 - right) * at(channel, v + 1, u) + right * at(channel, v + 1, u + 1))
  }
  return { ...planes, numbers: out }
}

/** Classes of pixels, each from the nearest one. */
export function warpedLabels(labels: Int32Array, sides: Sides, matrix: Matrix): Int32Array {
  const { height, width } = sides
  const out = new Int32Array(labels.length).fill(nowhere)
  for (const [i, x, y] of placesOf(sides, matrix)) {
    const [u, v] = [rounded(x), rounded(y)]
    if (u >= 0 && u < width && v >= 0 && v < height) out[i] = labels[v * width + u] as number
  }
  return out
}

/** Degrees, counter-clockwise. torchvision.transforms.functional.rotate */
export function rotation(degrees: number): Matrix {
  const angle = (-degrees * Math.PI) / 180
  const [c, s] = [Math.cos(angle), Math.sin(angle)]
  return [c, s, 0, -s, c, 0]
}

/** Pixels to the right and down. */
export const translation = (x: number, y: number): Matrix => [1, 0, -x, 0, 1, -y]

/**
 * By a part of a pixel for each pixel from the corner at the top left, along one axis: RandAugment's affine map with its centre at
 * [0, 0].
 */
export const shear = ({ height, width }: Sides, x: number, y: number): Matrix => [
  ...([1, x, (x * height) / 2] as const),
  ...([y, 1, (y * width) / 2] as const),
]

export interface Window {
  readonly top: number
  readonly left: number
  readonly height: number
  readonly width: number
}

/** A part of the picture, as large as all of it: torchvision.transforms.functional.resized_crop, bilinear. */
export function cropped(planes: Planes, window: Window): Planes {
  const { channels, height, width, numbers } = planes
  const area = height * width
  const out = new Float32Array(numbers.length)
  const along = (i: number, from: number, to: number) => {
    const place = Math.max(0, ((i + 0.5) * from) / to - 0.5)
    const first = Math.min(from - 1, Math.floor(place))
    return { first, second: Math.min(from - 1, first + 1), part: place - first }
  }
  const columns = Array.from({ length: width }, (_, x) => along(x, window.width, width))
  for (let y = 0; y < height; y++) {
    const row = along(y, window.height, height)
    for (let channel = 0; channel < channels; channel++) {
      const [upper, lower] = [row.first, row.second].map((r) => channel * area + (window.top + r) * width + window.left)
      for (const [x, { first, second, part }] of columns.entries()) {
        const line = (begin = 0): number =>
          (1 - part) * (numbers[begin + first] as number) + part * (numbers[begin + second] as number)
        out[channel * area + y * width + x] = (1 - row.part) * line(upper) + row.part * line(lower)
      }
    }
  }
  return { ...planes, numbers: out }
}

export function croppedLabels(labels: Int32Array, { height, width }: Sides, window: Window): Int32Array {
  return labels.map((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)]
    const row = window.top + Math.floor((y * window.height) / height)
    return labels[row * width + window.left + Math.floor((x * window.width) / width)] as number
  })
}

/** Left and right, or top and bottom, exchanged. */
export function flipped<T extends Float32Array | Int32Array>(
  numbers: T,
  { height, width }: Sides,
  upright: boolean,
): T {
  const out = numbers.slice() as T
  for (let i = 0; i < out.length; i++) {
    const [x, line] = [i % width, Math.floor(i / width)]
    const [y, plane] = [line % height, Math.floor(line / height)]
    const [u, v] = upright ? [x, height - 1 - y] : [width - 1 - x, y]
    out[i] = numbers[(plane * height + v) * width + u] as number
  }
  return out
}
