import { picture, type Samples, say } from '../sample.ts'

const degree = Math.PI / 180
const of = (height: number, width: number, share: number, params: object) => {
  const shape = picture(height, width, 1)
  // Some of the noise, and a slanted line.
  const edge = (v: number, i: number): number =>
    v < share || Math.abs((i % width) - Math.floor(i / width) * 0.7) < 0.6 ? 0.2 + v : 0
  return { say: `${say(shape)} ${JSON.stringify(params)}`, inputs: [{ shape, from: edge }], params }
}

export const samples: Samples<'houghLines' | 'houghSegments'> = {
  houghLines: [
    of(19, 23, 0.1, { rho: 1, theta: degree, threshold: 5, most: 30 }),
    of(30, 11, 0.2, { rho: 0.5, theta: 3 * degree, threshold: 3, most: 1000 }),
    of(13, 13, 0.3, { rho: 64, theta: 45 * degree, threshold: 1, most: 10 }),
  ],
  houghSegments: [
    of(19, 23, 0.1, { rho: 1, theta: degree, threshold: 5, length: 3, gap: 2, most: 100 }),
    of(30, 17, 0.2, { rho: 2, theta: 7 * degree, threshold: 4, length: 0, gap: 0, most: 4 }),
    of(13, 13, 0.2, { rho: 64, theta: 45 * degree, threshold: 2, length: 1, gap: 3, most: 10 }),
  ],
}
