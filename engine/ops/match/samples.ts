import { type Samples, tensor } from '../sample.ts'

const of = (n: number, m: number, length: number, more: object = {}, from?: (v: number) => number) => {
  const inputs = [n, m].map((count) => ({ shape: tensor('NC', [count, length]), ...(from && { from }) }))
  const params = { ratio: 1, cross: false, most: 100, ...more }
  return { say: `${n} and ${m} of ${length} ${JSON.stringify(more)}${from ? ', whole' : ''}`, inputs, params }
}
const bits = (n: number, m: number, length: number, more: object = {}) => {
  const byte = (v: number): number => Math.floor(256 * v)
  const { inputs, ...one } = of(n, m, length, more, byte)
  const whole = inputs.map((input) => ({ ...input, shape: { ...input.shape, dtype: 'uint8' as const } }))
  return { ...one, say: `bits, ${one.say}`, inputs: whole }
}

export const samples: Samples<'matchFeatures'> = {
  matchFeatures: [
    of(9, 11, 7),
    of(6, 5, 33, { cross: true }),
    of(13, 7, 16, { ratio: 0.95 }),
    of(1, 1, 3),
    of(7, 6, 13, { cross: true }, (v) => Math.floor(256 * v)),
    of(5, 9, 128, { most: 3 }, (v) => Math.floor(256 * v)),
    bits(9, 8, 32, { cross: true }),
    bits(5, 6, 11, { ratio: 0.95 }),
  ],
}
