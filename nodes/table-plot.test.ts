/** Tables from CSV files, and curves of their columns. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { PlotValue, TableValue } from '../engine/values/index.ts'
import { createNodeBench } from '../host/testing/nodes.ts'
import { readTable } from './io/table.ts'
import { plotTable } from './measure/plot.ts'
import { chartColours, chartEdge, chartSize } from './sheet.ts'
import { plotChart, plotOfTable } from './table-plot.ts'

const folder = await mkdtemp(join(tmpdir(), 'sightline-table-'))
const bench = await createNodeBench(folder)
afterAll(async () => {
  await bench.close()
  await rm(folder, { recursive: true })
})

async function read(text: string, params = {}): Promise<TableValue> {
  await writeFile(join(folder, 'table.csv'), text)
  return (await bench.run(readTable, {}, { path: 'table.csv', ...params })).table as TableValue
}

describe('a table', () => {
  // As pandas.read_csv: a column is one of numbers where every cell is one or empty.
  it('has numbers and words by column, and NaN for empty cells', async () => {
    expect(await read('name, step,loss\r\n"a, b",1,0.5\r\n7,2,\r\n')).toEqual({
      ...{ kind: 'table', columns: ['name', 'step', 'loss'] },
      rows: [
        ['a, b', 1, 0.5],
        ['7', 2, Number.NaN],
      ],
    })
    expect((await read('a\tb\n1e3\t-2\n', { separator: 'tab' })).rows).toEqual([[1000, -2]])
  })

  it.each([
    ['empty lines', '\n\n', 'csv.empty'],
    ['a line of names only', 'a,b\n', 'csv.empty'],
    ['a line with fewer cells', 'a,b\n1,2\n3\n', 'csv.cells'],
    ['a quotation mark that does not end', 'a,b\n1,"x\n', 'csv.quote'],
  ])('is refused: %s', async (_, text, code) => {
    await expect(read(text)).rejects.toMatchObject({ code })
  })
})

const tableOf = (columns: string[], rows: (string | number)[][]): TableValue => ({ kind: 'table', columns, rows })
const all = { x: '', columns: '', log: false }

/** Where the window draws a value: at the centre of its place (renderer/viewer/Plot.tsx). */
function pointsOf({ x: { range }, series }: PlotValue, name: string): readonly (readonly [number, number])[] {
  const values = series.find((one) => one.name === name)?.values ?? []
  const width = (range[1] - range[0]) / values.length
  return values.flatMap((value, i) => (Number.isNaN(value) ? [] : [[range[0] + (i + 0.5) * width, value] as const]))
}

