import { type Computation, conform } from '../../../host/testing/conform.ts'
import { abs, atan2, clamp, div, expr, type Formula, functions, greater, mix, pow, sub } from '../expr.ts'
import { pointwise } from './op.ts'
import { samples } from './samples.ts'

const formula =
  <P>(make: (params: P) => Formula): Computation<P> =>
  async ({ ops, fetch }, inputs, params) => ({
    '': await fetch(await ops.pointwise(...inputs, { formula: make(params) })),
  })

interface Mean {
  readonly mean: readonly number[]
  readonly std: readonly number[]
}

conform(import.meta.dirname, { pointwise }, samples, {
  blend: formula(({ t }: { t: number }) => expr((a, b) => mix(a, b, t))),
  difference: formula(() => expr((a, b) => abs(sub(a, b)))),
  threshold: formula(({ at }: { at: number }) => expr((a) => greater(a, at))),
  normalise: formula(({ mean, std }: Mean) => expr((a) => div(sub(a, mean), std))),
  gamma: formula(({ gamma }: { gamma: number }) => expr((a) => pow(a, 1 / gamma))),
  clip: formula(() => expr((a) => clamp(a, 0.25, 0.75))),
  angle: formula(() => expr((a, b) => atan2(a, b))),
  /** Each function by itself, with as many pictures as it takes. */
  ufunc: formula(({ name }: { name: keyof typeof functions }) => {
    const call = (...args: readonly Formula['body'][]) => ({ kind: 'call', name, args }) as const
    return functions[name].length === 1 ? expr((a) => call(a)) : expr((a, b) => call(a, b))
  }),
})
