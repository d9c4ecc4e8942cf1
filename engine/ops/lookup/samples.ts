import { each, picture, type Samples, withWords } from '../sample.ts'
import { lookupMethods } from './table.ts'

/** A table that neither rises nor falls throughout. */
const wavy = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => Math.sin(i * 1.7) + 0.1 * i)
const opaque = [picture(1, 1, 1), picture(1, 7, 3), picture(13, 17, 1), picture(33, 40, 3), picture(6, 5, 2)]

export const samples: Samples<'lookup'> = {
  lookup: lookupMethods.flatMap((method) =>
    withWords(method, [
      ...withWords(
        'one table',
        each(opaque, () => ({ tables: wavy(17), channels: 1, entries: 17, range: [0.2137, 0.8713], method })),
      ),
      ...withWords(
        'a table a channel',
        each([picture(13, 17, 3), picture(9, 8, 1)], () => ({
          ...{ tables: wavy(3 * 256), channels: 3, entries: 256, range: [0, 1.0137], method },
        })),
      ),
      ...withWords(
        'tiles',
        each([picture(13, 17, 1), picture(33, 40, 3)], ({ width, height }) => ({
          ...{ tables: wavy(3 * 4 * 9), channels: 1, entries: 9, range: [0, 1.0137], method },
          grid: { columns: 3, rows: 4, width: Math.ceil(width / 3), height: Math.ceil(height / 4) },
        })),
      ),
    ]),
  ),
}
