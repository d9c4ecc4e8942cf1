import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { Services } from '../../engine/types/services.ts'
import { socket } from '../../engine/values/sockets.ts'
import { parseCsv, separatorParam, separators, tableOf } from '../csv.ts'

const mostBytes = 64 << 20

interface Given {
  readonly path: string
  readonly separator: keyof typeof separators
}

const read = async ({ path, separator }: Given, services: Services, signal: AbortSignal) =>
  tableOf(parseCsv(await services.text(path, signal, mostBytes), path, separators[separator]), path)

/** Reads a table of numbers and words from a CSV file. Columns whose cells are all numbers, or empty, hold numbers; empty is NaN. */
export const readTable = defineNode({
  type: 'io/table',
  version: 1,
  kind: 'source',
  draft: 'none',
  title: 'Table',
  alias: 'pandas.read_csv',
  keywords: ['CSV', 'TSV', 'spreadsheet', 'results', 'measurements', 'log', 'curves', 'columns', 'rows', 'data frame'],
  summary: 'Reads a table from a CSV file: measurements, results, the curves of a training.',
  inputs: {},
  params: {
    path: param.file({
      default: '',
      mode: 'open',
      accept: ['csv', 'tsv'],
      label: 'Table',
      help: 'The first line has the names of the columns.',
    }),
    separator: separatorParam,
  },
  outputs: { table: socket.table() },
  shape: async ({ path }, { services, signal }) => {
    // Throws where there is no such file.
    await services.identity(path, signal)
    return { table: { kind: 'table' } }
  },
  identity: ({ path }, { services, signal }) => services.identity(path, signal),
  watches: ({ path }) => (path === '' ? [] : [path]),
  run: async (params, { services, signal }) => ({ table: await read(params, services, signal) }),
  explain: {
    idea: 'Results belong in a table: one line for each measurement, one column for each thing that was measured. Then anybody can sort, plot and check them.',
    reference: 'RFC 4180 (CSV); pandas.read_csv.',
    code: {
      by: 'separator',
      of: {
        comma: 'table = pandas.read_csv({path})',
        semicolon: 'table = pandas.read_csv({path}, sep=";")',
        tab: 'table = pandas.read_csv({path}, sep="\\t")',
      },
    },
  },
})
