import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { SequenceValue, Shape, TensorValue, Value } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { stemOf } from '../annotations.ts'
import { pictureName } from '../evaluation.ts'

/** `cat` of `cat/12.jpg`; `Egyptian Mau` of `Egyptian_Mau_12.jpg`. Empty where the name tells none. */
function classIn(name: string, by: 'folder' | 'file'): string {
  const told = by === 'folder' ? (name.split(/[/\\]/).at(-2) ?? '') : stemOf(name).replace(/[\s._-]*\(?\d*\)?$/, '')
  return told.replaceAll('_', ' ').trim()
}

/**
 * Right labels of a labelled folder: the class of each picture from where its file is, or from what it is called. Sequence of images
 * in; sequence of labels, one each with a score of 1, out.
 */
export const labelsFromNames = defineNode({
  type: 'classify/from-names',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Labels from names',
  alias: 'torchvision.datasets.ImageFolder',
  keywords: ['ground truth', 'classes', 'labelled', 'dataset', 'ImageFolder', 'annotations', 'evaluate', 'classifier'],
  summary: 'Reads the right class of each picture from the name of its folder or file.',
  inputs: { image: socket.image({ collect: true, help: 'The pictures of a folder.' }) },
  params: {
    by: param.choice({
      default: 'folder',
      of: ['folder', 'file'],
      names: { folder: 'Folder', file: 'File' },
      label: 'Name of the',
      help: 'Folder: cat/12.jpg is a cat. Give the folder node the names */*. File: cat_12.jpg is a cat.',
    }),
  },
  outputs: { labels: socket.sequence({ type: 'labels' }) },
  shape: ({ image }) => {
    // A collecting input has the shape of a sequence.
    const all = image as Shape | undefined
    const length = all?.kind === 'sequence' ? all.length : undefined
    return { labels: { kind: 'sequence', element: { kind: 'labels' }, ...(length !== undefined && { length }) } }
  },
  run: ({ image, by }, { ops }) => {
    const all = image as Value as SequenceValue
    const names = all.labels ?? Array.from({ length: all.length }, (_, i) => pictureName(i))
    return {
      labels: {
        kind: 'sequence',
        length: all.length,
        element: { kind: 'labels' },
        labels: names,
        at: async (index) => {
          const name = names[index] ?? ''
          const told = classIn(name, by)
          if (told === '') throw new SightlineError('classify.no-class', { name })
          const shape = { kind: 'tensor', shape: [1], axes: ['N'] } as const
          const scores = (await ops.fromNumbers({ shape, numbers: [1] })) as TensorValue
          return { kind: 'labels', names: [told], scores }
        },
      },
    }
  },
  explain: {
    idea: 'Data sets of classifiers often have no list: the pictures of each class lie in a folder of its own, or the class is written in the name of the file.',
    reference:
      'torchvision.datasets.ImageFolder (a folder a class); Oxford-IIIT Pet and Dogs vs. Cats (names of files).',
    code: {
      by: 'by',
      of: {
        folder: 'labels = [pathlib.Path(name).parent.name.replace("_", " ") for name in names]',
        file: 'labels = [re.sub(r"[\\s._-]*\\(?\\d*\\)?$", "", pathlib.Path(name).stem).replace("_", " ") for name in names]',
      },
    },
  },
})
