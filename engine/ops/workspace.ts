import type { CpuContext } from './op.ts'

/** The address of memory that kernels fill and that ends with the op, with a margin for a register that reaches past its end. */
export const workspace = (context: CpuContext, bytes: number): number =>
  context.address(context.tensor({ kind: 'tensor', shape: [Math.ceil(bytes / 4) + 8], axes: ['x'], dtype: 'int32' }))
