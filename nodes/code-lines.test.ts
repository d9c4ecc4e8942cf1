/**
 * Every line of code that a node shows is run by Python, for every choice, and gives what the node gives. Lines for packages that
 * are not installed are only read: they must not name what nobody gives them.
 */
import { spawnSync } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { NodeDefinition } from '../engine/graph/node.ts'
import type { ParamSpec, ParamValue } from '../engine/types/param.ts'
import { SightlineError } from '../engine/types/problem.ts'
import { codeFor } from '../engine/types/template.ts'
import type { ColourSpace, ImageShape, ImageValue, Value } from '../engine/values/index.ts'
import type { SocketSpec } from '../engine/values/socket.ts'
import { noise } from '../host/testing/cpu.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { catalogue } from './catalogue.ts'

const python = '/usr/bin/python3'
const usable = spawnSync(python, ['-c', 'import cv2, numpy']).status === 0

type Params = Readonly<Record<string, ParamValue>>
interface Given {
  readonly array?: string
  readonly dtype?: string
  readonly shape?: readonly number[]
  readonly python?: string
}
interface Answer {
  readonly error?: string
  readonly skipped?: string
  readonly results?: Readonly<
    Record<string, { readonly text?: string; readonly shape?: number[]; readonly array?: string }>
  >
}
interface Case {
  readonly node: NodeDefinition
  readonly look: Look
  readonly params: Params
  readonly name: string
  readonly line: string
}

let bench: NodeBench
let folder: string
let cases: readonly Case[] = []
let answers: readonly Answer[] = []

/** What lines are run on: noise, parts of three photographs, and pictures that are nothing but edge. */
interface Look {
  readonly name: string
  readonly height: number
  readonly width: number
  /** Of a photograph: where its part begins. */
  readonly at?: readonly [left: number, top: number]
}
const chance: Look = { name: 'noise', height: 24, width: 20 }
const photographs: readonly Look[] = [
  { name: 'camera', height: 34, width: 30, at: [236, 110] },
  { name: 'chelsea', height: 30, width: 36, at: [160, 100] },
  { name: 'coffee', height: 32, width: 32, at: [300, 120] },
]
const brinks: readonly Look[] = [
  { name: 'one pixel', height: 1, width: 1 },
  { name: 'a row', height: 1, width: 7 },
  { name: 'a column', height: 6, width: 1 },
  { name: 'two by three', height: 2, width: 3 },
]
/** Of each photograph the bytes of its part, RGB. */
const parts = new Map<string, Uint8Array>()

const sized = ({ height, width }: Look, channels: number, space: ColourSpace): ImageShape => ({
  ...{ kind: 'image', height, width, channels, space, alpha: false },
  ...(space !== 'lab' && space !== 'hsv' && { range: [0, 1] as const }),
})
/** Whole bytes, as a file has them; no 0, by which one can divide. The second picture is the first, mirrored. */
function numbersOf(look: Look, channels: number, seed: number): Float32Array {
  const { height, width, name } = look
  const photo = parts.get(name)
  const count = height * width * channels
  if (!photo) return noise(count, seed).map((value) => (1 + Math.round(value * 254)) / 255)
  return Float32Array.from({ length: count }, (_, i) => {
    const [place, c] = [Math.floor(i / channels), i % channels]
    const [y, x] = [Math.floor(place / width), place % width]
    const from = 3 * (y * width + (seed % 2 === 1 ? x : width - 1 - x)) + Math.min(2, c + ((seed - 1) >> 1))
    return Math.max(1, photo[from] ?? 0) / 255
  })
}

interface Picture {
  readonly shape: ImageShape
  readonly numbers: Float32Array
}
const spaceOf = (channels: number): ColourSpace => (channels === 1 ? 'gray' : channels === 2 ? 'data' : 'rgb')
const pictureOf =
  (look: Look) =>
  (channels: number, seed: number, space: ColourSpace = spaceOf(channels)): Picture => ({
    shape: sized(look, channels, space),
    numbers: numbersOf(look, channels, seed),
  })
/** Gray pictures have two axes in Python. */
const asGiven = ({ shape, numbers }: Picture): Given => ({
  array: Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString('base64'),
  dtype: 'float32',
  shape: shape.channels === 1 ? [shape.height, shape.width] : [shape.height, shape.width, shape.channels],
})

/** Three channels where an input takes them. */
const channelsOf = ({ channels }: SocketSpec): number => (channels && !channels.includes(3) ? (channels[0] ?? 3) : 3)

/** The inputs of a node, by socket. Gray where the line is about gray pictures. */
function inputsOf({ type, inputs }: NodeDefinition, params: Params, look: Look): Readonly<Record<string, Picture>> {
  const picture = pictureOf(look)
  const gray =
    type === 'edge/sobel' ||
    type === 'edge/non-maximum-suppression' ||
    type === 'colour/clahe' ||
    (type === 'math/threshold' && params.mode === 'otsu') ||
    (type === 'colour/equalise' && params.of === 'lightness')
  const found: Record<string, Picture> = {}
  for (const [i, [name, socket]] of Object.entries(inputs).entries()) {
    if (type === 'colour/merge') {
      if (i < 3) found[name] = picture(1, i + 1)
    } else if (type === 'colour/convert') found[name] = picture(3, i + 1, params.to === 'rgb' ? 'bgr' : 'rgb')
    else if (socket.type === 'mask') found[name] = picture(1, i + 1)
    else if (socket.type === 'image' || socket.type === 'any')
      found[name] = picture(gray ? 1 : channelsOf(socket), i + 1)
  }
  return found
}

