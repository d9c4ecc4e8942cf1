import { picture, type Samples } from '../sample.ts'
import { distanceMetrics } from './op.ts'

const sizes = [
  [1, 1],
  [1, 9],
  [7, 1],
  [13, 17],
  [5, 67],
] as const

export const samples: Samples<'distance'> = {
  distance: distanceMetrics.flatMap((metric) =>
    [0.03, 0.4].flatMap((share) =>
      sizes.map(([height, width]) => ({
        say: `${metric}, ${height}×${width}, ${share} of it 0`,
        inputs: [{ shape: picture(height, width, 1), from: (v: number) => (v < share ? 0 : v) }],
        params: { metric },
      })),
    ),
  ),
}
