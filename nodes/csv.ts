/** Tables of text, as spreadsheets write them (RFC 4180). Plain functions. */
import { SightlineError } from '../engine/types/problem.ts'
import { classNameOf, classNumbers } from './class-names.ts'

export interface CsvRow {
  readonly cells: readonly string[]
  /** Where it begins, from 1 on: a cell may have several lines. */
  readonly line: number
}

/** Rows of cells. Quotation marks around a cell are doubled inside; a line may end by \n or \r\n. */
export function parseCsv(text: string, path: string, separator: string): readonly CsvRow[] {
  const rows: CsvRow[] = []
  let row: string[] = []
  let cell = ''
  let quoted: number | undefined
  let [line, first] = [1, 1]
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
      rows.push({ cells: row, line: first })
      row = []
      first = line
    } else cell += letter
  }
  if (quoted !== undefined) throw new SightlineError('csv.quote', { path, line: quoted })
  if (cell !== '' || row.length > 0) {
    if (cell.endsWith('\r')) cell = cell.slice(0, -1)
    end()
    rows.push({ cells: row, line: first })
  }
  // An empty line is none.
  return rows.filter(({ cells }) => cells.length > 1 || cells[0] !== '')
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

/** @param answers the name of the column with the classes; empty: the last one */
export function labelledTable(
  rows: readonly CsvRow[],
  { path, answers }: { readonly path: string; readonly answers: string },
): LabelledTable {
  const [head, ...lines] = rows
  if (!head || lines.length === 0 || head.cells.length < 2) throw new SightlineError('csv.empty', { path })
  const titles = head.cells.map((title) => title.trim())
  const at = answers.trim() === '' ? titles.length - 1 : titles.indexOf(answers.trim())
  if (at < 0)
    throw new SightlineError('csv.column', { path, given: answers.trim(), known: titles.slice(0, 20).join(', ') })
  const columns = titles.filter((_, i) => i !== at)
  const features = new Float32Array(lines.length * columns.length)
  const given: string[] = []
  let to = 0
  for (const { cells, line } of lines) {
    if (cells.length !== titles.length)
      throw new SightlineError('csv.cells', { path, line, given: cells.length, wanted: titles.length })
    for (const [i, cell] of cells.entries()) {
      if (i === at) {
        const name = classNameOf(cell)
        if (name === '') throw new SightlineError('csv.class', { path, line, column: titles[at] ?? '' })
        given.push(name)
        continue
      }
      const number = cell.trim() === '' ? Number.NaN : Number(cell)
      if (!Number.isFinite(number))
        throw new SightlineError('csv.number', { path, given: cell, column: titles[i] ?? '', line })
      features[to++] = number
    }
  }
  return { columns, features, ...classNumbers(given) }
}
