import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { TableValue, TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { largest } from '../decode.ts'
import { judged, namesIn } from '../examples.ts'

/**
 * The class with the highest score of each row, judged where the right answers are there. Scores (N, K) and right answers (N) in; the
 * classes (N) int32, a table of them, the part that is right and a confusion matrix out. Without right answers that part is NaN.
 */
export const predict = defineNode({
  type: 'classify/predict',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Predict classes',
  alias: 'np.argmax',
  keywords: ['argmax', 'best', 'answer', 'accuracy', 'confusion matrix', 'evaluate', 'classifier', 'test', 'apply'],
  summary: 'Takes the class with the highest score of each row, and says how many are right.',
  inputs: {
    scores: socket.tensor({ axes: ['NC'], help: 'A row for each thing, a column for each class.' }),
    targets: socket.tensor({ axes: ['N'], dtypes: ['int32'], optional: true, help: 'The right answers.' }),
    called: socket.text({ optional: true, help: 'The names of the classes, with commas between.' }),
  },
  params: {
    names: param.text({
      default: '',
      label: 'Names',
      help: 'Of the classes, with commas between. Empty: their numbers. Not used where names are wired.',
    }),
  },
  outputs: {
    found: socket.tensor({ axes: ['N'], dtypes: ['int32'] }),
    table: socket.table({ help: 'A row for each thing: its class, the score, and the right answer if it is known.' }),
    accuracy: socket.number({ help: 'The part of the rows that it gets right.' }),
    matrix: socket.table({
      help: 'A row for each right class, a column for each found one; empty without right answers.',
    }),
  },
  preview: 'table',
  shape: ({ scores }) => ({
    ...(scores && { found: { kind: 'tensor', shape: [scores.shape[0] ?? 0], axes: ['N'], dtype: 'int32' } }),
    table: { kind: 'table' },
    accuracy: { kind: 'number' },
    matrix: { kind: 'table' },
  }),
  run: async ({ scores, targets, called, names: given }, { ops }) => {
    const [count = 0, classes = 0] = scores.shape
    const names = namesIn(called?.text ?? given)
    const nameOf = (id: number): string => names[id] || String(id)
    const numbers = await ops.read(scores, {})
    const best = Array.from({ length: count }, (_, n) => largest(numbers, n * classes, classes))
    const found = Int32Array.from(best, ({ at }) => at)
    const right = targets ? Int32Array.from(await ops.read(targets, {})) : undefined
    if (right && right.length !== count)
      throw new SightlineError('data.rows', { examples: count, targets: right.length })
    const strange = right?.find((id) => id < 0 || id >= classes)
    if (strange !== undefined) throw new SightlineError('data.targets', { given: strange, last: classes - 1 })
    const ids = Array.from({ length: classes }, (_, id) => id)
    const empty: TableValue = { kind: 'table', columns: [], rows: [] }
    const told = right ? judged({ right, ids, nameOf }, (n) => found[n] ?? 0) : { matrix: empty, accuracy: Number.NaN }
    const shape = { kind: 'tensor', shape: [count], axes: ['N'], dtype: 'int32' } as const
    return {
      found: (await ops.fromNumbers({ shape, numbers: found })) as TensorValue,
      table: {
        kind: 'table',
        columns: ['Row', 'Found', 'Score', ...(right ? ['Right'] : [])],
        rows: best.map(({ at, value }, n) => [n, nameOf(at), value, ...(right ? [nameOf(right[n] ?? 0)] : [])]),
      },
      accuracy: { kind: 'number', value: told.accuracy },
      matrix: told.matrix,
    }
  },
  explain: {
    idea: 'A classifier gives a score for each class. The answer is the class with the highest one. Held against the right answers, the matrix says what is taken for what.',
    formula: String.raw`\hat y_n = \arg\max_k\ s_{nk}, \qquad \text{accuracy} = \frac{1}{N} \sum_n [\hat y_n = y_n]`,
    reference: 'numpy.argmax; sklearn.metrics.accuracy_score and confusion_matrix; chapter 6.1.',
    code: 'found = np.argmax(scores, axis=1); accuracy = np.mean(found == targets)',
  },
})
