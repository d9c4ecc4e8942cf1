/** Values that are displayed as they are: validated, because they come over the protocol. */
import { z } from 'zod'

const number = z.number().nullable()

const shownValue = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('number'), value: number }),
  z.object({ kind: z.literal('text'), text: z.string() }),
  z.object({
    kind: z.literal('table'),
    columns: z.array(z.string()),
    rows: z.array(z.array(z.union([z.string(), number]))),
  }),
  z.object({
    kind: z.literal('plot'),
    x: z.object({ label: z.string(), range: z.tuple([z.number(), z.number()]) }),
    series: z.array(z.object({ name: z.string(), values: z.array(number) })),
  }),
])
export type ShownValue = z.infer<typeof shownValue>
export type ShownTable = Extract<ShownValue, { kind: 'table' }>
export type ShownPlot = Extract<ShownValue, { kind: 'plot' }>

/** Undefined for a value that this window cannot display. */
export function readValue(value: unknown): ShownValue | undefined {
  const read = shownValue.safeParse(value)
  return read.success ? read.data : undefined
}
