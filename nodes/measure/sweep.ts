import { cellPort } from '../../engine/graph/cells.ts'
import { defineNode } from '../../engine/graph/node.ts'
import { axesOf, mostCells, type SweepParams } from '../../engine/graph/sweep.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ImageValue, NumberValue, PlotValue, TableValue, Value } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { seenColours } from '../alpha.ts'
import { type Cell, drawnGrid, gridOf } from '../sweep-grid.ts'

/** `sigma` of `blur.sigma`. */
const shortName = (of: string): string => of.slice(of.lastIndexOf('.') + 1)
const asCell = (text: string): string | number => (Number.isFinite(Number(text)) ? Number(text) : text)

/** Every cell in the order of the rows: its values, and what arrived. Without cells, of a node by itself: its own inputs. */
function cellsIn(params: SweepParams, inputs: Readonly<Record<string, Value>>): readonly Cell[] {
  const { columns, rows } = axesOf(params)
  const across = columns?.values ?? ['']
  const cells = (rows?.values ?? ['']).flatMap((row, y) =>
    across.map((column, x) => {
      const at = (input: string): Value | undefined => inputs[cellPort(input, y * across.length + x)] ?? inputs[input]
      return {
        column,
        row,
        image: at('image') as ImageValue | undefined,
        number: at('number') as NumberValue | undefined,
      }
    }),
  )
  if (cells.length > mostCells) throw new SightlineError('sweep.cells', { given: cells.length, most: mostCells })
  if (cells.length === 0) throw new SightlineError('sweep.no-values', { of: columns?.of ?? rows?.of ?? '' })
  return cells
}

/**
 * Runs what is before it once for each value of one or two parameters. Image (H, W, C) and a number in, whichever is there; a picture
 * of all results with their values beside them, a table with a row for each, and a plot of the numbers out.
 */
export const sweep = defineNode({
  type: 'measure/sweep',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Sweep',
  alias: 'ParameterGrid',
  keywords: [
    'parameter sweep',
    'grid search',
    'vary',
    'variations',
    'contact sheet',
    'compare settings',
    'ablation',
    'for loop',
    'range',
    'hyperparameter',
  ],
  summary: 'Runs what comes before it with several values of a parameter, and shows all results.',
  inputs: {
    image: socket.image({ optional: true, help: 'A result that depends on the parameter.' }),
    number: socket.number({ optional: true, help: 'What is measured of each result, if anything.' }),
  },
  params: {
    first: param.text({
      default: '',
      refersTo: 'parameter',
      label: 'Parameter',
      help: 'A node and its parameter, such as blur.sigma; of a subgraph those that it exposes. Its values are the columns.',
    }),
    values: param.text({
      default: '1, 2, 4',
      label: 'Values',
      help: 'Separated by commas; for a choice, the names of its options.',
    }),
    second: param.text({
      default: '',
      refersTo: 'parameter',
      label: 'Second parameter',
      help: 'Its values are the rows. Empty: one row.',
    }),
    others: param.text({ default: '', label: 'Its values', help: 'With commas between.' }),
    size: param.integer({
      default: 192,
      min: 16,
      max: 4096,
      soft: [64, 512],
      label: 'Cell size',
      help: 'The longer side of a result, in pixels; larger ones are made smaller, smaller ones stay.',
    }),
  },
  outputs: {
    grid: socket.image({ help: 'All results, with their values in the margin rather than over the pictures.' }),
    table: socket.table({
      help: 'A row for each cell: its values, the number, and minimum, mean and maximum of the picture.',
    }),
    plot: socket.plot({ help: 'The number, or the mean of the picture, a line for each row.' }),
  },
  shape: () => ({ table: { kind: 'table' }, plot: { kind: 'plot' } }),
  run: async ({ image: _, number: __, size, ...params }, { ops, inputs, wants }) => {
    const cells = cellsIn(params, inputs)
    const { columns, rows } = axesOf(params)
    const names = { column: columns ? shortName(columns.of) : '', row: rows ? shortName(rows.of) : '' }
    const needed = wants('table') || wants('plot')
    const measured = needed
      ? await Promise.all(
          cells.map(async ({ image }) => {
            const channels = image ? await ops.statistics(await seenColours(ops, image), {}) : []
            const of = (pick: (one: (typeof channels)[number]) => number | null): number[] =>
              channels.flatMap((one) => pick(one) ?? [])
            const means = of(({ mean }) => mean)
            return [
              Math.min(...of(({ min }) => min)),
              means.reduce((a, b) => a + b, 0) / means.length,
              Math.max(...of(({ max }) => max)),
            ]
          }),
        )
      : []
    const pictured = cells.some(({ image }) => image)
    const numbered = cells.some(({ number }) => number)
    const table: TableValue = {
      kind: 'table',
      columns: [
        ...(columns ? [columns.of] : []),
        ...(rows ? [rows.of] : []),
        ...(numbered ? ['number'] : []),
        ...(pictured ? ['least', 'mean', 'most'] : []),
      ],
      rows: cells.map(({ column, row, number }, i) => [
        ...(columns ? [asCell(column)] : []),
        ...(rows ? [asCell(row)] : []),
        ...(numbered ? [number?.value ?? Number.NaN] : []),
        ...(pictured ? (measured[i] ?? []) : []),
      ]),
    }
    const across = columns?.values.length ?? 1
    return {
      ...(wants('grid') && { grid: await drawnGrid(ops, gridOf(cells, across, names, size)) }),
      table,
      plot: plotOf(
        cells.map(({ number }, i) => number?.value ?? measured[i]?.[1] ?? Number.NaN),
        columns?.values ?? [''],
        names.column,
        (rows?.values ?? ['']).map((row) => `${names.row} ${row}`.trim() || (numbered ? 'number' : 'mean')),
      ),
    }
  },
  explain: {
    idea: 'One picture shows one setting. A grid shows what a parameter does: every cell is the same pipeline with other numbers. Only what depends on the parameter runs again.',
    formula: String.raw`R_{ij} = f(x;\ a_j,\ b_i)`,
    reference: 'Grid search: scikit-learn ParameterGrid; contact sheets of photographers.',
    code: 'results = [[run(image, a, b) for a in {values}.split(",")] for b in {others}.split(",")]',
  },
})

/** Over the values where they are evenly spaced numbers, else over their places. */
function plotOf(
  numbers: readonly number[],
  values: readonly string[],
  label: string,
  names: readonly string[],
): PlotValue {
  const across = values.length
  const places = values.map(Number)
  const step = (places[1] ?? 0) - (places[0] ?? 0)
  const even =
    across > 1 && places.every((v, i) => Math.abs(v - (places[0] ?? 0) - i * step) <= 1e-6 * Math.abs(step) * across)
  const range = even && step > 0 ? ([places[0] ?? 0, places.at(-1) ?? 1] as const) : ([1, Math.max(2, across)] as const)
  return {
    kind: 'plot',
    x: { label: even && step > 0 ? label : `${label || 'cell'}, in order`, range },
    series: names.map((name, y) => ({ name, values: numbers.slice(y * across, (y + 1) * across) })),
  }
}