/** What the lines of these nodes are given besides pictures: as their own comment or reference says. */
const boxes: Readonly<Record<string, Given>> = {
  boxes: { python: 'np.array([[1.0, 2, 9, 8], [2, 2, 9, 8], [10, 10, 15, 15]])' },
  scores: { python: 'np.array([0.9, 0.8, 0.7])' },
  classes: { python: 'np.array([0, 1, 0])' },
  colours: { python: '[(1.0, 0.5, 0)] * 7' },
}
const labelled: Readonly<Record<string, Given>> = {
  labels: { python: 'np.random.randint(0, 3, (4, 5))' },
  truth: { python: 'np.random.randint(0, 3, (4, 5))' },
  count: { python: '3' },
}
const features: Readonly<Record<string, Given>> = {
  features: { python: 'torch.rand(1, 3, 12, 15)' },
  boxes: { python: 'np.float32([[1, 2, 9, 8], [2, 2, 9, 8]])' },
}
const large: Readonly<Record<string, Given>> = { image: { python: 'np.random.rand(160, 96, 3).astype(np.float32)' } }
const examples: Readonly<Record<string, Given>> = {
  ...{ features: { python: 'np.random.rand(30, 3)' }, targets: { python: 'np.arange(30) % 3' } },
}
/** Sizes and tensors that the lines of layers speak of. */
const layers: Readonly<Record<string, Given>> = {
  ...{ channels: { python: '96' }, features: { python: '768' }, model: { python: 'torch.nn.Identity()' } },
  ...{ a: { python: 'torch.rand(1, 3, 4, 4)' }, b: { python: 'torch.rand(1, 3, 4, 4)' } },
  ...{ x: { python: 'torch.rand(1, 3, 4, 4)' }, class_token: { python: 'torch.zeros(1, 1, 3)' } },
  pos_embedding: { python: 'torch.zeros(1, 17, 3)' },
}
const extras: Readonly<Record<string, (params: Params) => Readonly<Record<string, Given>>>> = {
  'draw/boxes': () => boxes,
  'draw/lines': () => ({ lines: { python: '[np.array([[2, 3], [9, 4], [5, 11]])]' } }),
  'draw/keypoints': () => ({ keypoints: { python: '[cv2.KeyPoint(5.0, 6.0, 4.0, 30.0)]' } }),
  'feature/match-lines': () => ({
    first: { python: 'np.zeros((3, 2))' },
    second: { python: 'np.ones((3, 2))' },
  }),
  'geometry/stitch': () => ({ matrix: { python: 'np.eye(3)' } }),
  'feature/match': () => ({
    first: { python: 'np.random.rand(5, 8).astype(np.float32)' },
    second: { python: 'np.random.rand(6, 8).astype(np.float32)' },
  }),
  'geometry/homography': () => ({
    first: { python: 'np.random.rand(9, 2) * 100' },
    second: { python: 'np.random.rand(9, 2) * 100' },
  }),
  'detect/nms': () => boxes,
  'detect/filter': () => boxes,
  'detect/proposals': () => ({ ...boxes, height: { python: '24' }, width: { python: '20' } }),
  'measure/sweep': () => ({ run: { python: 'lambda *given: given' } }),
  'measure/average-precision': () => ({
    precision: { python: 'np.array([1, 1, 2 / 3])' },
    recall: { python: 'np.array([0.25, 0.5, 0.5])' },
  }),
  'measure/pr-curve': () => ({ hits: { python: 'np.array([1, 0, 1])' }, count: { python: '4' } }),
  'measure/region-statistics': () => ({ labels: { python: 'np.random.randint(0, 3, (24, 20))' } }),
  'segment/from-image': () => ({ palette: { python: 'np.zeros((256, 3))' } }),
  'network/roi-align': () => features,
  'network/roi-pool': () => features,
  'measure/match': () => ({ overlaps: { python: 'np.random.rand(3, 4)' } }),
  'measure/mean-iou': () => labelled,
  'measure/confusion-matrix': () => labelled,
  'measure/confusion-labels': () => ({
    ...{ labels: { python: '[0, 1, 2, 2]' }, truth: { python: '[0, 1, 1, 2]' }, count: { python: '3' } },
  }),
  'measure/listed-pictures': () => ({
    ...{ images: { python: '{"a.png": 1, "b.png": 2}' }, names: { python: '["b.png", "c.png"]' } },
  }),
  'classify/from-names': () => ({ names: { python: '["cat/1.jpg", "Egyptian_Mau_12.jpg"]' } }),
  'measure/confusion-boxes': () => ({ overlaps: { python: 'np.random.rand(3, 4)' } }),
  'measure/panoptic-quality': () => ({
    ious: { python: '[0.8, 0.6]' },
    ...{ wrong: { python: '1' }, missed: { python: '2' } },
  }),
  'measure/iou': () => ({ ...boxes, other: boxes.boxes ?? {} }),
  'detect/decode': ({ format }) => {
    const random = (...shape: number[]): Given => ({ python: `np.random.rand(${shape.join(', ')})` })
    const boxes = format === 'ssd' ? random(1, 9, 1, 4) : random(1, 9, 4)
    return {
      ...{ scores: random(1, 9, 90), boxes, anchors: random(9, 4), centreness: random(1, 9, 1) },
      ...{ heat: random(1, 3, 8, 8), sizes: random(1, 2, 8, 8), offsets: random(1, 2, 8, 8) },
      output: format === 'fastestdet' ? random(1, 85, 4, 4) : random(1, 21, 85),
      ...{ stride8: random(1, 255, 4, 4), priors: random(3, 2, 1, 1) },
      grid: { python: 'np.zeros((21, 2))' },
      stride: { python: 'np.full((21, 1), 8.0)' },
      cells: { python: 'np.zeros((2, 4, 4))' },
    }
  },
  'detect/ssd-mobilenet': () => ({
    model: { python: 'lambda picture: (np.random.rand(9, 90), np.random.rand(9, 4))' },
  }),
  'detect/cuboid-points': () => ({
    landmarks: { python: 'np.random.rand(1, 18)' },
    ...{ presence: { python: 'np.ones((1, 1))' }, M: { python: 'np.eye(2, 3)' } },
  }),
  'detect/lift-cuboids': () => ({
    points: { python: 'np.random.rand(9, 2) * 20' },
    ...{ fx: { python: '20.0' }, fy: { python: '20.0' }, cx: { python: '10.0' }, cy: { python: '12.0' } },
  }),
  'pose/crops': () => ({
    boxes: { python: 'np.array([[2.0, 3, 12, 15]])' },
    points: { python: 'np.array([[4.0, 14], [9, 5], [8, 4]])' },
  }),
  'pose/hand-points': () => ({
    landmarks: { python: 'np.random.rand(1, 63)' },
    ...{ presence: { python: 'np.ones((1, 1))' }, handedness: { python: 'np.ones((1, 1))' } },
    M: { python: 'np.eye(2, 3)' },
  }),
  'pose/body-points': () => ({
    landmarks: { python: 'np.random.rand(1, 195)' },
    ...{ presence: { python: 'np.ones((1, 1))' }, M: { python: 'np.eye(2, 3)' } },
  }),
  'pose/coco-points': () => ({
    ...{ output: { python: 'np.random.rand(1, 1, 17, 3)' }, M: { python: 'np.eye(2, 3)' } },
  }),
  'pose/together': () => ({ parts: { python: '[np.zeros((21, 2)), np.zeros((21, 2))]' } }),
  'segment/sam2-masks': () => ({
    masks: { python: 'np.random.rand(1, 3, 8, 8).astype(np.float32)' },
    scores: { python: 'np.random.rand(1, 3)' },
  }),
  'segment/paste-masks': () => ({
    masks: { python: 'torch.rand(1, 1, 4, 4)' },
    boxes: { python: 'torch.tensor([[1.0, 2, 9, 8]])' },
  }),
  'geometry/box-crops': () => ({ matrices: { python: '[np.float64([[1, 0, 0], [0, 1, 0]])]' } }),
  'tensor/flatten': () => ({ tensor: { python: 'np.zeros((2, 3, 4))' } }),
  'tensor/stack': () => ({ tensors: { python: '[np.zeros((2, 3)), np.ones((2, 3))]' } }),
  'network/dense': () => ({
    ...{ features: { python: 'np.random.rand(4, 3)' }, weights: { python: 'np.random.rand(3, 2)' } },
    bias: { python: 'np.zeros(2)' },
  }),
  'classify/linear-svm': () => ({
    ...{ features: { python: 'np.eye(4)' }, labels: { python: '[0, 1, 0, 1]' } },
  }),
  'classify/captures': () => ({ a: { python: '[0]' }, b: { python: '[0]' } }),
  'measure/plot': () => ({ table: { python: "type('', (), {'plot': lambda *_, **__: 0})()" } }),
  'network/train-gan': () => ({
    ...{ real: { python: 'torch.zeros(2, 1, 4, 4)' }, noise: { python: 'torch.zeros(2, 16)' } },
    ...{ made: { python: 'torch.zeros(2, 1, 4, 4)' }, slope: { python: 'torch.zeros(2, 1, 4, 4)' } },
    generator: { python: 'lambda z: z.reshape(2, 1, 4, 4)' },
    discriminator: { python: 'lambda x: x.flatten(1).mean(1)' },
    critic: { python: 'lambda x: x.flatten(1).mean(1)' },
  }),
  'network/test': () => ({ probabilities: { python: 'np.eye(3)' }, targets: { python: 'np.arange(3)' } }),
  'augment/crop': () => ({ batch: { python: 'np.zeros((2, 3, 5, 7))' } }),
  'augment/mixup': () => ({ batch: { python: 'np.zeros((2, 3, 5, 7))' } }),
  'io/cifar': () => ({
    torchvision: {
      python:
        "type('', (), {'datasets': type('', (), {'CIFAR10': lambda *_, **__: type('', (), {'data': np.zeros((2, 32, 32, 3)), 'targets': [0, 1]})()})})()",
    },
  }),
  'io/labelled-folder': () => ({
    torchvision: {
      python:
        "type('', (), {'transforms': torchvision.transforms, 'datasets': type('', (), {'ImageFolder': lambda *_: 0})})()",
    },
  }),
  'io/sample-data': () => ({
    sklearn: {
      python:
        "type('', (), {'datasets': type('', (), {'load_digits': lambda: type('', (), {'images': np.zeros((9, 8, 8)), 'target': np.zeros(9)})()})})",
    },
    torchvision: {
      python:
        "type('', (), {'datasets': type('', (), {'FashionMNIST': lambda *_, **__: type('', (), {'data': torch.zeros(9, 28, 28), 'targets': torch.zeros(9)})()})})",
    },
  }),
  // OpenCV writes beyond its memory where a picture is smaller than the window.
  'detect/hog-svm': () => large,
  'detect/hog-people': () => large,
  'learn/linear-svm': () => examples,
  'learn/pca': () => ({ features: { python: 'np.random.rand(300, 300)' } }),
  // Only whether there is such a class with such settings: laying out takes seconds.
  'learn/tsne': () => ({
    features: { python: 'None' },
    sklearn: {
      python:
        "type('', (), {'manifold': type('', (), {'TSNE': lambda *a, **k: type('', (), {'fit_transform': lambda self, rows: rows, **{'made': sklearn.manifold.TSNE(*a, **k)}})()})})",
    },
  }),
  'learn/scatter': () => ({ features: { python: 'np.random.rand(9, 3)' } }),
  'learn/nearest': () => ({
    ...{ features: { python: 'np.random.rand(1100, 3)' }, query: { python: 'np.random.rand(1, 3)' } },
  }),
  'learn/k-means': () => ({ features: { python: 'np.random.rand(1100, 3)' } }),
  'learn/adaboost': () => examples,
  'classify/adaboost': () => ({
    ...{ features: examples.features ?? {} },
    boost: { python: "type('', (), {'decision_function': lambda self, rows: rows})()" },
  }),
  'classify/predict': () => ({ scores: { python: 'np.random.rand(30, 3)' }, targets: examples.targets ?? {} }),
  'classify/targets': () => ({ labels: { python: "['cat', 'dog', 'cat']" } }),
  'network/architecture': () => ({
    // Only whether there is such a model: building all of them takes minutes.
    torchvision: {
      python:
        "type('', (), {'models': type('', (), {'segmentation': type('', (), {'__getattr__': lambda _, name: lambda **__: getattr(torchvision.models.segmentation, name)})(), '__getattr__': lambda _, name: lambda **__: getattr(torchvision.models, name)})()})",
    },
    ...{ LeNet5: { python: 'dict' }, UNet: { python: 'dict' }, SegFormer: { python: 'dict' } },
  }),
  'network/summary': () => layers,
  'network/block': () => layers,
  'network/run': () => ({ model: { python: 'torch.nn.Identity()' } }),
  'network/grad-cam': () => ({
    ...{ maps: { python: 'torch.rand(1, 2, 3, 3, requires_grad=True)' }, c: { python: '1' } },
    head: { python: 'torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(18, 4))' },
  }),
  'network/activations': () => ({ activation: { python: 'np.random.rand(1, 2, 3)' } }),
  'network/layer-weights': () => ({
    model: { python: "type('', (), {'state_dict': lambda self: {'': torch.rand(4, 3, 5, 5)}})()" },
  }),
  'network/receptive-field': () => ({
    layers: { python: 'torch.nn.Conv2d(3, 2, 3)' },
    x: { python: 'torch.rand(1, 3, 8, 8, requires_grad=True)' },
    ...{ row: { python: '2' }, column: { python: '1' } },
  }),
  'network/attention': () => ({
    ...{ attention: { python: 'torch.nn.MultiheadAttention(8, 2, batch_first=True)' } },
    ...{ x: { python: 'torch.rand(1, 5, 8)' }, means: { python: '[np.eye(5), np.eye(5)]' } },
  }),
  'network/train': () => ({ model: { python: 'torch.nn.Linear(2, 2)' } }),
  'network/export': () => ({
    model: { python: 'None' },
    x: { python: 'None' },
    torch: { python: "type('', (), {'onnx': type('', (), {'export': lambda model, x, path: path})})" },
  }),
  'network/weights': () => ({
    model: { python: 'torch.nn.Identity()' },
    torch: { python: "type('', (), {'load': lambda path: {}})" },
  }),
  'network/layer-attention': () => layers,
  'network/layer-merge-patches': () => layers,
  'network/layer-resize': () => ({ x: { python: 'torch.rand(1, 1, 4, 4)' } }),
  'network/layer-shape': () => ({ x: { python: 'torch.rand(1, 2, 3, 4)' } }),
  'network/layer-squeeze-excite': () => layers,
  'network/layer-convolution': () => layers,
  'network/layer-join': () => layers,
  'network/layer-linear': () => layers,
  'network/layer-norm': () => layers,
  'network/layer-tokens': () => layers,
  'model/cost': () => ({ model: { python: 'None' } }),
  'feature/hog-batch': () => ({ batch: { python: 'np.random.rand(2, 1, 28, 28)' } }),
  'classify/ridge': () => ({
    ...{ features: { python: 'np.eye(4)' }, targets: { python: 'np.random.rand(4, 2)' } },
  }),
  'detect/box-targets': () => ({
    ...{
      overlaps: { python: 'np.random.rand(2, 3)' },
      boxes: { python: 'torch.tensor([[1.0, 2, 9, 8], [0, 0, 4, 4]])' },
    },
    truth: { python: 'torch.tensor([[1.0, 2, 9, 8], [0, 0, 4, 4], [1, 1, 2, 2]])' },
  }),
  'detect/regress-boxes': () => ({
    ...{ deltas: { python: 'torch.rand(1, 4)' }, boxes: { python: 'torch.tensor([[1.0, 2, 9, 8]])' } },
    ...{ height: { python: '40' }, width: { python: '50' } },
  }),
  'detect/label-boxes': () => ({ overlaps: { python: 'np.random.rand(4, 2)' } }),
  'detect/score-boxes': () => ({ scores: { python: 'np.random.rand(4, 3)' } }),
  'segment/panoptic-merge': () => ({
    masks: { python: 'np.random.rand(2, 4, 5) > 0.5' },
    ...{ scores: { python: 'np.array([0.5, 0.9])' }, segments: { python: 'np.zeros((4, 5), int)' } },
  }),
  'segment/yolo-masks': () => ({
    ...{ weights: { python: 'np.random.rand(2, 3)' }, prototypes: { python: 'np.random.rand(1, 3, 4, 5)' } },
  }),
  'segment/colours': () => ({
    labels: { python: 'np.array([[0, 1], [2, 1]])' },
    colours: { python: 'np.array([[1.0, 0, 1], [0, 1, 0]])' },
  }),
  'segment/sam2': () => ({
    predictor: {
      python:
        "type('Predictor', (), {'set_image': lambda self, image: None, 'predict': lambda self, points, labels: (np.zeros((3, 4, 4)), np.zeros(3), None)})()",
    },
  }),
  'detect/mediapipe': () => ({
    numbers: { python: 'np.random.rand(1, 9, 16)' },
    scores: { python: 'np.random.rand(1, 9, 1)' },
    anchors: { python: 'np.zeros((9, 2))' },
  }),
  'splat/render': () => ({
    means: { python: 'torch.rand(3, 3)' },
    ...{ quats: { python: 'torch.rand(3, 4)' }, scales: { python: 'torch.rand(3, 3)' } },
    ...{ opacities: { python: 'torch.rand(3)' }, sh: { python: 'torch.rand(3, 1, 3)' }, degree: { python: '0' } },
    ...{ view: { python: 'torch.eye(4)' }, K: { python: 'torch.eye(3)' } },
    ...{ width: { python: '8' }, height: { python: '8' } },
  }),
  'splat/crop': () => ({ means: { python: 'np.random.rand(5, 3)' } }),
  'splat/filter': () => ({ opacities: { python: 'np.random.rand(5)' }, scales: { python: 'np.random.rand(5, 3)' } }),
  'splat/decimate': () => ({ opacities: { python: 'np.random.rand(5)' }, scales: { python: 'np.random.rand(5, 3)' } }),
  'splat/statistics': () => ({
    opacities: { python: 'np.random.rand(5)' },
    scales: { python: 'np.random.rand(5, 3)' },
  }),
  'splat/filter-colour': () => ({ sh: { python: 'np.random.rand(5, 4, 3)' } }),
  'splat/remove-floaters': () => ({ means: { python: 'np.random.rand(120, 3)' } }),
  'splat/from-points': () => ({ points: { python: 'np.random.rand(9, 3)' } }),
  'splat/train': () => ({
    image: { python: 'torch.rand(4, 4, 3, requires_grad=True)' },
    target: { python: 'torch.rand(4, 4, 3)' },
    ssim: { python: 'lambda a, b: (a * b).mean()' },
    optimizer: { python: "type('Optimizer', (), {'step': lambda self: None})()" },
  }),
  'splat/merge': () => ({ first: { python: 'np.zeros((2, 3))' }, second: { python: 'np.ones((3, 3))' } }),
  'splat/brush': () => ({
    means: { python: 'np.random.rand(5, 3)' },
    ...{
      eye: { python: 'np.zeros(3)' },
      right: { python: 'np.array([1, 0, 0])' },
      down: { python: 'np.array([0, 1, 0])' },
    },
    ...{ forward: { python: 'np.array([0, 0, 1])' }, focal: { python: '1.0' }, radius: { python: '0.1' } },
    line: { python: 'np.zeros(2)' },
  }),
  'splat/transform': () => ({ means: { python: 'np.random.rand(5, 3)' } }),
  'splat/share': () => ({
    viewer: { python: "'{{scene}}'" },
    sog: { python: "b'PK'" },
    base64: { python: "__import__('base64')" },
  }),
  'splat/save': () => ({ vertices: { python: 'np.zeros(3, [("x", "f4")])' } }),
  'camera/load-set': () => ({
    read_write_model: { python: "type('Model', (), {'read_model': staticmethod(lambda folder: ({}, {}, {}))})" },
    os: { python: "__import__('os')" },
  }),
  'camera/save-set': () => ({
    read_write_model: { python: "type('Model', (), {'write_model': staticmethod(lambda *given: None)})" },
    os: { python: "__import__('os')" },
    cameras: { python: '{}' },
    images: { python: '{}' },
  }),
  'camera/pinhole': () => ({ points: { python: 'np.random.rand(5, 3)' } }),
  'model/onnx': () => ({ inputs: { python: '{}' } }),
  'model/tfjs': () => ({ inputs: { python: '{}' } }),
  'model/tflite': () => ({ inputs: { python: '{}' } }),
  'network/conv2d': () => ({ image: { python: 'torch.rand(1, 3, 24, 20)' } }),
  'network/max-pool': () => ({ image: { python: 'torch.rand(1, 3, 24, 20)' } }),
  'classify/activation-map': () => ({
    features: { python: 'np.random.rand(1, 7, 7, 5)' },
    weights: { python: 'np.random.rand(5, 9)' },
    scores: { python: 'np.random.rand(1, 9)' },
  }),
  'classify/labels': () => ({ scores: { python: 'np.random.rand(9)' } }),
  'classify/mobilenet-v1': () => ({ model: { python: 'lambda x: np.random.rand(1, 1001)' } }),
  'classify/resnet50': () => ({
    preprocess: { python: 'lambda x: x' },
    decode: { python: 'lambda p, top: p' },
    model: { python: 'lambda x: np.random.rand(1, 1000)' },
  }),
  'detect/centernet': () => ({ model: { python: 'lambda x: np.random.rand(1, 9, 6).astype(np.float32)' } }),
  'feature/mlsd-lines': () => ({
    scores: { python: 'np.random.rand(1, 6, 7, 1)' },
    offsets: { python: 'np.random.rand(1, 6, 7, 4)' },
  }),
  'model/tiled': () => ({ f: { python: 'lambda x: np.repeat(np.repeat(x, 2, axis=0), 2, axis=1)' } }),
  'restore/upscale': () => ({ model: { python: 'lambda x, factor: np.zeros((4, 4, 3))' } }),
  'text/decode': () => ({ tensor: { python: 'np.random.rand(2, 5, 4)' }, characters: { python: "['a', 'b', 'c']" } }),
  'text/lines': () => ({ regions: { python: '[([[1, 2], [9, 2], [9, 8], [1, 8]], 8, 6)]' } }),
  'text/regions': () => ({ tensor: { python: 'np.random.rand(1, 1, 9, 9)' } }),
  'segment/deeplab': () => ({ model: { python: 'lambda x: np.zeros((1, 5, 5))' } }),
  'segment/to-labels': () => ({ tensor: { python: 'np.random.rand(1, 7, 7, 21)' } }),
  'segment/to-mask': () => ({ tensor: { python: 'np.random.rand(7, 7)' } }),
  'segment/watershed': () => ({ markers: { python: 'None' } }),
  'filter/wired-kernel': () => ({ kernel: { python: 'np.ones((3, 3))' } }),
  'network/filters': () => ({ weights: { python: 'np.random.rand(7, 7, 3, 4)' } }),
  'network/nearest-filter': () => ({ weights: { python: 'np.random.rand(7, 7, 3, 4)' } }),
  'model/weights': () => ({ model: { python: 'type("Model", (), {"state_dict": lambda self: {"": 0}})()' } }),
  'tensor/to-image': () => ({ tensor: { python: 'np.random.rand(3, 4, 5)' } }),
  'tensor/denormalise': () => ({ tensor: { python: 'np.random.rand(3, 4, 5)' } }),
}
/** Where a line puts an output: a name, `_` for the value of its last expression. Absent: an image is `image` or `_`. */
const outputs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'network/multiplies': { standard: 'standard', separable: 'separable', ratio: 'ratio' },
  'segment/watershed': { count: 'count' },
  'segment/flood-fill': { area: 'area' },
  'frequency/fourier': { magnitude: 'magnitude' },
  'frequency/band-filter': { image: 'image', response: 'response' },
  'edge/derivative': { x: 'gx', y: 'gy', magnitude: 'magnitude' },
  'edge/sobel': { x: 'gx', y: 'gy', magnitude: 'magnitude' },
  'geometry/letterbox': { image: 'boxed' },
  'detect/sliding-window': { count: 'count' },
  'tensor/compare': { difference: '_' },
  'tensor/view': { tensor: 'tensor' },
  'tensor/normalise': { tensor: '_' },
  'restore/hole-mask': { tensor: 'tensor' },
  'feature/mlsd-tensor': { tensor: 'tensor' },
  'draw/polygon': { mask: 'mask' },
  'measure/ssim': { map: 'map', ssim: 'ssim' },
  'measure/delta-e': { difference: 'difference', mean: 'mean', maximum: 'maximum' },
  'measure/joint-histogram': { image: 'image', correlation: 'correlation' },
  'colour/in-range': { mask: 'mask', share: 'share' },
  'colour/split': { first: 'first', second: 'second', third: 'third' },
  'segment/components': { count: 'count' },
  'edge/non-maximum-suppression': { image: 'image' },
  'edge/hysteresis': { image: 'image' },
  'feature/harris': { response: 'response' },
  'feature/good-features': { response: 'response' },
  'feature/fast': { count: 'count' },
  'feature/hog': { vector: 'vector' },
  'feature/lbp': { image: 'image' },
  'feature/contours': { count: 'count' },
}
/** Nodes whose lines give nothing to compare, and why. */
const incomparable: Readonly<Record<string, string>> = {
  'edge/canny': 'made of five nodes; tested against OpenCV in its own test',
  'feature/match-lines': 'its inputs are no pictures; tested in its own test',
  'geometry/stitch': 'its size follows from numbers; tested in its own test',
  'feature/hough-lines': 'tested against OpenCV in its own test',
  'feature/hough-segments': 'tested against OpenCV in its own test',
  'feature/hough-circles': 'tested against OpenCV in its own test',
  'feature/sift': 'tested against OpenCV in its own test',
  'feature/orb': 'tested beside OpenCV in its own test',
  'feature/match': 'its inputs are no pictures; tested in its own test',
  'geometry/homography': 'its inputs are no pictures; tested in its own test',
  'draw/boxes': 'OpenCV draws lines with other pixels',
  'draw/text': 'OpenCV has other letters',
  'draw/lines': 'OpenCV draws lines with other pixels',
  'draw/keypoints': 'OpenCV draws circles with other pixels',
  'draw/mask': 'tested against shapely in its own test',
  'io/camera': 'there may be no camera',
  'io/test-source': 'its picture is drawn',
  'io/sample-data': 'downloads what comes with Sightline',
  'io/sample-image': 'the samples are JPEGs of the pictures of scikit-image',
  'io/folder': 'has a test of its own',
  'io/save-image': 'has a test of its own',
  'tensor/inspect': 'prints',
  'model/weights': 'needs a model',
  'model/cost': 'needs a model',
  'filter/pyramid': 'gives a sequence; tested against OpenCV in its own test',
  'filter/wired-kernel': 'one of its inputs is no picture; its op is compared with OpenCV',
  'network/filters': 'its input is no picture',
  'network/nearest-filter': 'its input is no picture; tested in nodes/kernels.test.ts',
  'classify/activation-map': 'its inputs are no pictures; tested with its network',
  'classify/labels': 'its input is no picture; tested with its network',
  'classify/resnet50': 'needs its network',
  'classify/efficientnet-lite': 'needs its network',
  'classify/mobilenet-v1': 'needs its network',
  'depth/fastdepth': 'needs its network',
  'segment/deeplab': 'needs its network',
  'segment/u2netp': 'needs its network',
  'create/noise': 'NumPy has other random numbers',
  'colour/quantise': 'OpenCV begins with other colours',
  'measure/histogram': 'gives a plot, tested in nodes.test.ts',
  'measure/line-profile': 'gives a plot, tested in nodes.test.ts',
  'measure/region-statistics': 'gives a table, tested in nodes.test.ts',
  'filter/noise': 'NumPy has other random numbers',
  'restore/inpaint': 'needs its network',
  'restore/upscale': 'needs its network',
  'model/tiled': 'needs a network',
  'text/detect': 'needs its network',
  'detect/centernet': 'needs its network',
  'feature/line-segments': 'needs its network',
  'feature/mlsd-lines': 'tested with its network',
  'text/read': 'needs its network',
  'text/regions': 'tested against OpenCV and shapely in its own test',
  'text/lines': 'tested with its network',
  'text/decode': 'tested with its network',
  'segment/modnet': 'needs its network',
  'segment/to-labels': 'its input is no picture; tested with its network',
  'segment/to-mask': 'its input is no picture; tested with its network',
  'tensor/to-image': 'its input is no picture',
  'tensor/denormalise': 'its input is no picture; tested in its own test',
  'network/input': 'builds a network; its weights and outputs are tested against torch',
  'network/architecture': 'builds a network; its weights and outputs are tested against torch',
  'network/summary': 'builds a network; its weights and outputs are tested against torch',
  'network/layer-convolution': 'builds a network; its weights and outputs are tested against torch',
  'network/layer-linear': 'builds a network; its weights and outputs are tested against torch',
  'network/layer-norm': 'builds a network; its weights and outputs are tested against torch',
  'network/layer-activation': 'builds a network; its weights and outputs are tested against torch',
  'network/layer-pool': 'builds a network; its weights and outputs are tested against torch',
  'network/layer-flatten': 'builds a network; its weights and outputs are tested against torch',
  'network/layer-join': 'builds a network; its weights and outputs are tested against torch',
  'network/layer-attention': 'builds a network; its weights and outputs are tested against torch',
  'network/layer-merge-patches': 'builds a network; its weights and outputs are tested against torch',
  'network/layer-resize': 'builds a network; its weights and outputs are tested against torch',
  'network/layer-shape': 'builds a network; its weights and outputs are tested against torch',
  'network/layer-squeeze-excite': 'builds a network; its weights and outputs are tested against torch',
  'network/layer-tokens': 'builds a network; its weights and outputs are tested against torch',
  'network/train-gan': 'its steps are tested against torch in adversarial.test.ts',
  'network/train': 'its steps are tested against torch in network-training.test.ts',
  'network/run': 'builds a network; its weights and outputs are tested against torch',
  'network/grad-cam': 'needs a network; tested against torch in looking.test.ts',
  'network/attention': 'needs a network; tested against torch in looking.test.ts',
  'network/activations': 'needs a network; tested against torch and NumPy in looking.test.ts',
  'network/layer-weights': 'needs a network; tested against torch in looking.test.ts',
  'network/receptive-field': 'needs a network; tested against torch in looking.test.ts',
  'network/block': 'builds a network; its weights and outputs are tested against torch',
  'network/modernise': 'builds a network; tested against torchvision and the paper in ideas.test.ts',
  'network/compound-scaling': 'builds a network; tested against the formula in ideas.test.ts',
  'network/album': 'lists published numbers',
  'network/export': 'tested with ONNX Runtime and the reader of safetensors',
  'network/weights': 'builds a network; its weights and outputs are tested against torch',
  'network/conv2d': 'its op is tested against PyTorch',
  'network/roi-align': 'its op is tested against torchvision',
  'network/roi-pool': 'its op is tested against torchvision',
  'network/max-pool': 'its op is tested against PyTorch',
  'detect/nms': 'tested against torchvision and OpenCV in their own tests',
  'detect/filter': 'tested in its own test',
  'detect/proposals': 'tested against torchvision in its own test',
  'detect/anchors': 'tested against torchvision in its own test',
  'detect/box': 'gives what is set',
  'io/annotations': 'tested in its own test',
  'measure/sweep': 'runs other nodes, tested in its own test',
  'measure/average-precision': 'tested against pycocotools and VOC’s code',
  'measure/pr-curve': 'tested against pycocotools',
  'measure/match': 'tested with the curve',
  'measure/mean-iou': 'tested against NumPy in its own test',
  'measure/confusion-matrix': 'tested against NumPy in its own test',
  'measure/confusion-labels': 'tested against scikit-learn in its own test',
  'measure/confusion-boxes': 'tested against a second implementation in its own test',
  'measure/listed-pictures': 'chooses among pictures, tested in its own test',
  'classify/from-names': 'reads names, tested in its own test',
  'measure/panoptic-quality': 'tested against panopticapi',
  'segment/from-image': 'its pictures are none of labels',
  'measure/iou': 'tested against torchvision in its own test',
  'detect/decode': 'tested against the papers’ code in its own test',
  'detect/ssd-mobilenet': 'needs its network',
  'detect/mediapipe': 'tested against MediaPipe’s way in its own test',
  'detect/blazeface': 'needs its network',
  'segment/sam2': 'needs its network',
  'detect/objectron': 'needs its network',
  'detect/cuboid-points': 'tested in its own test',
  'detect/lift-cuboids': 'tested against MediaPipe’s way in its own test',
  'pose/blazepose': 'needs its network',
  'pose/hands': 'needs its network',
  'pose/movenet': 'needs its network',
  'pose/crops': 'tested against MediaPipe’s calculators in its own test',
  'pose/hand-points': 'tested against MediaPipe’s calculators in its own test',
  'pose/body-points': 'tested against MediaPipe’s calculators in its own test',
  'pose/coco-points': 'tested with its network',
  'pose/together': 'its inputs are no pictures; tested in its own test',
  'segment/paste-masks': 'tested against torchvision in its own test',
  'geometry/box-crops': 'gives a sequence, tested in its own test',
  'tensor/flatten': 'tested in its own test',
  'tensor/stack': 'takes a sequence, tested in its own test',
  'network/dense': 'tested against torch in its own test',
  'classify/linear-svm': 'tested against scikit-learn in its own test',
  'learn/pca': 'tested against scikit-learn in its own test',
  'learn/tsne': 'tested against scikit-learn in its own test',
  'learn/scatter': 'draws',
  'learn/nearest': 'tested against scikit-learn in its own test',
  'learn/k-means': 'tested against scikit-learn in its own test',
  'learn/adaboost': 'tested against scikit-learn in its own test',
  'classify/adaboost': 'tested against scikit-learn in its own test',
  'classify/predict': 'tested against scikit-learn in its own test',
  'classify/targets': 'tested in its own test',
  'io/labelled-table': 'tested in its own test',
  'io/table': 'tested against pandas’ rules in its own test',
  'measure/plot': 'draws; tested in its own test',
  'detect/hog-svm': 'tested against OpenCV in its own test',
  'detect/hog-people': 'tested against OpenCV in its own test',
  'learn/linear-svm': 'tested against scikit-learn in its own test',
  'detect/haar': 'tested against OpenCV in its own test',
  'feature/hog-batch': 'its input is no picture; tested against HOG of a picture',
  'io/idx': 'tested in its own test',
  'classify/captures': 'gives a sequence; tested in its own test',
  'network/find-rate': 'trains',
  'network/test': 'tested in its own test',
  'augment/flip': 'tested against torchvision in its own test',
  'augment/crop': 'tested against torchvision in its own test',
  'augment/colour-jitter': 'tested against torchvision in its own test',
  'augment/rotation': 'tested against torchvision in its own test',
  'augment/blur': 'tested against torchvision in its own test',
  'augment/cutout': 'tested in its own test',
  'augment/cutmix': 'tested against torchvision in its own test',
  'augment/mixup': 'tested against torchvision in its own test',
  'augment/rand-augment': 'tested against torchvision in its own test',
  'io/cifar': 'tested in its own test',
  'io/labelled-folder': 'tested in its own test',
  'io/mask-folder': 'tested in its own test',
  'classify/ridge': 'tested against scikit-learn in its own test',
  'detect/box-targets': 'tested against torchvision in its own test',
  'detect/regress-boxes': 'tested against torchvision in its own test',
  'detect/label-boxes': 'tested against torchvision in its own test',
  'detect/score-boxes': 'tested in its own test',
  'segment/panoptic-merge': 'tested against a second implementation in its own test',
  'segment/yolo-masks': 'tested against torch in its own test',
  'segment/felzenszwalb': 'tested against scikit-image in its own test',
  'detect/selective-search': 'tested against a second implementation; OpenCV numbers its segments at random',
  'segment/colours': 'its colours are those of the viewer, tested in its own test',
  'segment/sam2-prompts': 'tested against the predictor’s own numbers in its own test',
  'segment/sam2-masks': 'tested against torch in its own test',
  'splat/load': 'tested with its formats',
  'splat/crop': 'tested in its own test',
  'splat/brush': 'tested in its own test',
  'splat/filter': 'tested in its own test',
  'splat/decimate': 'tested in its own test',
  'splat/statistics': 'tested in its own test',
  'splat/filter-colour': 'tested in its own test',
  'splat/remove-floaters': 'tested in its own test',
  'splat/from-points': 'tested in its own test',
  'splat/train': 'its op is tested against PyTorch',
  'splat/merge': 'tested in its own test',
  'splat/transform': 'tested by what is seen',
  'splat/procedural': 'its scenes are made',
  'splat/from-rgbd': 'tested by what is seen',
  'splat/render': 'its op is tested against NumPy',
  'splat/save': 'tested with its formats',
  'splat/share': 'its page is opened in a browser',
  'camera/load-set': 'tested against COLMAP’s and NeRF’s formulas in its own test',
  'camera/save-set': 'tested against COLMAP’s and NeRF’s formulas in its own test',
  'camera/pinhole': 'gives what is set',
  'camera/look-at': 'tested against NumPy in its own test',
  'camera/keyframes': 'gives a sequence, tested in its own test',
  'camera/orbit': 'gives a sequence, tested in its own test',
}
/** Nodes whose results have sizes of their own, some of them hundreds of times those of the pictures. */
const notThere: ReadonlySet<string> = new Set([
  ...['geometry/resize', 'geometry/resize-side', 'geometry/warp-perspective', 'geometry/letterbox'],
  ...['geometry/rotated-crop', 'geometry/pad'],
])
/** What is otherwise on other pictures than noise, and why. By the beginning of a case's name, and what it is of. */
const otherwise: readonly (readonly [case_: RegExp, why: string])[] = [
  [
    /^filter\/bilateral .*constant.* of camera$/,
    'OpenCV reads beyond its table where the border is darker than all of the picture',
  ],
  [/^segment\/distance .* of coffee$/, 'nothing in it is outside: OpenCV gives its largest number, the node infinity'],
  [
    /"border":"wrap".* of (one pixel|a row|a column|two by three)$/,
    'the line lays the picture around itself once, and the window is larger',
  ],
  [
    /^feature\/hog .* of (one pixel|a row|a column|two by three)$/,
    'OpenCV reads beyond a picture that is smaller than its window',
  ],
  [
    /^geometry\/crop .*"x":3.* of (one pixel|a row|a column|two by three)$/,
    'the part lies outside: NumPy gives what is left of it, the node says so',
  ],
  [/^math\/threshold .*otsu.* of one pixel$/, 'one number cannot be parted: OpenCV calls it bright, the node dark'],
  [/^segment\/watershed .* of one pixel$/, 'scikit-image finds no lowest place where there is one place only'],
]
/** Largest differences, of numbers beyond 1 relative to them; 1e-5 for all others. */
const tolerances: Readonly<Record<string, number>> = {
  // OpenCV rounds places to 1/32 of a pixel, and the pictures are noise.
  'geometry/rotate': 1 / 32,
  'geometry/rotated-crop': 1 / 32,
  'geometry/warp-affine': 1 / 32,
  'geometry/warp-perspective': 1 / 32,
  // OpenCV's arc tangent is good to 0.01 degrees.
  'feature/hog': 1e-3,
  // OpenCV computes these with tables.
  'colour/convert lab': 0.7,
  'colour/hue-saturation': 1e-2,
  'colour/curves': 1e-4,
  'create/gradient': 1e-5,
  // OpenCV rounds places to 1/32 of a pixel, and the pictures are noise.
  'geometry/translate': 1 / 32,
  'measure/delta-e': 5e-3,
  'measure/ssim': 1e-4,
  // Where hardly anything differs, OpenCV's floats subtract what is nearly the same.
  'measure/ssim of pictures': 1e-3,
  // OpenCV has 256 colours, and nothing between.
  'colour/colour-map': 0.02,
  'colour/convert hsv': 1e-2,
  'filter/bilateral': 1e-3,
  // Numbers of several hundreds are subtracted.
  'filter/laplacian': 1e-4,
  'colour/convert ycrcb': 1e-4,
}

