/** The frequencies that the numbers of a spectrum stand for. */
import type { Ops } from '../engine/ops/calls.ts'
import { add, expr, sqrt } from '../engine/ops/expr.ts'
import type { ImageValue } from '../engine/values/index.ts'
import { asData } from './derivatives.ts'

/** Cycles per pixel, 0 in the middle: numpy.fft.fftshift of numpy.fft.fftfreq. */
const frequenciesOf = (length: number): readonly number[] =>
  Array.from({ length }, (_, i) => (i - (length >> 1)) / length)

/** How many cycles per pixel each number of a spectrum stands for, whatever the direction, with 0 in the middle. */
export async function frequencies(ops: Ops, width: number, height: number): Promise<ImageValue> {
  const spread = async (numbers: readonly number[], w: number, h: number): Promise<ImageValue> => {
    const shape = { kind: 'image', width: w, height: h, channels: 1, space: 'data', alpha: false } as const
    const line = (await ops.fromNumbers({ shape, numbers: numbers.map((v) => v * v) })) as ImageValue
    return ops.resize(line, { width, height, method: 'nearest' })
  }
  return ops.pointwise(await spread(frequenciesOf(width), width, 1), await spread(frequenciesOf(height), 1, height), {
    formula: expr((u, v) => sqrt(add(u, v))),
    ...asData,
  })
}
