/** The discrete Fourier transform of a picture, there and back (numpy.fft.fft2, ifft2). */
import type { ImageShape, ImageValue } from '../../values/index.ts'
import { inPlace, requireImage, unsupported } from '../check.ts'
import { SCRATCH_SLACK } from '../cpu.ts'
import { type At, type CpuContext, defineOp, type Readable, type StoredShape, type Term, type Terms } from '../op.ts'
import { functionOf, pixel, recombine, sumOf, termAt } from '../terms.ts'
import { type FourierPlan, fourierPlan } from './plan.ts'

export interface FourierParams {
  /** The transform back, divided by the number of pixels. */
  readonly inverse: boolean
  /** The frequency 0 is in the middle of the spectrum (numpy.fft.fftshift), not at the first pixel. Default false. */
  readonly centred?: boolean
}

const label = 'The Fourier transform'

/** The shape of the op's result. Throws like the op. */
export function fourierShape(image: ImageShape): ImageShape {
  requireImage(label, image)
  if (image.channels !== 1 && image.channels !== 2)
    throw unsupported(label, `${image.channels} channels`, 'one channel, or two: real and imaginary parts')
  const { range: _, ...shape } = inPlace(image)
  return { ...shape, channels: 2, space: 'data', alpha: false }
}

const sitesOf = (shape: StoredShape | undefined) =>
  shape?.kind === 'image'
    ? Array.from({ length: shape.height * shape.width * shape.channels }, (_, i) => {
        const place = Math.floor(i / shape.channels)
        return pixel(Math.floor(place / shape.width), place % shape.width, i % shape.channels)
      })
    : []

/** Every number times the cosine or sine of its place. */
function explain(at: At, inputs: readonly Readable[], { inverse, centred = false }: FourierParams): Terms {
  const shape = inputs[0]?.shape
  if (shape?.kind !== 'image') return sumOf([])
  const { height, width } = shape
  const [left, top] = centred ? [width >> 1, height >> 1] : [0, 0]
  const terms = sitesOf(shape).map((site): Term => {
    // One of the two is a place in the spectrum: it is counted from the frequency 0.
    const [from, to] = inverse ? [site, at] : [at, site]
    const [u, v] = [from.x - left, from.y - top]
    const turns = ((v * to.y) % height) / height + ((u * to.x) % width) / width
    const angle = (inverse ? 2 : -2) * Math.PI * turns
    const weight = site.c === at.c ? Math.cos(angle) : site.c === 1 ? -Math.sin(angle) : Math.sin(angle)
    return termAt(inputs, site, inverse ? weight / (height * width) : weight)
  })
  const finite = terms.every(({ value }) => Number.isFinite(value))
  return functionOf(terms, 'a sum over all pixels', finite ? recombine(sumOf(terms)) : Number.NaN)
}

interface Placed {
  readonly args: readonly number[]
  readonly scratch: number
}

/** Uploads a plan: what the kernels take, and the scratch memory that they need. */
function placed(context: CpuContext, { length, inner, factors, roots, chirp, spectrum }: FourierPlan): Placed {
  const head = context.upload(Int32Array.of(length, inner, factors.length, ...factors))
  const more = chirp && spectrum ? [context.upload(chirp), context.upload(spectrum)] : [0, 0]
  // 256 more, because the spectra of real rows are put together there even where a line is shorter.
  return { args: [head, context.upload(roots), ...more], scratch: 64 * inner + 256 + SCRATCH_SLACK }
}

/**
 * out[v, u] = Σ image[y, x] · e^(−2πi (u·x / W + v·y / H)), with the frequency 0 at the first pixel, or in the middle;
 * `inverse` turns the other way
 * and divides by H · W. Sides may have any length: those with large primes take several times as long.
 *
 * Image (H, W, 1) of real numbers, or (H, W, 2) of real and imaginary parts, float32, in; (H, W, 2) of data out. On the CPU.
 * @throws op.unsupported for other numbers of channels
 * @see numpy.fft.fft2, ifft2; OpenCV dft; Cooley and Tukey 1965, Stockham 1966, Bluestein 1970
 */
export const fourier = defineOp<readonly [ImageValue], FourierParams, ImageValue>({
  name: 'fourier',
  nonFinite:
    'NaN or infinity anywhere makes every number NaN: in numpy.fft the order of its additions decides which are infinite.',
  async cpu(context, [image], { inverse, centred = false }) {
    const out = context.image(fourierShape(image))
    const { width, height, channels } = image
    const { device } = context
    const plane = () => context.address(context.image({ ...out, channels: 1 }))
    const [re, im] = [plane(), plane()]
    const flags = context.temporary(Math.ceil(height / 4) * 4)
    const rows = placed(context, fourierPlan(width))
    const swapped = inverse ? 1 : 0
    const middle = centred ? [width >> 1, height >> 1] : [0, 0]
    const [given, made] = inverse ? [middle, [0, 0]] : [[0, 0], middle]
    // The spectrum of real numbers follows from one half of it.
    const real = channels === 1 && !inverse
    if (real)
      await device.dispatch({
        kernel: 'fourierRealRows',
        args: [context.address(image), width, height, re, im, flags, ...rows.args],
        rows: Math.ceil(height / 8),
        scratch: rows.scratch,
      })
    else
      await device.dispatch({
        kernel: 'fourierRows',
        args: [context.address(image), channels, width, height, re, im, swapped, ...given, flags, ...rows.args],
        rows: Math.ceil(height / 4),
        scratch: rows.scratch,
      })
    const count = real ? (width >> 1) + 1 : width
    const columns = width === height ? rows : placed(context, fourierPlan(height))
    const scale = inverse ? 1 / (width * height) : 1
    await device.dispatch({
      kernel: 'fourierColumns',
      args: [re, im, width, height, count, context.address(out), swapped, scale, ...made, flags, ...columns.args],
      rows: Math.ceil(count / 16),
      scratch: columns.scratch,
    })
    return out
  },
  whole: true,
  reach: (_, [shape]) => sitesOf(shape),
  terms: (at, inputs, params) => explain(at, inputs, params),
})
