import { defineNode } from '../../engine/graph/node.ts'
import type { Ops } from '../../engine/ops/calls.ts'
import { unsupported } from '../../engine/ops/check.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { filledColours } from '../alpha.ts'
import { boxesFrom } from '../boxes.ts'
import { largestPicture } from '../features-of.ts'
import { type HogParams, hogLength } from '../hog.ts'
import { hogParams } from '../hog-params.ts'
import { peopleDetector } from '../people-detector.ts'

const label = 'HOG + SVM'

/** OpenCV's detector of people, of windows of 64 × 128 pixels. */
function people(): { readonly weights: Float32Array; readonly bias: number } {
  const bytes = Uint8Array.from(atob(peopleDetector), (letter) => letter.charCodeAt(0))
  const view = new DataView(bytes.buffer)
  const numbers = Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true))
  return { weights: numbers.subarray(0, -1), bias: numbers.at(-1) ?? 0 }
}

interface Given {
  readonly weights: TensorValue | undefined
  readonly bias: TensorValue | undefined
  readonly id: number
  readonly width: number
  readonly height: number
}

/** The weights of one class, as many as a window has numbers. */
async function modelOf(ops: Ops, { weights, bias, id, width, height }: Given, params: HogParams) {
  const length = hogLength(width, height, params)
  if (!weights) {
    const model = people()
    if (length !== model.weights.length || width !== 64 || height !== 128)
      throw new SightlineError('hog.own-window', { width, height, given: length })
    return model
  }
  const [features = 0, classes = 0] = weights.shape
  if (features !== length)
    throw unsupported(label, `weights of ${features} numbers`, `${length}, as HOG of ${width} × ${height} pixels has`)
  if (id >= classes) throw unsupported(label, `class ${id}`, `one from 0 to ${classes - 1}`)
  const all = await ops.read(weights, {})
  const shift = bias ? ((await ops.read(bias, {}))[id] ?? 0) : 0
  return { weights: Float32Array.from({ length }, (_, i) => all[i * classes + id] ?? 0), bias: shift }
}

/**
 * Slides a window over the picture at every size and asks a linear classifier on HOG at each place. Image (H, W, C), and weights
 * (D, K) and bias (K) of a linear SVM if wired, in; every window that passes, boxes (N, 4) in its pixels, best first, out. The score
 * is 1 / (1 + e^−margin): 0.5 on the plane.
 */
export const hogSvm = defineNode({
  type: 'detect/hog-svm',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'HOG + SVM windows',
  alias: 'HOGDescriptor.detect',
  keywords: ['sliding window', 'pedestrian', 'people', 'Dalal', 'Triggs', 'detector', 'scan', 'pyramid', 'classical'],
  summary: 'Asks a linear SVM on HOG at every place and size, and keeps the windows that pass.',
  inputs: {
    image: socket.image({ help: 'Of a colour picture each pixel counts with its steepest channel.' }),
    weights: socket.tensor({
      axes: ['CK'],
      optional: true,
      help: 'Of "Train a linear SVM" on HOG of windows of this size. Not wired: people, 64 × 128, as trained for OpenCV.',
    }),
    bias: socket.tensor({ axes: ['C'], optional: true, help: 'Of the same SVM.' }),
  },
  params: {
    width: param.integer({
      default: 64,
      min: 8,
      max: 1024,
      soft: [16, 128],
      label: 'Width',
      help: 'Of the window, in pixels of the smallest size that is found.',
    }),
    height: param.integer({
      default: 128,
      min: 8,
      max: 1024,
      soft: [16, 256],
      label: 'Height',
      help: 'Of the window.',
    }),
    threshold: param.number({
      default: 0,
      min: -100,
      max: 100,
      soft: [-2, 4],
      label: 'Threshold',
      help: 'The margin from which a window counts. Lower finds more, and more that is wrong.',
    }),
    scale: param.number({
      default: 1.1,
      min: 1.01,
      max: 4,
      soft: [1.05, 2],
      label: 'Scale step',
      help: 'How much larger each window is than the one before. Values nearer to 1 find more and take longer.',
    }),
    step: param.integer({
      default: 1,
      min: 1,
      max: 64,
      soft: [1, 8],
      label: 'Step',
      help: 'From window to window, in cells.',
    }),
    class: param.integer({
      default: 0,
      min: 0,
      max: 999,
      soft: [0, 20],
      label: 'Class',
      help: 'Which column of the wired weights is looked for.',
    }),
    name: param.text({ default: 'person', label: 'Name', help: 'Of what is found.' }),
    ...hogParams({ cell: 8 }),
  },
  outputs: {
    boxes: socket.boxes({ over: 'image', help: 'Several for each thing: wire them to non-maximum suppression.' }),
  },
  shape: ({ image }) => (image ? { boxes: { kind: 'boxes', width: image.width, height: image.height } } : {}),
  run: async ({ image, weights, bias, width, height, threshold, scale, step, class: id, name, ...params }, { ops }) => {
    largestPicture(label, image)
    const { cell, block } = params
    if (width % cell > 0 || height % cell > 0 || Math.min(width, height) < cell * block)
      throw new SightlineError('hog.window', { width, height, cell, least: cell * block })
    const model = await modelOf(ops, { weights, bias, id, width, height }, params)
    const colours = await filledColours(ops, image, 1)
    const scan = { width, height, scale, step, threshold }
    const hits = await ops.read(await ops.hogWindows(colours, { hog: params, scan, ...model }), {})
    const count = hits.length / 5
    const candidates = {
      boxes: Array.from({ length: 4 * count }, (_, i) => hits[5 * (i >> 2) + (i & 3)] ?? 0),
      scores: Array.from({ length: count }, (_, i) => 1 / (1 + Math.exp(-(hits[5 * i + 4] ?? 0)))),
      classes: new Array<number>(count).fill(0),
    }
    return { boxes: await boxesFrom(candidates, { width: image.width, height: image.height, names: [name] }, ops) }
  },
  explain: {
    idea: 'What the edges of a window look like is a row of numbers, HOG. A linear SVM has learned which rows mean a person. It is asked everywhere, and again on smaller and smaller pictures, so that larger people are found too.',
    formula: String.raw`\text{found} \iff w^\top \mathrm{HOG}(I_s[x, y]) + b \ge \param{threshold}{t}, \qquad s = \param{scale}{a}^{k}`,
    reference:
      'OpenCV HOGDescriptor::detectMultiScale; N. Dalal and B. Triggs, Histograms of oriented gradients for human detection, 2005; chapter 6.1.',
    code: 'hog = cv2.HOGDescriptor(); hog.setSVMDetector(cv2.HOGDescriptor_getDefaultPeopleDetector()); boxes, margins = hog.detectMultiScale(np.uint8(np.rint(255 * image)), hitThreshold={threshold}, winStride=(8 * {step}, 8 * {step}), scale={scale}, groupThreshold=0)',
  },
})
