import { picture, type Samples } from '../sample.ts'

export const samples: Samples<'components'> = {
  components: ([4, 8] as const).flatMap((connectivity) =>
    [1, 2, 9].flatMap((area) =>
      (
        [
          [1, 1],
          [1, 9],
          [7, 1],
          [13, 17],
          [70, 5],
          [130, 3],
        ] as const
      ).map(([height, width]) => ({
        say: `${height}×${width}, ${connectivity} neighbours, from ${area} pixels on`,
        inputs: [{ shape: picture(height, width, 1), from: (v: number) => (v > 0.45 ? 1 : 0) }],
        params: { connectivity, area },
      })),
    ),
  ),
}
