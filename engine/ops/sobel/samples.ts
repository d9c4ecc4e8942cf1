import { each, picture, pictures, type Samples, withBorders, withWords } from '../sample.ts'
import { sobelOutputs } from './op.ts'

export const samples: Samples<'sobel'> = {
  sobel: [
    ...withBorders((border) => each(pictures, () => ({ border, outputs: sobelOutputs }))),
    ...withWords(
      'one output',
      each([picture(13, 17, 3)], () => ({ border: 'reflect101', outputs: ['magnitude'] })),
    ),
  ].map((sample) => ({ ...sample, circle: ({ output }) => (output === 'direction' ? 360 : undefined) })),
}
