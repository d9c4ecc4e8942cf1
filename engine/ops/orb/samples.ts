import { picture, type Samples, say } from '../sample.ts'

const of = (height: number, width: number, params: object) => {
  const shape = picture(height, width, 1)
  return { say: `${say(shape)} ${JSON.stringify(params)}`, inputs: [{ shape }], params }
}

export const samples: Samples<'fastCorners' | 'orbFeatures'> = {
  fastCorners: [
    of(20, 37, { threshold: 20, suppress: true }),
    of(17, 25, { threshold: 1, suppress: false }),
    of(12, 70, { threshold: 90, suppress: true }),
    of(9, 9, { threshold: 5, suppress: false }),
  ],
  orbFeatures: [
    of(70, 81, { most: 30, factor: 1.2, levels: 8, threshold: 20 }),
    of(81, 66, { most: 9, factor: 1.05, levels: 3, threshold: 60 }),
  ],
}
