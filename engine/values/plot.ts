/** Histograms and curves over one axis, drawn by the window. */
import { z } from 'zod'
import { jsonText } from '../types/json.ts'
import type { Kind } from './kind.ts'

export interface PlotValue {
  readonly kind: 'plot'
  readonly x: { readonly label: string; readonly range: readonly [number, number] }
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[]
  /** What a click on a place of the axis chooses, for each of its values; NaN: nothing. The node says which parameter it sets. */
  readonly picks?: { readonly name: string; readonly values: readonly number[] }
}

const numbers = z.array(z.union([z.number(), z.nan(), z.literal([Infinity, -Infinity])]))

export const plot: Kind<PlotValue, { readonly kind: 'plot' }> = {
  kind: 'plot',
  words: { title: 'Plot', one: 'a plot' },
  look: { light: '#a13a78', dark: '#e394c3', radius: '0 50% 50% 0' },
  head: z.object({
    kind: z.literal('plot'),
    x: z.object({ label: z.string(), range: z.tuple([z.number(), z.number()]) }),
    series: z.array(z.object({ name: z.string(), values: numbers })),
    picks: z.object({ name: z.string(), values: numbers }).optional(),
  }),
  only: { kind: 'plot' },
  shape: () => ({ kind: 'plot' }),
  describe: () => 'plot',
  face: (value) => ({ json: value }),
  files: ({ x, series, picks }) => [{ ext: 'json', text: `${jsonText({ x, series, ...(picks && { picks }) })}\n` }],
  bytes: ({ series }) => series.reduce((sum, { values }) => sum + values.length * 8, 0),
  sample: async () => [
    { kind: 'plot', x: { label: 'value', range: [0, 1] }, series: [{ name: 'all', values: [1, 2, Number.NaN] }] },
  ],
}
