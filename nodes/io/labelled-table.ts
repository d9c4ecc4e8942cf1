import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { Services } from '../../engine/types/services.ts'
import type { TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { labelledTable, parseCsv, separatorParam, separators } from '../csv.ts'

const mostBytes = 64 << 20
/** Rows that the table shows. */
const mostShown = 500

interface Given {
  readonly path: string
  readonly answers: string
  readonly separator: keyof typeof separators
}

async function read({ path, answers, separator }: Given, services: Services, signal: AbortSignal) {
  return labelledTable(parseCsv(await services.text(path, signal, mostBytes), path, separators[separator]), {
    path,
    answers,
  })
}

/**
 * Reads labelled examples from a table. Features (N, D) float32, right answers (N) int32, numbered in the order of the names of the
 * classes, these names with commas between, and the first rows out.
 */
export const readLabelledTable = defineNode({
  type: 'io/labelled-table',
  version: 1,
  kind: 'source',
  draft: 'none',
  title: 'Labelled table',
  alias: 'pandas.read_csv',
  keywords: ['CSV', 'spreadsheet', 'features', 'dataset', 'iris', 'train', 'TSV', 'columns', 'examples'],
  summary: 'Reads examples from a CSV table: columns of numbers, and one with the class.',
  inputs: {},
  params: {
    path: param.file({
      default: '',
      mode: 'open',
      accept: ['csv', 'tsv'],
      label: 'Table',
      help: 'The first line has the names of the columns, every other one is an example.',
    }),
    answers: param.text({ default: '', label: 'Column of classes', help: 'Its name. Empty: the last column.' }),
    separator: separatorParam,
  },
  outputs: {
    features: socket.tensor({ axes: ['NC'], help: 'A row for each example.' }),
    targets: socket.tensor({ axes: ['N'], dtypes: ['int32'], help: 'The class of each, from 0.' }),
    names: socket.text({ help: 'Of the classes, with commas between.' }),
    table: socket.table({ help: 'The first rows.' }),
  },
  preview: 'table',
  shape: async (params, { services, signal }) => {
    const { columns, targets } = await read(params, services, signal)
    return {
      features: { kind: 'tensor', shape: [targets.length, columns.length], axes: ['N', 'C'] },
      targets: { kind: 'tensor', shape: [targets.length], axes: ['N'], dtype: 'int32' },
      names: { kind: 'text' },
      table: { kind: 'table' },
    }
  },
  identity: ({ path }, { services, signal }) => services.identity(path, signal),
  watches: ({ path }) => (path === '' ? [] : [path]),
  run: async (params, { ops, services, signal }) => {
    const { columns, features, targets, names } = await read(params, services, signal)
    const [n, length] = [targets.length, columns.length]
    return {
      features: (await ops.fromNumbers({
        shape: { kind: 'tensor', shape: [n, length], axes: ['N', 'C'] },
        numbers: features,
      })) as TensorValue,
      targets: (await ops.fromNumbers({
        shape: { kind: 'tensor', shape: [n], axes: ['N'], dtype: 'int32' },
        numbers: targets,
      })) as TensorValue,
      names: { kind: 'text', text: names.join(', ') },
      table: {
        kind: 'table',
        columns: [...columns, 'class'],
        rows: Array.from({ length: Math.min(n, mostShown) }, (_, i) => [
          ...features.subarray(i * length, (i + 1) * length),
          names[targets[i] ?? 0] ?? '',
        ]),
      },
    }
  },
  explain: {
    idea: 'An example is a line of numbers, with the right answer at its end. That is all a classifier needs to learn.',
    formula: String.raw`X \in \mathbb{R}^{N \times D}, \qquad y \in \{0, \dots, K - 1\}^N`,
    reference: 'RFC 4180 (CSV); pandas.read_csv; sklearn.preprocessing.LabelEncoder.',
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
