import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { arraysOf } from '../boxes.ts'
import { largest } from '../decode.ts'
import { overlapMatrix, overlapMeasures } from '../iou.ts'

/** The overlap of each box with each other one. Boxes (N) and boxes (M) in; tensor (N, M) float32 and a table out. */
export const iou = defineNode({
  type: 'measure/iou',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Overlap of boxes (IoU)',
  alias: 'torchvision.ops.box_iou',
  keywords: ['IoU', 'GIoU', 'Jaccard', 'intersection over union', 'overlap', 'boxes', 'metric'],
  summary: 'Measures how much each box overlaps each box of another set.',
  inputs: { boxes: socket.boxes(), other: socket.boxes({ help: 'The boxes to compare with.' }) },
  params: {
    measure: param.choice({
      default: 'iou',
      of: overlapMeasures,
      names: { iou: 'IoU', giou: 'Generalised IoU' },
      label: 'Measure',
      help: 'Generalised IoU goes down to −1 and tells apart how far boxes are that do not touch.',
    }),
  },
  outputs: {
    table: socket.table({ help: 'Of each box the one of the others that it overlaps most.' }),
    matrix: socket.tensor({ help: 'A row for each box, a column for each of the others.' }),
  },
  shape: ({ boxes, other }) => ({
    table: { kind: 'table' },
    ...(boxes?.count !== undefined &&
      other?.count !== undefined && {
        matrix: { kind: 'tensor', shape: [boxes.count, other.count], axes: ['H', 'W'] },
      }),
  }),
  run: async ({ boxes, other, measure }, { ops }) => {
    const [a, b] = await Promise.all([arraysOf(boxes, ops), arraysOf(other, ops)])
    const [n, m] = [a.scores.length, b.scores.length]
    const numbers = overlapMatrix(measure, a.boxes, b.boxes)
    const nameOf = (names: readonly string[], id = 0): string => names[id] ?? String(id)
    const rows = Array.from({ length: n }, (_, i): (string | number)[] => {
      const name = `${i + 1} (${nameOf(boxes.names, a.classes[i])})`
      const { at, value } = largest(numbers, i * m, m)
      if (value === Number.NEGATIVE_INFINITY) return [name, '–', '–']
      return [name, `${at + 1} (${nameOf(other.names, b.classes[at])})`, value]
    })
    return {
      table: { kind: 'table', columns: ['Box', 'Overlaps most', measure === 'iou' ? 'IoU' : 'GIoU'], rows },
      matrix: (await ops.fromNumbers({
        shape: { kind: 'tensor', shape: [n, m], axes: ['H', 'W'] },
        numbers,
      })) as TensorValue,
    }
  },
  explain: {
    idea: 'The area that two boxes share, divided by the area that they cover together: 1 if they are the same, 0 if they do not touch. It decides whether a found box counts as right.',
    formula: {
      by: 'measure',
      of: {
        iou: String.raw`\mathrm{IoU}(A, B) = \frac{|A \cap B|}{|A \cup B|}`,
        giou: String.raw`\mathrm{GIoU}(A, B) = \frac{|A \cap B|}{|A \cup B|} - \frac{|C| - |A \cup B|}{|C|}`,
      },
    },
    reference:
      'torchvision.ops.box_iou, generalized_box_iou (Rezatofighi et al. 2019); chapter 6.3. Boxes without area give NaN.',
    code: {
      by: 'measure',
      of: {
        iou: 'torchvision.ops.box_iou(torch.tensor(boxes), torch.tensor(other))',
        giou: 'torchvision.ops.generalized_box_iou(torch.tensor(boxes), torch.tensor(other))',
      },
    },
  },
})
