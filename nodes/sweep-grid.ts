/** Results of a sweep laid out as a grid: columns and rows with their values beside them, as in a printed figure. */
import type { Ops } from '../engine/ops/calls.ts'
import { equal, expr, round, select } from '../engine/ops/expr.ts'
import { SightlineError } from '../engine/types/problem.ts'
import type { ImageValue, NumberValue } from '../engine/values/index.ts'
import { premultiplied } from './alpha.ts'
import { drawText, letterHeight, letterWidth } from './letters.ts'

export interface Cell {
  /** The values of the two parameters; empty where there is none. */
  readonly column: string
  readonly row: string
  readonly image: ImageValue | undefined
  readonly number: NumberValue | undefined
}

export interface Grid {
  readonly rows: readonly (readonly Cell[])[]
  readonly names: { readonly column: string; readonly row: string }
  /** The longer side of a picture at most. */
  readonly size: number
}

export const gridOf = (cells: readonly Cell[], across: number, names: Grid['names'], size: number): Grid => ({
  rows: Array.from({ length: cells.length / across }, (_, y) => cells.slice(y * across, (y + 1) * across)),
  names,
  size,
})

/** Pixels of a dot of a letter, and between things. */
const dot = 2
const gap = 8
const lineHeight = letterHeight * dot + 2 * dot
const lengthOf = (text: string): number => [...text].length * letterWidth * dot

const shown = ({ value }: NumberValue): string => String(Number(value.toPrecision(4)))

/** As large as may be shown, on black, and in colours that can stand beside others. */
async function shrunk(ops: Ops, given: ImageValue, size: number): Promise<ImageValue> {
  const image = await premultiplied(ops, given)
  const part = size / Math.max(image.width, image.height)
  const width = Math.max(1, Math.round(image.width * part))
  const height = Math.max(1, Math.round(image.height * part))
  const small = part < 1 ? await ops.resize(image, { width, height, method: 'area' }) : image
  return small.channels === 3 && small.space !== 'rgb' && small.space !== 'data'
    ? ops.convertColour(small, { to: 'rgb' })
    : small
}

const sorted = ({ channels, space }: ImageValue): string => `${channels} channels of ${space}`

/** Larger by what is 0. */
const onto = (ops: Ops, image: ImageValue, x: number, y: number, width: number, height: number): Promise<ImageValue> =>
  ops.warp(image, {
    matrix: [1, 0, -x, 0, 1, -y, 0, 0, 1],
    width,
    height,
    method: 'nearest',
    border: 'constant',
    value: 0,
  })

interface Line {
  readonly text: string
  readonly x: number
  readonly y: number
}

/** All results as one picture of the channels of the first; of numbers alone a gray one. */
export async function drawnGrid(ops: Ops, { rows, names, size }: Grid): Promise<ImageValue> {
  const pictures = await Promise.all(
    rows.map((row) => Promise.all(row.map(({ image }) => (image ? shrunk(ops, image, size) : undefined)))),
  )
  const all = pictures.flat().filter((one) => one !== undefined)
  const other = all.find((one) => all[0] && sorted(one) !== sorted(all[0]))
  if (other && all[0]) throw new SightlineError('sweep.sizes', { a: sorted(all[0]), b: sorted(other) })
  const across = rows[0]?.length ?? 0
  const columnText = (x: number): string => `${names.column} ${rows[0]?.[x]?.column ?? ''}`.trim()
  const rowText = (y: number): string => `${names.row} ${rows[y]?.[0]?.row ?? ''}`.trim()
  const captions = rows.map((row) => row.map(({ number }) => (number ? shown(number) : '')))
  const texts = Array.from({ length: across }, (_, x) => [columnText(x), ...captions.map((row) => row[x] ?? '')])
  const width = Math.max(...all.map((one) => one.width), ...texts.flat().map(lengthOf), 1)
  const height = Math.max(0, ...all.map((one) => one.height))
  const left = Math.max(0, ...rows.map((_, y) => lengthOf(rowText(y)))) + gap
  const top = (texts.some(([head]) => head) ? lineHeight : 0) + gap
  const below = captions.flat().some(Boolean) ? lineHeight : 0
  const cell = { width: width + gap, height: height + below + gap }
  const whole = { width: left + across * cell.width, height: top + rows.length * cell.height }
  const lines: Line[] = []
  for (let x = 0; x < across; x++) lines.push({ text: columnText(x), x: left + x * cell.width, y: gap / 2 })
  for (const [y, row] of captions.entries()) {
    const at = top + y * cell.height
    lines.push({ text: rowText(y), x: gap / 2, y: at + Math.max(0, (height + below - lineHeight) / 2) })
    for (const [x, text] of row.entries()) lines.push({ text, x: left + x * cell.width, y: at + height + dot })
  }
  const letters = await ops.fromPicture({ ...whole, channels: 1, depth: 8, data: lettersOf(whole, lines) })
  const [first] = all
  if (!first) return letters
  // Strip by strip: every paste copies what it is laid on.
  let made = await onto(ops, first, whole.width, whole.height, whole.width, whole.height)
  for (const [y, row] of pictures.entries()) {
    let strip = await onto(ops, first, whole.width, 0, whole.width, Math.max(1, height))
    for (const [x, one] of row.entries())
      if (one) strip = await ops.paste(strip, one, { x: left + x * cell.width, y: 0 })
    made = await ops.paste(made, strip, { x: 0, y: top + y * cell.height })
  }
  const white = first.range?.[1] ?? 1
  const formula = expr((v, d) => select(equal(round(d), 1), white, v))
  const written = await ops.pointwise(made, letters, { formula })
  return { ...written, ...(first.range && { range: first.range }) }
}

function lettersOf({ width, height }: { readonly width: number; readonly height: number }, lines: readonly Line[]) {
  const data = new Uint8Array(width * height)
  for (const { text, x, y } of lines)
    drawText(text, (u, v) => {
      const from = Math.round(x) + u * dot
      for (let row = 0; row < dot; row++) {
        const at = (Math.round(y) + v * dot + row) * width
        if (from < width && at + from < data.length) data.fill(255, at + from, at + Math.min(from + dot, width))
      }
    })
  return data
}
