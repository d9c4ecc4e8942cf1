import { defineNode } from '../../engine/graph/node.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { LabelsValue, SequenceValue, TensorValue, Value } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { classNameOf, classNumbers } from '../class-names.ts'

/**
 * Right answers as numbers, for training. Sequence of labels in; the class of each (N) int32, numbered in the order of their names, the
 * names with commas between, and how many there are of each out.
 */
export const targetsFromLabels = defineNode({
  type: 'classify/targets',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Targets from labels',
  alias: 'sklearn LabelEncoder',
  keywords: ['labels', 'classes', 'ground truth', 'encode', 'train', 'labelled folder', 'ImageFolder', 'dataset'],
  summary: 'Numbers the classes of labelled pictures, so that something can be learned from them.',
  inputs: { labels: socket.labels({ collect: true, help: 'A label for each picture: from "Labels from names".' }) },
  params: {},
  outputs: {
    targets: socket.tensor({ axes: ['N'], dtypes: ['int32'], help: 'The class of each picture, from 0.' }),
    names: socket.text({ help: 'Of the classes, with commas between.' }),
    table: socket.table({ help: 'How many pictures each class has.' }),
  },
  preview: 'table',
  shape: ({ labels }) => {
    // A collecting input has the shape of a sequence.
    const all = labels as { readonly kind: string; readonly length?: number } | undefined
    return {
      ...(all?.kind === 'sequence' &&
        all.length !== undefined && { targets: { kind: 'tensor', shape: [all.length], axes: ['N'], dtype: 'int32' } }),
      names: { kind: 'text' },
      table: { kind: 'table' },
    }
  },
  run: async ({ labels }, { ops, signal }) => {
    const all = labels as Value as SequenceValue
    if (all.length === 0) throw new SightlineError('sequence.empty', {})
    const given: string[] = []
    for (let i = 0; i < all.length; i++) {
      const { names, scores } = (await all.at(i, signal)) as LabelsValue
      const numbers = Array.from(await ops.read(scores, {}))
      const name = classNameOf(names[numbers.indexOf(Math.max(...numbers))] ?? '')
      if (name === '') throw new SightlineError('data.labels', { picture: i + 1 })
      given.push(name)
    }
    const { names, targets } = classNumbers(given)
    const shape = { kind: 'tensor', shape: [given.length], axes: ['N'], dtype: 'int32' } as const
    return {
      targets: (await ops.fromNumbers({ shape, numbers: targets })) as TensorValue,
      names: { kind: 'text', text: names.join(', ') },
      table: {
        kind: 'table',
        columns: ['Class', 'Name', 'Pictures'],
        rows: names.map((name, id) => [id, name, given.filter((one) => one === name).length]),
      },
    }
  },
  explain: {
    idea: 'A classifier gives numbers, not words. The names of the classes are sorted and numbered from 0.',
    reference: 'sklearn.preprocessing.LabelEncoder; torchvision.datasets.ImageFolder numbers folders the same way.',
    code: 'names = sorted(set(labels)); targets = [names.index(label) for label in labels]',
  },
})
