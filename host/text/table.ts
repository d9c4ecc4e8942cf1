/** Text in columns. */

export type Align = 'left' | 'right'

/** Columns as wide as their widest cell, two spaces apart; nothing hangs over at the end of a line. */
export function table(rows: readonly (readonly string[])[], align: readonly Align[] = []): string {
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
