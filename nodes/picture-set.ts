/** Pictures of files as examples for training: all of one size, in one array. */
import type { NodeContext } from '../engine/graph/node.ts'
import type { Ops } from '../engine/types/ops.ts'
import { param } from '../engine/types/param.ts'
import { SightlineError } from '../engine/types/problem.ts'
import type { ImageValue } from '../engine/values/index.ts'
import { preparationParams } from './prepare-picture.ts'
import { randomOf, shuffled } from './random.ts'

/** 1.6 GB: more is no batch any more. */
const mostNumbers = 400e6

export const pictureSetParams = {
  width: param.integer({
    default: 64,
    min: 1,
    max: 4096,
    soft: [16, 512],
    unit: 'px',
    label: 'Width',
    help: 'How wide each picture becomes.',
  }),
  height: param.integer({
    default: 64,
    min: 1,
    max: 4096,
    soft: [16, 512],
    unit: 'px',
    label: 'Height',
    help: 'How high each picture becomes.',
  }),
  colour: param.choice({
    default: 'rgb',
    of: ['rgb', 'gray'],
    names: { rgb: 'RGB', gray: 'Gray' },
    label: 'Colour',
    help: 'Three channels or one, as the network takes them.',
  }),
  fit: preparationParams.fit,
  part: param.choice({
    default: 'all',
    of: ['all', 'training', 'test'],
    names: { all: 'All', training: 'For training', test: 'For the test' },
    label: 'Part',
    help: 'Two of these nodes with the same seed share a folder: one takes the part for training, the other the rest.',
  }),
  test: param.number({
    default: 0.2,
    min: 0.01,
    max: 0.9,
    label: 'For the test',
    help: 'How much is kept for the test.',
    when: { param: 'part', is: ['training', 'test'] },
  }),
  seed: param.integer({
    default: 0,
    min: 0,
    max: 2 ** 31 - 1,
    label: 'Seed',
    help: 'Of the order, and of what is kept for the test.',
  }),
}

export interface Split {
  readonly part: 'all' | 'training' | 'test'
  readonly test: number
  readonly seed: number
}

/**
 * The places of the examples in a part, shuffled by the seed. With two or more, each part has at least one.
 * @param of what they are, so that groups of one seed are mixed differently
 */
export function partOf(count: number, { part, test, seed }: Split, of: string): readonly number[] {
  const order = [...shuffled(count, randomOf(seed, 'split', of))]
  if (part === 'all') return order
  const kept = Math.min(count - 1, Math.max(1, Math.round(count * test)))
  return part === 'test' ? order.slice(count - kept) : order.slice(0, count - kept)
}

/** Throws `data.set-too-large`. */
export function checkSetSize(count: number, shape: readonly number[]): void {
  const all = shape.reduce((product, side) => product * side, count)
  if (all <= mostNumbers) return
  const millions = (numbers: number): number => Math.round(numbers / 1e6)
  throw new SightlineError('data.set-too-large', {
    ...{ count, shape: shape.join(' × '), given: millions(all), most: millions(mostNumbers) },
  })
}

/** How many files are opened at once. */
const together = 4

/**
 * Pictures one after the other in one array.
 * @param of the numbers of a picture, as many for each
 */
export async function inOneArray<T extends Float32Array | Int32Array>(
  out: T,
  count: number,
  of: (index: number, ops: Ops) => Promise<ArrayLike<number>>,
  { apart, progress, signal }: Pick<NodeContext, 'apart' | 'progress' | 'signal'>,
): Promise<T> {
  const size = out.length / Math.max(1, count)
  for (let begin = 0; begin < count; begin += together) {
    signal.throwIfAborted()
    const length = Math.min(together, count - begin)
    const read = await apart((ops) => Promise.all(Array.from({ length }, (_, i) => of(begin + i, ops))))
    for (const [i, numbers] of read.entries()) out.set(numbers, (begin + i) * size)
    progress((begin + length) / count, `picture ${begin + length} of ${count}`)
  }
  return out
}

export const sizeText = ({ width, height }: Pick<ImageValue, 'width' | 'height'>): string => `${width} × ${height}`
