/** Tables of text, as spreadsheets write them (RFC 4180). Plain functions. */
import { SightlineError } from '../engine/types/problem.ts'

/** Rows of cells. Quotation marks around a cell are doubled inside; a line may end by \n or \r\n. */
export function parseCsv(text: string, path: string, separator: string): readonly (readonly string[])[] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let quoted: number | undefined
  let line = 1
  const end = (): void => {
    row.push(cell)
    cell = ''
  }
  for (let i = 0; i < text.length; i++) {
    const letter = text[i] as string
    if (letter === '\n') line++
    if (quoted !== undefined) {
      if (letter !== '"') cell += letter
      else if (text[i + 1] === '"') {
        cell += '"'
        i++
      } else quoted = undefined
    } else if (letter === '"' && cell === '') quoted = line
    else if (letter === separator) end()
    else if (letter === '\n') {
      if (cell.endsWith('\r')) cell = cell.slice(0, -1)
      end()
      rows.push(row)
      row = []
    } else cell += letter
  }
  if (quoted !== undefined) throw new SightlineError('csv.quote', { path, line: quoted })
  if (cell !== '' || row.length > 0) {
    if (cell.endsWith('\r')) cell = cell.slice(0, -1)
    end()
    rows.push(row)
  }
  // An empty line is none.
  return rows.filter((one) => one.length > 1 || one[0] !== '')
}

export interface LabelledTable {
  /** The names of the columns with numbers. */
  readonly columns: readonly string[]
  /** (N, D) */
  readonly features: Float32Array
  /** (N) */
  readonly targets: Int32Array
  /** Of the classes, in their order. */
  readonly names: readonly string[]
}

const byName = new Intl.Collator('en', { numeric: true }).compare

/** @param answers the name of the column with the classes; empty: the last one */
export function labelledTable(
  rows: readonly (readonly string[])[],
  { path, answers }: { readonly path: string; readonly answers: string },
): LabelledTable {
  const [head = [], ...lines] = rows
  if (lines.length === 0 || head.length < 2) throw new SightlineError('csv.empty', { path })
  const titles = head.map((title) => title.trim())
  const at = answers.trim() === '' ? titles.length - 1 : titles.indexOf(answers.trim())
  if (at < 0)
    throw new SightlineError('csv.column', { path, given: answers.trim(), known: titles.slice(0, 20).join(', ') })
  const columns = titles.filter((_, i) => i !== at)
  const features = new Float32Array(lines.length * columns.length)
  const given: string[] = []
  let to = 0
  for (const [n, cells] of lines.entries()) {
    if (cells.length !== titles.length)
      throw new SightlineError('csv.cells', { path, line: n + 2, given: cells.length, wanted: titles.length })
    for (const [i, cell] of cells.entries()) {
      if (i === at) {
        given.push(cell.replaceAll(/[,\n]/g, ' ').trim())
        continue
      }
      const number = cell.trim() === '' ? Number.NaN : Number(cell)
      if (!Number.isFinite(number))
        throw new SightlineError('csv.number', { path, given: cell, column: titles[i] ?? '', line: n + 2 })
      features[to++] = number
    }
  }
  const names = [...new Set(given)].sort(byName)
  return { columns, features, targets: Int32Array.from(given, (name) => names.indexOf(name)), names }
}
