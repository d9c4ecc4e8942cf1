import { picture, type Samples, say } from '../sample.ts'

const params = { cell: 4, block: 2, bins: 9, signed: false, gamma: true }
const of = (height: number, width: number, channels: number, more: Partial<typeof params> = {}) => {
  const shape = picture(height, width, channels)
  return { say: `${say(shape)} ${JSON.stringify(more)}`, inputs: [{ shape }], params: { ...params, ...more } }
}

export const samples: Samples<'hogVector'> = {
  hogVector: [
    of(17, 22, 1),
    of(9, 13, 3, { signed: true, bins: 5 }),
    of(12, 12, 4, { block: 3, gamma: false }),
    of(1, 1, 1),
    of(3, 20, 1, { cell: 8, block: 1 }),
  ],
}
