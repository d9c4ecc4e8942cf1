import type { Samples } from '../sample.ts'

const sizes = [
  [1, 1, 1],
  [7, 5, 3],
  [33, 40, 4],
]

export const samples: Samples<'random'> = {
  random: sizes.flatMap(([height = 1, width = 1, channels = 1]) =>
    [0, 61, 4294967295].map((seed) => ({
      say: `${height}×${width}×${channels}, seed ${seed}`,
      inputs: [],
      params: { height, width, channels, seed },
    })),
  ),
}