/** The defaults, every choice, every yes and no, and what makes the line another. */
function variants({ type, params }: NodeDefinition): Params[] {
  const paths: Record<string, ParamValue> = {}
  for (const [name, spec] of Object.entries(params))
    if (spec.type === 'folder') paths[name] = 'pictures'
    else if (spec.type === 'file' && spec.accept?.includes('idx')) paths[name] = 'two.idx.gz'
    else if (spec.type === 'file' && spec.accept?.includes('csv')) paths[name] = 'table.csv'
    else if (spec.type === 'file' && spec.mode === 'save')
      paths[name] = `it's saved.${spec.accept?.includes('html') ? 'html' : 'png'}`
    else if (spec.type === 'file') paths[name] = 'photo.png'
  // Large pictures would only take time.
  if (type.startsWith('create/')) Object.assign(paths, { width: 20, height: 24 })
  const one = (name: string, spec: ParamSpec): Params[] => {
    if (spec.type === 'choice') return spec.of.map((choice) => ({ [name]: choice }))
    return spec.type === 'boolean' ? [{ [name]: true }, { [name]: false }] : []
  }
  const more: Readonly<Record<string, readonly Params[]>> = {
    'filter/median': [1, 3, 7, 31].map((size) => ({ size })),
    'geometry/crop': [{ x: 3, y: 4, width: 5, height: 6 }],
    'geometry/resize': [{ keep: false, width: 30, height: 40 }],
    'geometry/letterbox': [
      { width: 40, height: 30, fill: 0 },
      { width: 40, height: 30, anchor: 'corner' },
    ],
    'geometry/rotate': [{ angle: 90 }, { angle: -33, size: 'fit', border: 'reflect' }],
    'geometry/warp-affine': [
      {
        matrix: [
          [1.3, -0.4, 2],
          [0.2, 0.9, -1.5],
        ],
        width: 30,
        border: 'replicate',
      },
    ],
    'geometry/warp-perspective': [
      {
        corners: [
          [2, 1],
          [17, 4],
          [19, 22],
          [-1, 20],
        ],
        ...{ width: 15, height: 12, border: 'reflect101' },
      },
    ],
    'geometry/rotated-crop': [
      { x: 9, y: 11, width: 14, height: 10, angle: 35 },
      { x: 9, y: 11, width: 14, height: 10, angle: -80, size: 28, border: 'replicate' },
      {
        by: 'points',
        axis: [
          [9, 11],
          [12, 5],
        ],
        size: 16,
      },
    ],
    'geometry/resize-side': [
      { side: 'longer', length: 9 },
      { length: 31, multiple: 8, method: 'bilinear' },
    ],
    'restore/hole-mask': [{ grow: 0 }, { grow: 1, threshold: 0.8 }],
    'detect/sliding-window': [{ width: 6, height: 5, step: 2, scales: [1, 1.5, 2, 9] }],
    'filter/custom-kernel': [
      {
        kernel: [
          [1, 2, 3],
          [0, 0, 0],
          [-1, 5, 1],
        ],
        delta: 0.25,
        border: 'wrap',
        divide: true,
      },
    ],
  }
  const all = [{}, ...Object.entries(params).flatMap(([name, spec]) => one(name, spec)), ...(more[type] ?? [])]
  return all.map((variant) => ({ ...paths, ...variant }))
}

