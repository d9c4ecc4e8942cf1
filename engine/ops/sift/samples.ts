import { picture, type Samples, say } from '../sample.ts'

const params = { most: 0, layers: 3, contrast: 0.04, edge: 10, sigma: 1.6 }
const of = (height: number, width: number, more: Partial<typeof params> = {}) => {
  const shape = picture(height, width, 1)
  return { say: `${say(shape)} ${JSON.stringify(more)}`, inputs: [{ shape }], params: { ...params, ...more } }
}

export const samples: Samples<'siftFeatures'> = {
  siftFeatures: [
    of(40, 37),
    of(33, 64, { most: 7 }),
    of(30, 31, { layers: 2, sigma: 1.2, edge: 30 }),
    of(34, 48, { layers: 4, contrast: 0.02 }),
  ],
}
