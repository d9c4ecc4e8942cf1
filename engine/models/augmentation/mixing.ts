/** Augmentations that mix each example of a batch with the one before it (the first with the last), as torchvision's references do. */

type Random = () => number

/** From a normal distribution (Box and Muller 1958). */
const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/** From a gamma distribution of this shape (Marsaglia and Tsang 2000). */
function gamma(shape: number, random: Random): number {
  if (shape < 1) return gamma(shape + 1, random) * (1 - random()) ** (1 / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = normal(random)
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
  }
}

/** From Beta(α, α): 0 to 1. */
export function beta(alpha: number, random: Random): number {
  const [a, b] = [gamma(alpha, random), gamma(alpha, random)]
  // Both may vanish for small α: then it is one of the ends.
  return a + b > 0 ? a / (a + b) : random() < 0.5 ? 0 : 1
}

export interface Mixed {
  readonly numbers: Float32Array
  /** The share of each example that is its own; the rest is the one before it. Their right answers count in the same shares. */
  readonly own: number
}

const before = (example: number, count: number): number => (example + count - 1) % count

/** λ x + (1 − λ) of the example before (Zhang et al. 2018). Numbers (count, size). */
export function mixedUp(numbers: Float32Array, count: number, own: number): Mixed {
  const size = numbers.length / count
  const out = numbers.map((v, i) => {
    const example = Math.floor(i / size)
    return own * v + (1 - own) * (numbers[before(example, count) * size + (i % size)] as number)
  })
  return { numbers: out, own }
}

export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** A box about a place that covers 1 − λ of the picture, as far as it lies in it. */
export function boxAt(
  x: number,
  y: number,
  lambda: number,
  { height, width }: { readonly height: number; readonly width: number },
): Box {
  const half = 0.5 * Math.sqrt(1 - lambda)
  const [across, down] = [Math.trunc(half * width), Math.trunc(half * height)]
  return {
    ...{ left: Math.max(0, x - across), top: Math.max(0, y - down) },
    ...{ right: Math.min(width, x + across), bottom: Math.min(height, y + down) },
  }
}

/** A box of each example comes from the one before (Yun et al. 2019). Numbers (count, channels, height, width). */
export function cutMixed(
  numbers: Float32Array,
  count: number,
  { height, width }: { readonly height: number; readonly width: number },
  { left, top, right, bottom }: Box,
): Mixed {
  const size = numbers.length / count
  const out = numbers.slice()
  for (let example = 0; example < count; example++)
    for (let plane = 0; plane < size; plane += height * width)
      for (let y = top; y < bottom; y++) {
        const at = plane + y * width
        const from = before(example, count) * size + at
        out.set(numbers.subarray(from + left, from + right), example * size + at + left)
      }
  return { numbers: out, own: 1 - ((right - left) * (bottom - top)) / (width * height) }
}