function casesOf(node: NodeDefinition): Case[] {
  const { code, words } = node.explain
  if (!code) return []
  const seen = new Set<string>()
  return variants(node).flatMap((given) => {
    const params = bench.params(node, given) as Params
    const line = codeFor(code, params, words)
    if (seen.has(line)) return []
    seen.add(line)
    return [{ node, look: chance, params, name: `${node.type} ${JSON.stringify(given)}`, line }]
  })
}

/** The same lines on other pictures, where there is something to compare. */
const lookedAt = (all: readonly Case[]): Case[] =>
  [...photographs, ...brinks].flatMap((look) =>
    all
      .filter(({ node: { type } }) => !incomparable[type] && !notThere.has(type) && !type.startsWith('io/'))
      .filter(({ node, params }) => Object.keys(inputsOf(node, params, look)).length > 0)
      .map((one) => ({ ...one, look, name: `${one.name} of ${look.name}` })),
  )

beforeAll(async () => {
  if (!usable) return
  folder = await mkdtemp(join(tmpdir(), 'sightline-code-'))
  bench = await createNodeBench(folder)
  await copyFile(bench.services.sample('coffee'), join(folder, 'photo.jpg'))
  await writeFile(join(folder, 'table.csv'), 'a,b,class\n1,2,x\n3,4,y\n')
  await sharp(join(folder, 'photo.jpg')).resize(40, 30).png().toFile(join(folder, 'photo.png'))
  for (const name of bench.services.samples) {
    const path = bench.services.sample(name)
    await copyFile(path, join(folder, basename(path)))
  }
  await writeFile(join(folder, 'two.idx.gz'), gzipSync(new Uint8Array(16 + 2 * 28 * 28)))
  const cascade = 'haarcascade_frontalface_default.xml'
  await copyFile(bench.services.sample(cascade), join(folder, cascade))
  await mkdir(join(folder, 'pictures'))
  for (const [i, name] of ['10.png', '2.png', 'b.png', 'a.png', 'photo3.png', 'photo20.png'].entries())
    await sharp({ create: { width: i + 1, height: 2, channels: 3, background: 'red' } })
      .png()
      .toFile(join(folder, 'pictures', name))
  for (const { name, height, width, at: [left, top] = [0, 0] } of photographs) {
    const part = sharp(bench.services.sample(name)).toColourspace('srgb').removeAlpha()
    parts.set(name, await part.extract({ left, top, width, height }).raw().toBuffer())
  }
  const lines = catalogue.flatMap(casesOf)
  cases = [...lines, ...lookedAt(lines)]
  const input = cases.map(({ node, params, line, look }) => ({
    line,
    folder,
    // Of the other pictures only what is compared: all names together are some hundred megabytes.
    ...(look !== chance && { wanted: [...Object.values(outputs[node.type] ?? {}), 'image', '_'] }),
    given: {
      ...Object.fromEntries(Object.entries(inputsOf(node, params, look)).map(([name, one]) => [name, asGiven(one)])),
      ...extras[node.type]?.(params),
    },
  }))
  const file = join(import.meta.dirname, 'code-lines.py')
  const made = join(folder, 'answers.json')
  const { stderr, status } = spawnSync(python, [file, made], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    // Without a camera OpenCV says so.
    env: { ...process.env, OPENCV_LOG_LEVEL: 'OFF' },
  })
  if (status !== 0) throw new Error(stderr)
  answers = JSON.parse(await readFile(made, 'utf8'))
}, 300_000)
afterAll(async () => {
  await bench?.close()
  if (folder) await rm(folder, { recursive: true })
})

