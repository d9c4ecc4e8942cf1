import { picture, type Samples, say } from '../sample.ts'

const params = { external: false, simple: false, area: 0, most: 1000 }
const of = (height: number, width: number, share: number, more: Partial<typeof params> = {}) => {
  const shape = picture(height, width, 1)
  const mask = (v: number): number => (v < share ? 0.2 + v : 0)
  return {
    say: `${say(shape)} ${share} ${JSON.stringify(more)}`,
    inputs: [{ shape, from: mask }],
    params: { ...params, ...more },
  }
}

export const samples: Samples<'contours'> = {
  contours: [
    of(13, 17, 0.6),
    of(13, 17, 0.6, { external: true, simple: true }),
    of(11, 15, 0.85, { simple: true, area: 1 }),
    of(9, 21, 0.3, { external: true, most: 4 }),
    of(1, 12, 0.7, { simple: true }),
    of(5, 6, 1.1),
  ],
}
