import { picture, type Samples } from '../sample.ts'

export const samples: Samples<'paste'> = {
  paste: [1, 3, 4].map((channels) => ({
    say: `${channels} channels`,
    inputs: [{ shape: picture(13, 17, channels) }, { shape: picture(5, 7, channels) }],
    params: { x: 3, y: 8 },
  })),
}