/** The picture, as a mask where that is wanted. */
const ofKind = (type: string | undefined, image: ImageValue): Value => {
  const { height, width } = image
  if (type !== 'mask') return image
  return {
    kind: 'mask',
    height,
    width,
    pixels: { kind: 'tensor', shape: [height, width], axes: ['H', 'W'], store: image.store },
  }
}

const arrayOf = ({ array = '' }: { readonly array?: string }): Float64Array => {
  const bytes = Buffer.from(array, 'base64')
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
}

describe.skipIf(!usable)(
  'the lines of code, by Python with OpenCV and NumPy (skipped where they are not installed)',
  () => {
    test('every node has one, and every one runs, or is for a package that is not here', () => {
      expect(catalogue.filter(({ explain }) => !explain.code).map(({ type }) => type)).toEqual([])
      expect(cases.length).toBeGreaterThan(80)
      const errors = cases.flatMap(({ name, line, look }, i) =>
        answers[i]?.error && !brinks.includes(look) ? [`${name}\n${line}\n${answers[i]?.error}`] : [],
      )
      expect(errors).toEqual([])
      const skipped = new Set(answers.flatMap(({ skipped }) => skipped ?? []))
      for (const each of skipped) expect(each).not.toMatch(/cv2|np|re|pathlib/)
    })

    test.each([
      ['noise', [chance]],
      ['photographs', photographs],
      ['pictures of a few pixels', brinks],
    ])('every line gives what its node gives: %s', async (_, looks) => {
      const wrong: string[] = []
      let compared = 0
      for (const [i, { node, params, name, look }] of cases.entries()) {
        const { results, error } = answers[i] ?? {}
        if (!looks.includes(look) || incomparable[node.type] || (!results && !error)) continue
        if (otherwise.some(([one]) => one.test(name))) continue
        const inputs: Record<string, Value> = {}
        for (const [socket, { shape, numbers }] of Object.entries(inputsOf(node, params, look)))
          inputs[socket] = ofKind(node.inputs[socket]?.type, await bench.device.image(shape, numbers))
        const made = await bench.run(node, inputs, params).catch((refusal: unknown) => {
          // What has no answer for Python may have none for us, by name.
          if (!(refusal instanceof SightlineError) || results) wrong.push(`${name}: ${String(refusal)}`)
          return undefined
        })
        if (!made || !results) continue
        const names = outputs[node.type] ?? { image: results._ ? '_' : 'image' }
        for (const [output, variable] of Object.entries(names)) {
          const [ours, theirs] = [made[output], results[variable]]
          if (!ours || !theirs?.array) {
            wrong.push(`${name}: nothing to compare for ${output} (${theirs?.text})`)
            continue
          }
          const wanted = arrayOf(theirs)
          const found =
            ours.kind === 'number'
              ? Float64Array.of(ours.value)
              : Float64Array.from(bench.device.read((ours.kind === 'mask' ? ours.pixels : ours) as never))
          compared++
          const key = `${node.type} ${String(params.to ?? '')}`.trim()
          const most = (look === chance ? undefined : tolerances[`${key} of pictures`]) ?? tolerances[key] ?? 1e-5
          const apart = found.reduce((worst, value, at) => {
            const other = wanted[at] ?? Number.NaN
            if (Number.isNaN(value) && Number.isNaN(other)) return worst
            return Math.max(worst, Math.abs(value - other) / Math.max(1, Math.abs(other)))
          }, 0)
          if (found.length !== wanted.length || !(apart <= most))
            wrong.push(`${name} ${output}: ${found.length} and ${wanted.length} numbers, up to ${apart} apart`)
        }
        bench.device.clear()
      }
      expect(wrong).toEqual([])
      expect(compared).toBeGreaterThan(50)
    })

    test('the line of Folder goes through the pictures in the order of the node', async () => {
      const folder = cases.findIndex(({ node }) => node.type === 'io/folder')
      const { node, params } = cases[folder] ?? {}
      const made = node && params && (await bench.run(node, {}, params)).image
      if (made?.kind !== 'sequence') throw new Error('no sequence')
      expect(made.labels).toEqual(['2.png', '10.png', 'a.png', 'b.png', 'photo3.png', 'photo20.png'])
      const { path, image } = answers[folder]?.results ?? {}
      expect(path?.text).toBe(join('pictures', 'photo20.png'))
      expect(image?.shape).toEqual([2, 6, 3])
    })

    test('the lines of Save image write the picture', async () => {
      const [wrote] = cases.filter(({ node }) => node.type === 'io/save-image')
      if (!wrote) throw new Error('no line')
      const saved = await bench.services.decode("it's saved.png", 64, new AbortController().signal)
      const wanted = inputsOf(wrote.node, wrote.params, chance).image?.numbers ?? []
      expect(saved).toMatchObject({ width: chance.width, height: chance.height, channels: 3 })
      const most = saved.depth === 8 ? 255 : 65535
      expect(Math.max(...saved.data.map((value, i) => Math.abs(value - (wanted[i] ?? 0) * most)))).toBeLessThan(0.51)
    })
  },
)
