/** Tables of numbers and texts. */
import { z } from 'zod'
import { jsonText } from '../types/json.ts'
import type { Kind } from './kind.ts'

export interface TableValue {
  readonly kind: 'table'
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

/** Nobody reads more rows in a preview. */
const mostShown = 500

export const table: Kind<TableValue, { readonly kind: 'table' }> = {
  kind: 'table',
  words: { title: 'Table', one: 'a table' },
  look: { light: '#7a6500', dark: '#e6d455', radius: '0 0 50% 50%' },
  head: z.object({
    kind: z.literal('table'),
    columns: z.array(z.string()),
    rows: z.array(z.array(z.union([z.string(), z.number(), z.nan(), z.literal([Infinity, -Infinity])]))),
  }),
  only: { kind: 'table' },
  shape: () => ({ kind: 'table' }),
  describe: () => 'table',
  face: (value) => ({ json: { ...value, rows: value.rows.slice(0, mostShown) } as TableValue }),
  files: ({ columns, rows }) => [{ ext: 'json', text: `${jsonText({ columns, rows })}\n` }],
  report: ({ columns, rows }) => ({ columns, rows }),
  bytes: ({ columns, rows }) => rows.length * columns.length * 24,
  sample: async () => [
    {
      kind: 'table',
      columns: ['name', 'score'],
      rows: [
        ['cat', 0.5],
        ['dog', Number.NaN],
      ],
    },
    { kind: 'table', columns: [], rows: [] },
  ],
}
