import { picture, type Samples } from '../sample.ts'

const sizes = [
  [1, 1],
  [1, 7],
  [6, 1],
  [8, 11],
  // Primes of more than 31, and a power of two.
  [37, 4],
  [3, 41],
] as const

export const samples: Samples<'fourier'> = {
  fourier: [false, true].flatMap((inverse) =>
    sizes.flatMap(([height, width]) =>
      [1, 2].map((channels) => ({
        say: `${height}×${width}×${channels}${inverse ? ' back' : ''}`,
        inputs: [{ shape: picture(height, width, channels, { space: 'data' }) }],
        params: { inverse, centred: width > 6 },
        tolerance: 1e-4 * (inverse ? 1 : Math.sqrt(height * width)),
      })),
    ),
  ),
}
