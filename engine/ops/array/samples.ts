import { picture, type Samples, tensor } from '../sample.ts'

export const samples: Samples<'fromNumbers'> = {
  fromNumbers: [
    {
      say: 'image',
      inputs: [],
      params: { shape: picture(2, 3, 3), numbers: Array.from({ length: 18 }, (_, i) => i / 7) },
    },
    { say: 'tensor', inputs: [], params: { shape: tensor('NC', [2, 3]), numbers: [1, 2, 3, 4, 5, 6] } },
  ],
}
