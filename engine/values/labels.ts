/** The scores of classes for a whole picture: what a classifier says. */
import { z } from 'zod'
import { jsonText } from '../types/json.ts'
import type { Kind, Read } from './kind.ts'
import type { TensorValue } from './tensor.ts'

export interface LabelsShape {
  readonly kind: 'labels'
  readonly count?: number
}

export interface LabelsValue {
  readonly kind: 'labels'
  /** The name of each class, in the order of the scores. */
  readonly names: readonly string[]
  /** (N) float32, one for each class. */
  readonly scores: TensorValue
}

export interface Label {
  readonly label: string
  readonly score: number
}

/** Names with their scores, best first. */
export async function labelsOf({ names, scores }: LabelsValue, read: Read): Promise<readonly Label[]> {
  const found = Array.from(await read(scores), (score, i) => ({ label: names[i] ?? String(i), score }))
  return found.sort((a, b) => b.score - a.score)
}

/** Rows of the table in the window. */
const mostShown = 100

export const labels: Kind<LabelsValue, LabelsShape> = {
  kind: 'labels',
  words: { title: 'Labels', one: 'labels' },
  look: { light: '#6a7000', dark: '#c3cf5e', radius: '50% 0 0 50%' },
  head: z.object({ kind: z.literal('labels'), names: z.array(z.string()) }),
  parts: ({ scores }) => ({ scores }),
  shape: ({ scores }) => ({ kind: 'labels', count: scores.shape[0] ?? 0 }),
  describe: ({ count }) => `${count ?? 'some'} label${count === 1 ? '' : 's'}`,
  async face(value, read) {
    const rows = (await labelsOf(value, read)).slice(0, mostShown).map(({ label, score }) => [label, score])
    return { json: { kind: 'table', columns: ['label', 'score'], rows } as { kind: string } }
  },
  files: async (value, read) => [{ ext: 'json', text: `${jsonText(await labelsOf(value, read))}\n` }],
  report: async (value, read) => ({ labels: await labelsOf(value, read) }),
  async sample(tensor) {
    const scores = await tensor({ kind: 'tensor', shape: [3], axes: ['N'] }, [0.25, 0.5, 0.125])
    return [{ kind: 'labels', names: ['cat', 'dog', 'horse'], scores }]
  },
}
