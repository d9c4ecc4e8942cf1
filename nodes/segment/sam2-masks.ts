import { defineNode } from '../../engine/graph/node.ts'
import { type Expr, expr, greater, max, mul, select } from '../../engine/ops/expr.ts'
import type { Ops } from '../../engine/types/ops.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { type Box, boxesOf } from '../../engine/values/boxes.ts'
import type { ImageValue, MaskValue, TensorShape, TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { labelmapFrom } from '../labelmap.ts'

type Candidate = 'best' | '1' | '2' | '3'

/** How many objects and how many candidates of each. Throws `sam.shape` where the three tensors do not belong together. */
function countsOf(masks: TensorShape, scores: TensorShape, labels: TensorShape) {
  const [objects = 0, candidates = 0, height = 0, width = 0] = masks.shape
  const fits =
    masks.shape.length === 4 &&
    scores.shape.join() === [objects, candidates].join() &&
    labels.shape.length === 2 &&
    labels.shape[0] === objects
  if (fits) return { objects, candidates, height, width }
  throw new SightlineError('sam.shape', {
    masks: masks.shape.join(' × '),
    scores: scores.shape.join(' × '),
    labels: labels.shape.join(' × '),
  })
}

/** The candidate that is wanted of each object: its place among them. */
const chosenOf = (scores: readonly (readonly number[])[], candidate: Candidate): readonly number[] =>
  scores.map((own) =>
    candidate === 'best' ? own.indexOf(Math.max(...own)) : Math.min(Number(candidate), own.length) - 1,
  )

/** Rows of `length` numbers. */
const inRows = (numbers: ArrayLike<number>, rows: number): readonly (readonly number[])[] =>
  Array.from({ length: rows }, (_, i) => {
    const length = numbers.length / rows
    return Array.from(numbers).slice(i * length, (i + 1) * length)
  })

const asMask = ({ width, height, store }: ImageValue): MaskValue => ({
  ...{ kind: 'mask', height, width },
  pixels: { kind: 'tensor', shape: [height, width], axes: ['H', 'W'], store },
})

interface Size {
  readonly width: number
  readonly height: number
}

/** Zeros. */
const nothing = (ops: Ops, { width, height }: Size): Promise<ImageValue> =>
  ops.fromPicture({ width, height, channels: 1, depth: 8, data: new Uint8Array(width * height) })

/** Gives the logits of an object, enlarged to the picture. */
async function logitsOf(ops: Ops, masks: TensorValue, chosen: readonly number[], size: Size) {
  const [, candidates = 0, height = 0, width = 0] = masks.shape
  const numbers = await ops.read(masks, {})
  return async (object: number): Promise<ImageValue> => {
    const at = (object * candidates + (chosen[object] ?? 0)) * height * width
    const shape = { kind: 'image', height, width, channels: 1, space: 'data', alpha: false } as const
    const small = await ops.fromNumbers({ shape, numbers: numbers.subarray(at, at + height * width) })
    return ops.resize(small as ImageValue, { ...size, method: 'bilinear' })
  }
}

/**
 * The masks of SAM 2's decoder over the picture. Tensors (L, 3, h, w) logits, (L, 3) scores and (L, P) labels of the prompts, and
 * the image in; a mask (H, W) of all objects, a label map (H, W) with the number of each, and a table of scores out. An object
 * whose prompts mean nothing (all labels -1) has no pixels.
 */
export const sam2Masks = defineNode({
  type: 'segment/sam2-masks',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'SAM 2 masks',
  alias: 'SAM2Transforms.postprocess_masks',
  keywords: ['segment anything', 'SAM', 'SAM2', 'mask decoder', 'candidate', 'multimask', 'instance'],
  summary: 'Chooses among the three masks that SAM 2 offers, and enlarges them to the picture.',
  inputs: {
    image: socket.image({ help: 'The picture that the masks lie over.' }),
    masks: socket.tensor({
      axes: ['NCHW'],
      help: "The decoder's masks: objects × candidates × rows × columns of logits.",
    }),
    scores: socket.tensor({ axes: ['NC'], help: "The decoder's scores: the IoU that it expects of each candidate." }),
    labels: socket.tensor({ axes: ['NP'], help: 'The labels of the prompts.' }),
    detections: socket.boxes({ optional: true, help: 'Boxes of a detector: they name the last objects.' }),
  },
  params: {
    candidate: param.choice({
      default: 'best',
      of: ['best', '1', '2', '3'],
      names: { best: 'Best score', '1': 'First', '2': 'Second', '3': 'Third' },
      label: 'Candidate',
      help: 'A click may mean a button, a shirt or a person: the network offers a mask for each.',
    }),
    threshold: param.number({
      default: 0,
      min: -32,
      max: 32,
      soft: [-8, 8],
      label: 'Threshold',
      help: 'Pixels with a larger logit belong to the mask. 0 is a probability of one half.',
    }),
  },
  outputs: { mask: socket.mask(), objects: socket.labelmap(), table: socket.table() },
  shape: ({ image, masks, scores, labels }) => {
    if (masks && scores && labels) countsOf(masks, scores, labels)
    if (!image) return { table: { kind: 'table' } }
    const { height, width } = image
    return {
      mask: { kind: 'mask', height, width },
      objects: { kind: 'labelmap', height, width },
      table: { kind: 'table' },
    }
  },
  run: async ({ image, masks, scores, labels, detections, candidate, threshold }, { ops, wants, signal }) => {
    const { objects } = countsOf(masks, scores, labels)
    const { width, height } = image
    const rated = inRows(await ops.read(scores, {}), objects)
    const prompted = inRows(await ops.read(labels, {}), objects).map((own) => own.some((label) => label >= 0))
    const chosen = chosenOf(rated, candidate)
    const logitsAt = await logitsOf(ops, masks, chosen, { width, height })
    const present = prompted.flatMap((has, i) => (has ? [i] : []))

    let number: ImageValue | undefined
    let best: ImageValue | undefined
    for (const object of present) {
      signal.throwIfAborted()
      const logits = await logitsAt(object)
      const above = (logit: Expr) => greater(logit, threshold)
      if (number && best) {
        // Where objects overlap, a pixel belongs to the surer one.
        const formula = expr((n, l, b) => select(mul(above(l), greater(l, b)), object + 1, n))
        number = await ops.pointwise(number, logits, best, { formula, range: null })
        best = await ops.pointwise(best, logits, { formula: expr((b, l) => max(b, l)) })
      } else {
        number = await ops.pointwise(logits, { formula: expr((l) => mul(above(l), object + 1)), range: null })
        best = logits
      }
    }
    number ??= await nothing(ops, { width, height })
    const read = async (part: TensorValue) => Float32Array.from(await ops.read(part, {}))
    const names = namesOf(objects, detections && (await boxesOf(detections, read)))
    const inAny = await ops.pointwise(number, { formula: expr((n) => greater(n, 0)), space: 'gray', range: [0, 1] })
    return {
      mask: asMask(inAny),
      ...(wants('objects') && { objects: labelmapFrom(ops, number, ['background', ...names]) }),
      table: {
        kind: 'table',
        columns: ['object', 'candidate', 'score', 'chosen'],
        rows: present.flatMap((object) =>
          (rated[object] ?? []).map((score, i) => [
            names[object] ?? '',
            i + 1,
            score,
            i === chosen[object] ? 'yes' : '',
          ]),
        ),
      },
    }
  },
  explain: {
    idea: 'The network offers three masks for each object, small ones of 256 × 256, and says how good it thinks each is. The chosen one is enlarged to the picture; pixels above the threshold belong to the object.',
    formula: String.raw`M(y, x) = \left[\,\mathrm{resize}(Z_k)(y, x) > \param{threshold}{t}\,\right], \qquad k = \arg\max_i s_i`,
    reference: 'SAM 2 (Ravi et al. 2024), SAM2Transforms.postprocess_masks; torch.nn.functional.interpolate, bilinear.',
    words: { candidate: { best: 'scores[0].argmax()', '1': '0', '2': '1', '3': '2' } },
    code: 'mask = cv2.resize(masks[0, {candidate}], image.shape[1::-1], interpolation=cv2.INTER_LINEAR) > {threshold}',
  },
})

/** Of objects that a detector found: their class; the others are numbered. */
function namesOf(objects: number, found: readonly Box[] = []): readonly string[] {
  const own = Math.max(0, objects - found.length)
  return Array.from({ length: objects }, (_, i) => {
    const box = found[i - own]
    return box ? `${box.name} ${i + 1}` : `object ${i + 1}`
  })
}
