import { each, picture, pictures, type Samples } from '../sample.ts'

const slopes = (v: number): number => 2 * v - 1

export const samples: Samples<'nonMaximum' | 'hysteresis'> = {
  nonMaximum: pictures.map((shape) => ({
    say: `${shape.height}×${shape.width}×${shape.channels}`,
    inputs: [
      { shape: { ...shape, space: 'data' as const, alpha: false }, from: slopes },
      { shape: { ...shape, space: 'data' as const, alpha: false }, from: slopes },
    ],
    params: {},
  })),
  hysteresis: each(
    [
      [1, 1],
      [1, 9],
      [7, 1],
      [13, 17],
      [70, 5],
      [130, 3],
      [5, 150],
    ].map(([height = 1, width = 1]) => picture(height, width, 1)),
    () => ({ low: 0.55, high: 0.9 }),
  ),
}
