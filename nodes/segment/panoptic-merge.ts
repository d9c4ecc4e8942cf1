import { defineNode, type StepsContext } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { BoxesValue, LabelmapValue, TensorValue } from '../../engine/values/index.ts'
import type { Mark } from '../../engine/values/mark.ts'
import { socket } from '../../engine/values/sockets.ts'
import { idsNamed } from '../names.ts'
import type { PanopticStep } from '../panoptic.ts'
import { type MergeInput, mergeSteps, mergeWork } from './panoptic-merge.work.ts'

interface Given {
  readonly labels: LabelmapValue
  readonly boxes: BoxesValue
  readonly masks: TensorValue
  readonly score: number
  readonly overlap: number
  readonly area: number
  readonly threshold: number
  readonly stuff: string
}

/** Numbers of pixels that belong to nothing in data sets. */
const nothing = 255

/** What can be stuff: what is named, or every class that no box has. */
function stuffIn(numbers: Int32Array, { names }: LabelmapValue, boxes: BoxesValue, wanted: string): readonly number[] {
  const chosen = idsNamed(wanted, names, 'stuff')
  const things = new Set(boxes.names.map((name) => name.toLowerCase()))
  const isStuff = (id: number): boolean =>
    chosen ? chosen.has(id) : id !== nothing && !things.has((names[id] ?? '').toLowerCase())
  return [...new Set(numbers)].filter(isStuff).sort((a, b) => a - b)
}

/** The numbers of the inputs. @throws masks.shape, shape.mismatch */
async function inputOf(
  { labels, boxes, masks, score, overlap, area, threshold, stuff }: Given,
  read: StepsContext['read'],
): Promise<MergeInput & { readonly classes: ArrayLike<number> }> {
  const { width, height } = labels
  const [sides, scores, classes, small, map] = await Promise.all(
    [boxes.boxes, boxes.scores, boxes.classes, masks, labels.labels].map(read),
  )
  const count = scores?.length ?? 0
  const [n = 0, one = 0, rows = 0, columns = 0] = masks.shape
  const whole = rows === height && columns === width
  if (n !== count || one !== 1 || !(whole || rows === columns))
    throw new SightlineError('masks.shape', { given: masks.shape.join(' × '), count })
  const numbers = Int32Array.from(map ?? [])
  return {
    masks: Float32Array.from(small ?? []),
    ...{ side: rows, whole, width, height, threshold },
    boxes: Float32Array.from(sides ?? [], (v, i) => v * (i % 2 === 0 ? width / boxes.width : height / boxes.height)),
    ...{ scores: Float32Array.from(scores ?? []), labels: numbers, classes: classes ?? [] },
    stuff: stuffIn(numbers, labels, boxes, stuff),
    params: { score, overlap, area },
  }
}

/** What an instance or a class of stuff is called. */
const nameFor =
  ({ labels, boxes }: Given, classes: ArrayLike<number>) =>
  ({ of, index }: PanopticStep): string => {
    const [names, id] = of === 'thing' ? [boxes.names, classes[index] ?? 0] : [labels.names, index]
    return names[id] ?? String(id)
  }

const percent = (part: number): string => `${Math.round(100 * part)} %`

function wordsFor(step: PanopticStep, name: string, { params, scores }: MergeInput): string {
  const { of, index, area, taken, segment } = step
  if (of === 'stuff')
    return `${name}: ${area} pixels are left of it, ${percent(taken)} is taken${segment ? `: segment ${segment}.` : `; fewer than ${params.area}: it is left out.`}`
  const called = `${name} (${(scores[index] ?? 0).toFixed(2)}): of ${area} pixels ${percent(taken)} are taken by surer ones`
  return segment ? `${called}: segment ${segment}.` : `${called}, more than ${percent(params.overlap)}: it is left out.`
}

/**
 * Panoptic segmentation: every pixel gets one class, and things are told apart. Label map (H, W) of classes, boxes (N) with scores,
 * and their masks (N, 1, S, S) in the boxes or (N, 1, H, W), 0..1, in; a label map (H, W) of segments from 1, 0 for none, and a
 * table of them out. The names of the segments are those of their classes.
 */
