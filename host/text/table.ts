/** Text in columns. */
import { visible } from '../terminal/visible.ts'

export type Align = 'left' | 'right'

/** Columns as wide as their widest cell, two spaces apart; nothing hangs over at the end of a line. A cell is one line. */
export function table(given: readonly (readonly string[])[], align: readonly Align[] = []): string {
  const rows = given.map((row) => row.map(visible))
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(0, ...rows.map((row) => [...(row[i] ?? '')].length)),
  )
  const cell = (text: string, i: number): string => {
    const space = ' '.repeat((widths[i] ?? 0) - [...text].length)
    return align[i] === 'right' ? space + text : text + space
  }
  return rows.map((row) => row.map(cell).join('  ').trimEnd()).join('\n')
}
