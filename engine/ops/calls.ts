/** Every op as nodes call it: inputs in order, parameters last. Derived from the list of ops, so it lies above it. */
import type { ops } from './index.ts'
import type { OpDefinition } from './op.ts'

export type { Ops } from '../types/ops.ts'

type Call<D> =
  D extends OpDefinition<infer I, infer P, infer R> ? (...args: [...inputs: I, params: P]) => Promise<R> : never

declare module '../types/ops.ts' {
  interface Ops extends Readonly<{ [K in keyof typeof ops]: Call<(typeof ops)[K]> }> {}
}
