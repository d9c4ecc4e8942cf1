/** Augmentations that change colours and levels, as torchvision 0.14 changes float tensors from 0 to 1. */
import { clamped, mapped, type Planes } from './planes.ts'

/** Gray as torchvision weighs it (ITU-R 601-2, rounded). Of one channel, that. */
function grayOf({ channels, height, width, numbers }: Planes): Float32Array {
  if (channels !== 3) return numbers
  const area = height * width
  return Float32Array.from(
    { length: area },
    (_, i) =>
      0.2989 * (numbers[i] as number) +
      0.587 * (numbers[area + i] as number) +
      0.114 * (numbers[2 * area + i] as number),
  )
}

const mean = (numbers: Float32Array): number => numbers.reduce((sum, v) => sum + v, 0) / numbers.length

/** adjust_brightness: 0 is black, 1 the picture. */
export const brighter = (planes: Planes, factor: number): Planes => mapped(planes, (v) => clamped(factor * v))

/** adjust_contrast: 0 is the mean gray everywhere. */
export function contrasted(planes: Planes, factor: number): Planes {
  const middle = (1 - factor) * mean(grayOf(planes))
  return mapped(planes, (v) => clamped(factor * v + middle))
}

/** adjust_saturation: 0 is gray. Pictures of one channel stay. */
export function saturated(planes: Planes, factor: number): Planes {
  if (planes.channels !== 3) return planes
  const gray = grayOf(planes)
  return mapped(planes, (v, i) => clamped(factor * v + (1 - factor) * (gray[i % gray.length] as number)))
}

/** adjust_hue: by a part of the circle, -0.5 to 0.5. Pictures of one channel stay. */
export function hueTurned(planes: Planes, by: number): Planes {
  if (planes.channels !== 3) return planes
  const area = planes.height * planes.width
  const out = new Float32Array(3 * area)
  for (let i = 0; i < area; i++) {
    const [r = 0, g = 0, b = 0] = [0, 1, 2].map((channel) => planes.numbers[channel * area + i])
    const [most, least] = [Math.max(r, g, b), Math.min(r, g, b)]
    const range = most - least
    const s = range === 0 ? 0 : range / most
    const [rc, gc, bc] = [r, g, b].map((v) => (range === 0 ? 0 : (most - v) / range)) as [number, number, number]
    const sixths = most === r ? bc - gc : most === g ? 2 + rc - bc : 4 + gc - rc
    const turned = (((sixths / 6 + 1) % 1) + by + 1) % 1
    const sector = Math.floor(6 * turned)
    const f = 6 * turned - sector
    const [p, q, t] = [most * (1 - s), most * (1 - s * f), most * (1 - s * (1 - f))].map(clamped) as [
      number,
      number,
      number,
    ]
    const colours = [
      [most, t, p],
      [q, most, p],
      [p, most, t],
      [p, q, most],
      [t, p, most],
      [most, p, q],
    ]
    for (const [channel, v] of (colours[sector % 6] ?? []).entries()) out[channel * area + i] = v
  }
  return { ...planes, numbers: out }
}

/** invert above the threshold. */
export const solarised = (planes: Planes, threshold: number): Planes =>
  mapped(planes, (v) => (v >= threshold ? 1 - v : v))

const bytes = (v: number): number => Math.round(255 * clamped(v))

/** Keeps this many of the 8 bits. */
export const posterised = (planes: Planes, bits: number): Planes => {
  const step = 2 ** (8 - bits)
  return mapped(planes, (v) => (step * Math.floor(bytes(v) / step)) / 255)
}

/** Each channel of its own, so that the work is done channel by channel. */
function eachChannel(planes: Planes, of: (numbers: Float32Array) => (v: number) => number): Planes {
  const area = planes.height * planes.width
  const channels = Array.from({ length: planes.channels }, (_, channel) =>
    of(planes.numbers.subarray(channel * area, (channel + 1) * area)),
  )
  return mapped(planes, (v, i) => channels[Math.floor(i / area)]?.(v) ?? v)
}

/** From its darkest to its brightest number. */
export const autoContrast = (planes: Planes): Planes =>
  eachChannel(planes, (numbers) => {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (const v of numbers) [least, most] = [Math.min(least, v), Math.max(most, v)]
    return most > least ? (v) => clamped((v - least) / (most - least)) : (v) => v
  })

/** The histogram of 256 levels, evened out. */
export const equalised = (planes: Planes): Planes =>
  eachChannel(planes, (numbers) => {
    const counts = new Int32Array(256)
    for (const v of numbers) counts[bytes(v)] = (counts[bytes(v)] ?? 0) + 1
    const used = [...counts].filter((count) => count !== 0)
    const step = Math.floor((numbers.length - (used.at(-1) ?? 0)) / 255)
    if (step === 0) return (v) => bytes(v) / 255
    const table = new Float32Array(256)
    let sum = 0
    for (let level = 0; level < 255; level++) {
      sum += counts[level] ?? 0
      table[level + 1] = Math.min(255, Math.floor((sum + Math.floor(step / 2)) / step))
    }
    return (v) => (table[bytes(v)] ?? 0) / 255
  })

/** A window of odd size with the picture mirrored at its edges. */
function filtered(planes: Planes, kernel: readonly number[]): Planes {
  const { channels, height, width } = planes
  const half = (kernel.length - 1) / 2
  const mirrored = (i: number, length: number): number => {
    if (length === 1) return 0
    const period = 2 * (length - 1)
    const at = ((i % period) + period) % period
    return at < length ? at : period - at
  }
  const pass = (from: Float32Array, stride: number, length: number, lines: (line: number) => number): Float32Array => {
    const out = new Float32Array(from.length)
    for (let line = 0; line < from.length / length; line++)
      for (let i = 0; i < length; i++) {
        let sum = 0
        for (const [k, weight] of kernel.entries())
          sum += weight * (from[lines(line) + mirrored(i + k - half, length) * stride] as number)
        out[lines(line) + i * stride] = sum
      }
    return out
  }
  const rows = pass(planes.numbers, 1, width, (line) => line * width)
  const column = (line: number): number => Math.floor(line / width) * width * height + (line % width)
  return { channels, height, width, numbers: pass(rows, width, height, column) }
}

/** gaussian_blur with a window of `size` pixels. */
export function blurred(planes: Planes, size: number, sigma: number): Planes {
  const weights = Array.from({ length: size }, (_, i) => Math.exp(-0.5 * ((i - (size - 1) / 2) / sigma) ** 2))
  const all = weights.reduce((sum, weight) => sum + weight, 0)
  return filtered(
    planes,
    weights.map((weight) => weight / all),
  )
}

/** adjust_sharpness: 0 is blurred, 1 the picture. The outermost pixels stay, and pictures of fewer than 3 pixels a side. */
export function sharpened(planes: Planes, factor: number): Planes {
  const { height, width, numbers } = planes
  if (height <= 2 || width <= 2) return planes
  const area = height * width
  return mapped(planes, (v, i) => {
    const [x, y] = [i % width, Math.floor((i % area) / width)]
    if (x === 0 || y === 0 || x === width - 1 || y === height - 1) return clamped(v)
    let sum = 4 * v
    for (const row of [-1, 0, 1]) for (const column of [-1, 0, 1]) sum += numbers[i + row * width + column] as number
    return clamped(factor * v + ((1 - factor) * sum) / 13)
  })
}
