import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { LabelmapValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { throughPairs } from '../evaluation.ts'
import { type PanopticCounts, panopticCounts, qualityOf } from '../label-counts.ts'
import { labelInputs, pairsIn } from '../label-pairs.ts'

/** Segments of one name are one class; those without a name are another. */
const classesOf =
  ({ names }: LabelmapValue) =>
  (id: number): string =>
    names[id] ?? 'segment'

const add = (a: PanopticCounts, b: PanopticCounts): PanopticCounts => ({
  iou: a.iou + b.iou,
  tp: a.tp + b.tp,
  fp: a.fp + b.fp,
  fn: a.fn + b.fn,
})
const nothing: PanopticCounts = { iou: 0, tp: 0, fp: 0, fn: 0 }

/**
 * Panoptic quality: every number of a label map is a segment, its name the class. Label maps (H, W) and right ones, one picture or
 * sequences, in; PQ, SQ and RQ as means over the classes, a table of the classes and one of the pictures, worst first, out.
 */
export const panopticQuality = defineNode({
  type: 'measure/panoptic-quality',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Panoptic quality (PQ)',
  alias: 'panopticapi.pq_compute',
  keywords: ['PQ', 'SQ', 'RQ', 'panoptic', 'instances', 'segments', 'evaluate', 'metric', 'ground truth', 'COCO'],
  summary: 'Measures found segments: how many are right, and how well they fit.',
  inputs: labelInputs,
  params: {
    ignore: param.integer({
      default: 0,
      min: -1,
      max: 2 ** 31 - 1,
      soft: [-1, 255],
      label: 'Number of nothing',
      help: 'Pixels with this number belong to no segment (void). COCO uses 0; −1: there is none.',
    }),
  },
  outputs: {
    table: socket.table({ help: 'Each class: PQ, SQ, RQ, and how many segments are right, false and missed.' }),
    pq: socket.number({ help: 'The mean panoptic quality of the classes that occur.' }),
    sq: socket.number({ help: 'Segmentation quality: the mean overlap of the segments that are right.' }),
    rq: socket.number({ help: 'Recognition quality: how many segments are right, as F1.' }),
    pictures: socket.table({ help: 'Each picture with its PQ, worst first.' }),
  },
  shape: () => {
    const [table, number] = [{ kind: 'table' }, { kind: 'number' }] as const
    return { table, pq: number, sq: number, rq: number, pictures: table }
  },
  run: async ({ labels, truth, ignore }, context) => {
    const all = new Map<string, PanopticCounts>()
    const pictures: (string | number)[][] = []
    const meanOf = (counts: ReadonlyMap<string, PanopticCounts>, of: 'pq' | 'sq' | 'rq'): number =>
      [...counts.values()].reduce((sum, one) => sum + qualityOf(one)[of], 0) / counts.size
    await throughPairs({ found: labels, truth }, context, async (found, right, name) => {
      const pairs = await pairsIn(found, right, context)
      const counts = panopticCounts(pairs, classesOf(right), classesOf(found), ignore)
      for (const [key, one] of counts) all.set(key, add(all.get(key) ?? nothing, one))
      const { tp, fp, fn } = [...counts.values()].reduce(add, nothing)
      pictures.push([name, meanOf(counts, 'pq'), tp, fp, fn])
    })
    const rows = [...all].sort(([a], [b]) => a.localeCompare(b, 'en'))
    const number = (of: 'pq' | 'sq' | 'rq') => ({ kind: 'number', value: meanOf(all, of) }) as const
    const total = rows.reduce((sum, [, one]) => add(sum, one), nothing)
    return {
      table: {
        kind: 'table',
        columns: ['Class', 'PQ', 'SQ', 'RQ', 'Right', 'False', 'Missed'],
        rows: [
          ['all classes', meanOf(all, 'pq'), meanOf(all, 'sq'), meanOf(all, 'rq'), total.tp, total.fp, total.fn],
          ...rows.map(([name, one]) => {
            const { pq, sq, rq } = qualityOf(one)
            return [name, pq, sq, rq, one.tp, one.fp, one.fn]
          }),
        ],
      },
      pq: number('pq'),
      sq: number('sq'),
      rq: number('rq'),
      pictures: {
        kind: 'table',
        columns: ['Picture', 'PQ', 'Right', 'False', 'Missed'],
        rows: pictures.sort((a, b) => Number(a[1]) - Number(b[1])),
      },
    }
  },
  explain: {
    idea: 'A found segment is right if it has the class of a true one and shares more than half with it; no other can then do so too. PQ is how well the right ones fit, times how many are right.',
    formula: String.raw`\mathrm{PQ} = \underbrace{\frac{\sum_{\mathrm{TP}} \mathrm{IoU}}{|\mathrm{TP}|}}_{\mathrm{SQ}} \cdot \underbrace{\frac{|\mathrm{TP}|}{|\mathrm{TP}| + \tfrac12 |\mathrm{FP}| + \tfrac12 |\mathrm{FN}|}}_{\mathrm{RQ}}`,
    reference: 'Kirillov et al., "Panoptic Segmentation", CVPR 2019; cocodataset/panopticapi; chapter 6.4.',
    code: 'SQ = sum(ious) / len(ious); RQ = len(ious) / (len(ious) + 0.5 * wrong + 0.5 * missed); PQ = SQ * RQ',
  },
})
