import { defineNode } from '../../engine/graph/node.ts'
import { socket } from '../../engine/values/sockets.ts'
import { throughPairs } from '../evaluation.ts'
import { addPairs, agreementOf } from '../label-counts.ts'
import { ignoreParam, labelInputs, nameOf, pairsIn } from '../label-pairs.ts'

/**
 * IoU and Dice of every class of label maps. Label maps (H, W) and right ones, one picture or sequences, in; three means, a table of
 * the classes and one of the pictures, worst first, out.
 */
export const meanIou = defineNode({
  type: 'measure/mean-iou',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Mean IoU and Dice',
  alias: 'torchmetrics.JaccardIndex',
  keywords: ['mIoU', 'Jaccard', 'Dice', 'F1', 'pixel accuracy', 'segmentation', 'evaluate', 'metric', 'ground truth'],
  summary: 'Measures how well label maps agree with the right ones, class by class.',
  inputs: labelInputs,
  params: { ignore: ignoreParam },
  outputs: {
    table: socket.table({ help: 'Each class: IoU, Dice, and how many pixels it has.' }),
    miou: socket.number({ help: 'The mean IoU of the classes that occur.' }),
    dice: socket.number({ help: 'The mean Dice coefficient of the classes that occur.' }),
    accuracy: socket.number({ help: 'The part of the pixels that got the right class.' }),
    pictures: socket.table({ help: 'Each picture with its means, worst first.' }),
  },
  shape: () => {
    const [table, number] = [{ kind: 'table' }, { kind: 'number' }] as const
    return { table, miou: number, dice: number, accuracy: number, pictures: table }
  },
  run: async ({ labels, truth, ignore }, context) => {
    const all = new Map<number, Map<number, number>>()
    const pictures: (string | number)[][] = []
    let names: readonly string[] = []
    await throughPairs({ found: labels, truth }, context, async (found, right, name) => {
      const counts = await pairsIn(found, right, context)
      addPairs(all, counts)
      const { meanIou, meanDice, accuracy } = agreementOf(counts, ignore)
      pictures.push([name, meanIou, meanDice, accuracy])
      if (right.names.length > names.length) names = right.names
    })
    const { classes, pixels, meanIou, meanDice, accuracy } = agreementOf(all, ignore)
    const number = (value: number) => ({ kind: 'number', value }) as const
    return {
      table: {
        kind: 'table',
        columns: ['Class', 'IoU', 'Dice', 'Pixels', 'Found'],
        rows: [
          ['all classes', meanIou, meanDice, pixels, pixels],
          ...classes.map(({ id, iou, dice, truth, found }) => [nameOf(names, id), iou, dice, truth, found]),
        ],
      },
      miou: number(meanIou),
      dice: number(meanDice),
      accuracy: number(accuracy),
      pictures: {
        kind: 'table',
        columns: ['Picture', 'Mean IoU', 'Mean Dice', 'Accuracy'],
        rows: pictures.sort((a, b) => Number(a[1]) - Number(b[1])),
      },
    }
  },
  explain: {
    idea: 'For each class: the pixels that both maps give to it, divided by the pixels that at least one of them gives to it. Dice counts the shared ones twice, so it is always a little kinder.',
    formula: String.raw`\mathrm{IoU}_c = \frac{|P_c \cap G_c|}{|P_c \cup G_c|}, \quad \mathrm{Dice}_c = \frac{2\,|P_c \cap G_c|}{|P_c| + |G_c|}, \quad \mathrm{mIoU} = \frac{1}{C} \sum_c \mathrm{IoU}_c`,
    reference: 'Long et al. 2015 (mean IU); Dice 1945; PASCAL VOC segmentation, where 255 is ignored; chapter 6.4.',
    code: 'both = np.array([np.sum((labels == c) & (truth == c) & (truth != {ignore})) for c in range(count)]); iou = both / np.array([np.sum(((labels == c) | (truth == c)) & (truth != {ignore})) for c in range(count)])',
  },
})
