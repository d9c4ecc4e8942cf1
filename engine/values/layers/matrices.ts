/** Maps whose rows and columns are sums of others: two products of matrices, whose gradient is known. */
import type { Emit } from './layer.ts'

/** Row i: what each of `from` numbers weighs in number i of `to`. */
export interface Weights {
  /** (to, from) */
  readonly numbers: Float32Array
  readonly from: number
  readonly to: number
}

/** (..., H, W) → (..., H', W') */
export function byMatrices(emit: Emit, input: string, [rows, columns]: readonly [Weights, Weights]): string {
  const down = emit.operator('MatMul', [emit.floats(rows.numbers, [rows.to, rows.from]), input])
  const across = emit.operator('Transpose', [emit.floats(columns.numbers, [columns.to, columns.from])], {
    perm: [1, 0],
  })
  return emit.operator('MatMul', [down, across])
}

/** Number i is this one of the others; absent: 0. */
export function chosen(from: number, to: number, of: (i: number) => number | undefined): Weights {
  const numbers = new Float32Array(from * to)
  for (let i = 0; i < to; i++) {
    const at = of(i)
    if (at !== undefined) numbers[i * from + at] = 1
  }
  return { numbers, from, to }
}