export const panopticMerge = defineNode({
  type: 'segment/panoptic-merge',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Panoptic merge',
  alias: 'panopticapi.combine_predictions',
  keywords: ['panoptic', 'things', 'stuff', 'semantic', 'instance', 'combine', 'fusion', 'Mask R-CNN', 'COCO', 'PQ'],
  summary: 'Joins classes of pixels and masks of things into one map of segments.',
  inputs: {
    labels: socket.labelmap({ help: 'The class of each pixel: a semantic segmentation.' }),
    boxes: socket.boxes({ help: 'The things, with scores and classes.' }),
    masks: socket.tensor({
      axes: ['NCHW'],
      help: 'The mask of each box, 0 to 1: square, to be pasted into its box, or as large as the label map.',
    }),
  },
  params: {
    score: param.number({
      default: 0.5,
      min: 0,
      max: 1,
      label: 'Least score',
      help: 'Things that are less sure are left out.',
    }),
    overlap: param.number({
      default: 0.5,
      min: 0,
      max: 1,
      label: 'Overlap',
      help: 'A thing is left out if surer ones take more than this part of it.',
    }),
    area: param.integer({
      default: 4096,
      min: 0,
      max: 1e9,
      soft: [0, 16384],
      label: 'Least area of stuff',
      help: 'Sky, road and grass with fewer pixels are left out: 64 × 64 for COCO.',
    }),
    threshold: param.number({
      default: 0.5,
      min: 0,
      max: 1,
      label: 'Threshold',
      help: 'From this probability on, a pixel belongs to the thing.',
    }),
    stuff: param.text({
      default: '',
      label: 'Stuff',
      help: 'Names or numbers of the classes that are stuff: sky, road. Empty: every class that the boxes do not have.',
    }),
  },
  outputs: { segments: socket.labelmap(), table: socket.table({ help: 'Each segment, and what was left out.' }) },
  shape: ({ labels }) => ({ ...(labels && { segments: labels }), table: { kind: 'table' } }),
  run: async (given, { ops, work }) => {
    const { classes, ...input } = await inputOf(given, (tensor) => ops.read(tensor, {}))
    const { segments, steps } = await work(mergeWork, input)
    const { width, height } = given.labels
    const shape = { kind: 'tensor', shape: [height, width], axes: ['H', 'W'], dtype: 'int32' } as const
    const nameOf = nameFor(given, classes)
    const kept = steps.filter(({ segment }) => segment > 0)
    return {
      segments: {
        kind: 'labelmap',
        ...{ width, height, names: ['nothing', ...kept.map(nameOf)] },
        labels: (await ops.fromNumbers({ shape, numbers: segments })) as TensorValue,
      },
      table: {
        kind: 'table',
        columns: ['Segment', 'Class', 'Is a', 'Score', 'Pixels', 'Taken'],
        rows: steps.map((step) => [
          step.segment || '–',
          nameOf(step),
          step.of,
          step.of === 'thing' ? (input.scores[step.index] ?? Number.NaN) : '–',
          step.area,
          step.taken,
        ]),
      },
    }
  },
  steps: {
    over: 'labels',
    async *of(given, { read }) {
      const { classes, ...input } = await inputOf(given, read)
      const nameOf = nameFor(given, classes)
      const marks: Mark[] = []
      let segments = 0
      for (const step of mergeSteps(input, new Int32Array(input.width * input.height))) {
        const name = nameOf(step)
        if (step.segment > 0) segments = step.segment
        const box = [0, 1, 2, 3].map((side) => input.boxes[4 * step.index + side]) as [number, number, number, number]
        if (step.of === 'thing' && box.every(Number.isFinite))
          marks.push({ kind: 'rect', box, label: step.segment ? name : `${name}, left out`, group: step.segment })
        yield { say: wordsFor(step, name, input), state: { segments }, marks: marks.slice(-1000) }
      }
    },
  },
  explain: {
    idea: 'The surest thing takes its pixels first, the next one what is left, and one that is mostly taken already goes. What no thing has taken goes to stuff such as sky and road, unless it is too little.',
    formula: String.raw`\text{drop } i \text{ if } \frac{|M_i \cap \bigcup_{j < i} M_j|}{|M_i|} > \param{overlap}{t}, \qquad \text{drop stuff } c \text{ if } |S_c| < \param{area}{a}`,
    reference: 'Kirillov et al., "Panoptic Segmentation", CVPR 2019, section 7; cocodataset/panopticapi; chapter 6.4.',
    code: 'for i in np.argsort(-scores): taken = (masks[i] & (segments > 0)).sum() / masks[i].sum(); segments[masks[i] & (segments == 0)] = i + 1 if taken <= {overlap} else 0',
  },
})