describe('curves of a table', () => {
  it('puts many rows together, and draws them', () => {
    const long = tableOf(
      ['a'],
      Array.from({ length: 200_000 }, (_, i) => [i % 100 < 50 ? 0 : 1]),
    )
    const plot = plotOfTable(long, all)
    expect(plot.series[0]?.values).toHaveLength(2000)
    // Each is the mean of the hundred rows about its place, at the ends of fifty.
    for (const value of plot.series[0]?.values.slice(1, -1) ?? []) expect(Math.abs(value - 0.5)).toBeLessThan(0.02)
    expect(plotChart(plot)).toHaveLength(chartSize.width * chartSize.height * 3)
  })

  it('says which of the named columns has no numbers', () => {
    const table = tableOf(['a', 'b'], [[1, 'x']])
    expect(plotOfTable(table, all).series.map(({ name }) => name)).toEqual(['a'])
    expect(() => plotOfTable(table, { ...all, columns: 'a, b' })).toThrow(
      expect.objectContaining({ code: 'plot.no-numbers' }),
    )
  })

  const table = tableOf(
    ['step', 'loss', 'kind', 'test'],
    [
      [10, 2, 'a', Number.NaN],
      [20, 1, 'b', 1.5],
      [30, 0.5, 'c', Number.NaN],
    ],
  )

  it('lie over a column of even steps, at its numbers, with gaps', async () => {
    const { plot } = await bench.run(plotTable, { table }, { x: 'step' })
    expect((plot as PlotValue).series.map(({ name }) => name)).toEqual(['loss', 'test'])
    expect((plot as PlotValue).x.label).toBe('step')
    expect(pointsOf(plot as PlotValue, 'loss')).toEqual([
      [10, 2],
      [20, 1],
      [30, 0.5],
    ])
    expect(pointsOf(plot as PlotValue, 'test')).toEqual([[20, 1.5]])
  })

  it('lie over the rows where no column is named, and are those that are asked for', () => {
    const plot = plotOfTable(table, { ...all, columns: ' test , loss' })
    expect(plot.series.map(({ name }) => name)).toEqual(['test', 'loss'])
    expect(pointsOf(plot, 'loss').map(([x]) => x)).toEqual([1, 2, 3])
  })

  it('lie over powers of ten', () => {
    const sizes = tableOf(
      ['pictures', 'right'],
      [600, 6000, 60_000].map((count, i) => [count, i / 2]),
    )
    const plot = plotOfTable(sizes, { ...all, x: 'pictures', log: true })
    expect(plot.x.label).toBe('log₁₀ pictures')
    for (const [i, [x, y]] of pointsOf(plot, 'right').entries()) {
      expect(x).toBeCloseTo(Math.log10(600) + i, 9)
      expect(y).toBe(i / 2)
    }
  })

  it('are within half a place of uneven steps, and averaged where two rows share one', () => {
    const xs = [0, 1, 5, 5, 100, 37.3]
    const plot = plotOfTable(
      tableOf(
        ['x', 'y'],
        xs.map((x, i) => [x, i]),
      ),
      { ...all, x: 'x' },
    )
    const points = pointsOf(plot, 'y')
    expect(points.map(([, y]) => y)).toEqual([0, 1, 2.5, 5, 4])
    for (const [i, wanted] of [0, 1, 5, 37.3, 100].entries())
      expect(Math.abs((points[i]?.[0] ?? 0) - wanted)).toBeLessThanOrEqual(100 / 239 / 2 + 1e-9)
  })

  it('are drawn in their colours, from the lowest to the highest number', () => {
    const plot = plotOfTable(
      tableOf(
        ['x', 'up', 'down'],
        [1, 2, 3].map((x) => [x, x, 4 - x]),
      ),
      { ...all, x: 'x' },
    )
    const [numbers, { width, height }] = [plotChart(plot), chartSize]
    const colourAt = (x: number, y: number): number[] =>
      Array.from(numbers.subarray((y * width + x) * 3, (y * width + x) * 3 + 3), (v) => Math.round(v * 100) / 100)
    const [first, last] = [1, 5].map((sixth) => chartEdge + Math.round(((width - 2 * chartEdge) * sixth) / 6))
    const [top, bottom] = [chartEdge, height - chartEdge]
    expect(colourAt(first ?? 0, bottom)).toEqual(chartColours[0])
    expect(colourAt(last ?? 0, top)).toEqual(chartColours[0])
    expect(colourAt(first ?? 0, top)).toEqual(chartColours[1])
    expect(colourAt(last ?? 0, bottom)).toEqual(chartColours[1])
  })

  it('may be of one row', () => {
    expect(pointsOf(plotOfTable(tableOf(['x', 'y'], [[4, 9]]), { ...all, x: 'x' }), 'y')).toEqual([[4, 9]])
  })

  it.each([
    ['no rows', tableOf(['a'], []), all, 'plot.empty'],
    ['an axis that there is not', table, { ...all, x: 'Step' }, 'plot.column'],
    ['a curve that there is not', table, { ...all, columns: 'loss, lost' }, 'plot.column'],
    ['words along the axis', table, { ...all, x: 'kind' }, 'plot.place'],
    ['a gap in the axis', table, { ...all, x: 'test' }, 'plot.place'],
    ['0 on an axis of powers', tableOf(['x', 'y'], [[0, 1]]), { ...all, x: 'x', log: true }, 'plot.place'],
    ['words only', table, { ...all, columns: 'kind' }, 'plot.no-numbers'],
  ])('are refused: %s', (_, given, wanted, code) => {
    expect(() => plotOfTable(given, wanted)).toThrowError(expect.objectContaining({ code }))
  })
})
