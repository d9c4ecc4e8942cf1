/** Single numbers. */
import { z } from 'zod'
import type { Kind } from './kind.ts'

export interface NumberValue {
  readonly kind: 'number'
  readonly value: number
}

export const number: Kind<NumberValue, { readonly kind: 'number' }> = {
  kind: 'number',
  words: { title: 'Number', one: 'a number' },
  look: { light: '#00795a', dark: '#3fcb9c', radius: '0' },
  head: z.object({
    kind: z.literal('number'),
    value: z
      .number()
      .or(z.nan())
      .or(z.literal([Infinity, -Infinity])),
  }),
  only: { kind: 'number' },
  shape: () => ({ kind: 'number' }),
  describe: () => 'number',
  single: ({ value }) => value,
  // JSON knows neither NaN nor infinity.
  face: (value) => ({
    json: Number.isFinite(value.value) ? value : { kind: 'text', text: String(value.value) },
  }),
  files: ({ value }) => [{ ext: 'json', text: `${JSON.stringify(value)}\n` }],
  report: ({ value }) => ({ value }),
  sample: async () => [1.5, -0, Number.NaN, -Infinity].map((value) => ({ kind: 'number', value })),
}
