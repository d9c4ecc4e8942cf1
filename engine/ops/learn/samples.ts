import type { At } from '../op.ts'
import { type Samples, tensor } from '../sample.ts'
import type { Gram, NearestCentres } from './plain.ts'
import type { FittedClass } from './svm.ts'

/** Plain numbers with the names of the outputs that they belong to. */
const told = (outputs: Readonly<Record<string, ArrayLike<number>>>, c = 0): { at: At; value: number }[] =>
  Object.entries(outputs).flatMap(([output, numbers]) =>
    Array.from(numbers, (value, x) => ({ at: { y: 0, x, c, output }, value })),
  )

const rows = (n: number, d: number) => [{ shape: tensor('NC', [n, d]), from: (v: number) => 2 * v - 1 }]
const centres = (k: number, d: number) => Float64Array.from({ length: k * d }, (_, i) => Math.sin(2 * i + k))
const targets = (n: number) => Int32Array.from({ length: n }, (_, i) => (i % 7 === 6 ? -1 : i % 3))

export const samples: Samples<'nearestCentres' | 'gram' | 'linearSvm'> = {
  nearestCentres: [
    [9, 7, 6],
    [5, 4, 3],
    [70, 3, 1],
    [3, 130, 9],
  ].map(([n = 0, d = 0, k = 0]) => ({
    say: `${n} rows of ${d}, ${k} centres`,
    inputs: rows(n, d),
    params: { centres: centres(k, d) },
    numbers: ({ groups, gaps, sums, inertia }: NearestCentres) => told({ groups, gaps, sums, inertia: [inertia] }),
  })),
  gram: [
    [9, 7],
    [6, 13],
    [1, 3],
    [5, 70],
    [21, 18],
  ].map(([n = 0, d = 0]) => ({
    say: `${n} rows of ${d}`,
    inputs: rows(n, d),
    params: {},
    numbers: ({ means, products, total }: Gram) => told({ means, products, total: [total] }),
  })),
  linearSvm: (['squared', 'hinge'] as const).map((loss) => ({
    say: loss,
    inputs: rows(19, 6),
    params: { targets: targets(19), ids: [0, 1, 2], c: 0.7, loss, passes: 60, tolerance: 1e-6 },
    numbers: (fitted: readonly FittedClass[]) =>
      fitted.flatMap(({ weights, bias, scores }, c) => told({ weights, bias: [bias], scores }, c)),
  })),
}
