/** Tables of text, as spreadsheets write them (RFC 4180). Plain functions. */
import { param } from '../engine/types/param.ts'
import { SightlineError } from '../engine/types/problem.ts'
import type { TableValue } from '../engine/values/index.ts'
import { classNameOf, classNumbers } from './class-names.ts'

export const separators = { comma: ',', semicolon: ';', tab: '\t' } as const

export const separatorParam = param.choice({
  default: 'comma',
  of: ['comma', 'semicolon', 'tab'],
  names: { comma: 'Comma', semicolon: 'Semicolon', tab: 'Tab' },
  label: 'Separator',
  help: 'The character between two cells of a line.',
})

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

/** Throws `csv.cells`. */
function checkCells({ cells, line }: CsvRow, wanted: number, path: string): void {
  if (cells.length !== wanted) throw new SightlineError('csv.cells', { path, line, given: cells.length, wanted })
}

const isNumber = (cell: string): boolean => Number.isFinite(Number(cell))

/**
 * With the names of the first row. A column whose cells are all finite numbers or empty holds numbers, where an empty cell is NaN;
 * every other holds texts.
 * @throws `csv.empty`, `csv.cells`
 */
export function tableOf([head, ...lines]: readonly CsvRow[], path: string): TableValue {
  if (!head || lines.length === 0) throw new SightlineError('csv.empty', { path })
  const columns = head.cells.map((title) => title.trim())
  for (const line of lines) checkCells(line, columns.length, path)
  const numeric = columns.map((_, i) => lines.every(({ cells }) => isNumber(cells[i] ?? '')))
  const rows = lines.map(({ cells }) =>
    cells.map((cell, i) => (numeric[i] ? (cell.trim() === '' ? Number.NaN : Number(cell)) : cell.trim())),
  )
  return { kind: 'table', columns, rows }
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
  for (const row of lines) {
    checkCells(row, titles.length, path)
    const { cells, line } = row
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
