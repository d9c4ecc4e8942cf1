/**
 * What every node promises: a complete declaration of plain data, outputs of the predicted shape, inputs unchanged, named
 * errors, quick previews that look like the full result, laws that hold on real pictures.
 */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import katex from 'katex'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Area, type Spot } from '../engine/explain/area.ts'
import { type Derivation, derivationsOf, numberAt } from '../engine/explain/derivations.ts'
import { reachOf } from '../engine/explain/reach.ts'
import { shapeOfStored } from '../engine/explain/trace.ts'
import { check } from '../engine/graph/analyse.ts'
import { catalogueSchema, nodeInfo } from '../engine/graph/catalogue.ts'
import { emptyDocument } from '../engine/graph/document.ts'
import { applyEdit } from '../engine/graph/edit.ts'
import { parseFile, serialise } from '../engine/graph/file.ts'
import type { Law, NodeDefinition } from '../engine/graph/node.ts'
import { ownCopy } from '../engine/graph/own-copy.ts'
import { type FlatGraph, flatten } from '../engine/graph/topology.ts'
import type { Terms } from '../engine/ops/op.ts'
import { pictureOf, siteOf } from '../engine/ops/preview/place.ts'
import { countOf } from '../engine/ops/shape.ts'
import { recombine } from '../engine/ops/terms.ts'
import { isParamValue, type ParamSpec, type ParamValue, scaleParam } from '../engine/types/param.ts'
import { SightlineError } from '../engine/types/problem.ts'
import { filled, namedIn, symbolic, textsOf } from '../engine/types/template.ts'
import {
  type ColourSpace,
  type ImageShape,
  type ImageValue,
  kindOf,
  type NumberValue,
  type SequenceValue,
  type Shape,
  type TensorShape,
  type TensorValue,
  type Value,
} from '../engine/values/index.ts'
import { fits, type SocketSpec } from '../engine/values/socket.ts'
import { nodeFiles } from '../host/build/catalogue.ts'
import { noise } from '../host/testing/cpu.ts'
import { createNodeBench, type NodeBench, type Traced } from '../host/testing/nodes.ts'
import { catalogue } from './catalogue.ts'
import { measures } from './measures.ts'

let folder: string
let bench: NodeBench
/** Relative to the document's folder. */
const photo = 'photo.jpg'
/** Annotations in COCO's form. */
const truth = 'annotations.json'
/** Two splats. */
const scene = 'scene.splat'
/** As many as the contract's tensors have channels. */
const names = 'names.txt'
/** Two columns of numbers and one of classes. */
const table = 'table.csv'
/** Pictures and right answers, as IDX has them. */
const digits = { images: 'images.idx', labels: 'labels.idx' }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-contract-'))
  bench = await createNodeBench(folder)
  await copyFile(bench.services.sample('coffee'), join(folder, photo))
  await copyFile(join(import.meta.dirname, 'fixtures', truth), join(folder, truth))
  await writeFile(join(folder, poses), JSON.stringify(posed))
  await writeFile(join(folder, table), 'a,b,class\n1,2,x\n3,4,y\n')
  await writeFile(join(folder, names), 'one\ntwo\nthree\n')
  await writeFile(
    join(folder, digits.images),
    Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 9, 8, 7, 6),
  )
  await writeFile(join(folder, digits.labels), Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 5, 4))
  // Two pictures of CIFAR-10, and two classes of pictures.
  await writeFile(join(folder, 'data_batch_1.bin'), new Uint8Array(2 * 3073))
  for (const name of ['cats', 'dogs']) {
    await mkdir(join(folder, name))
    await copyFile(join(folder, photo), join(folder, name, photo))
  }
  await writeFile(join(folder, scene), new Uint8Array(64).fill(60))
})
afterAll(async () => {
  await bench.close()
  await rm(folder, { recursive: true })
})

/** Trainings that would be long, cut short. */
const briefly: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'splat/train': { steps: 1, count: 1 },
  'learn/tsne': { steps: 250, perplexity: 5 },
}

/** The paths that a node needs to run at all; all other parameters keep their defaults. */
/** A camera of the photo. */
const poses = 'poses.json'
const posed = {
  ...{ w: 600, h: 400, fl_x: 500 },
  frames: [{ file_path: photo, transform_matrix: [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((k) => Number(i === k))) }],
}

function paths({ type, params }: NodeDefinition): Record<string, string | number> {
  const places = { open: photo, save: 'saved.png', folder: '.' }
  return {
    ...briefly[type],
    ...Object.fromEntries(
      Object.entries(params).flatMap(([name, spec]) => {
        if (spec.type === 'file' && spec.accept?.includes('bin'))
          return [[name, spec.mode === 'open' ? poses : 'saved.json']]
        if (spec.type === 'file' && spec.accept?.includes('txt')) return [[name, names]]
        // Its own comes with Sightline.
        if (spec.type === 'file' && spec.accept?.includes('xml')) return []
        if (spec.type === 'file' && spec.accept?.includes('idx')) return [[name, digits[name as keyof typeof digits]]]
        if (spec.type === 'file' && spec.accept?.includes('csv')) return [[name, table]]
        if (spec.type === 'file' && spec.accept?.includes('splat'))
          return [[name, spec.mode === 'open' ? scene : 'saved.splat']]
        if (spec.type === 'file' && spec.accept?.includes('json') && spec.mode === 'open') return [[name, truth]]
        if (spec.type === 'folder') return [[name, places.folder]]
        return spec.type === 'file' ? [[name, places[spec.mode ?? 'open']]] : []
      }),
    ),
  }
}

const spaceFor = (channels: number): ColourSpace => (channels === 1 ? 'gray' : channels === 2 ? 'data' : 'rgb')
const shapeFor = (height: number, width: number, channels: number, space = spaceFor(channels)): ImageShape => ({
  kind: 'image',
  height,
  width,
  channels,
  space,
  alpha: channels === 4,
  ...(space !== 'hsv' && space !== 'lab' && { range: [0, 1] }),
})

const makeImage = (shape: ImageShape, seed: number): Promise<ImageValue> =>
  bench.device.image(shape, noise(shape.height * shape.width * shape.channels, seed))

const image = (shape: ImageShape): SocketSpec => ({ type: 'image', channels: [shape.channels], spaces: [shape.space] })
const takes = (socket: SocketSpec, shape: ImageShape): boolean =>
  socket.type === 'any' || fits({ socket: image(shape), shape }, { ...socket, collect: false }).ok

/** Nodes whose pictures need not have one size. */
const ofAnySize: ReadonlySet<string> = new Set([
  ...['geometry/stitch', 'colour/match-histogram', 'geometry/concatenate', 'classify/captures'],
])

/** A value for an input: of the given size, with the first number of channels, from `like` on, that the input takes. */
async function valueFor(socket: SocketSpec, like: ImageShape, seed: number, nth = 0): Promise<Value> {
  switch (socket.type) {
    case 'any':
    case 'image': {
      const shapes = [like.channels, 3, 1, 4, 2].map((channels) => shapeFor(like.height, like.width, channels))
      const shape = [like, ...shapes].find((candidate) => takes(socket, candidate))
      if (!shape) throw new Error(`no picture for ${JSON.stringify(socket)}`)
      const value = await makeImage(shape, seed)
      return socket.collect ? sequenceOf([value]) : value
    }
    case 'tensor': {
      const axes = [...(socket.axes?.[0] ?? 'HWC')]
      const sides: Record<string, number> = { N: 1, C: 3, H: like.height, W: like.width }
      const shape = axes.map((axis) => sides[axis] ?? 2)
      const numbers = noise(
        shape.reduce((a, b) => a * b, 1),
        seed,
      )
      const value = (await bench.device.ops.fromNumbers({ shape: { kind: 'tensor', shape, axes }, numbers })) as Value
      return socket.collect ? sequenceOf([value]) : value
    }
    case 'table':
      // As the measures list pictures.
      return { kind: 'table', columns: ['Picture', 'Score'], rows: [['picture 1', 0.5]] }
    case 'sequence':
      return sequenceOf([await valueFor(socket.element ?? { type: 'image' }, like, seed)])
    default: {
      const tensor = async (shape: TensorShape, numbers: ArrayLike<number>) =>
        (await bench.device.ops.fromNumbers({ shape, numbers })) as TensorValue
      const value = (await kindOf({ kind: socket.type }).sample(tensor))[nth]
      if (!value) throw new Error(`no sample of ${socket.type}`)
      return socket.collect ? sequenceOf([value as Value]) : (value as Value)
    }
  }
}

const sequenceOf = (values: readonly Value[]): SequenceValue => ({
  kind: 'sequence',
  length: values.length,
  element: { kind: 'unknown' },
  at: (index) => Promise.resolve(values[index] as Value),
})

/** Tensors that belong to other inputs: their shapes. */
const shapes: Readonly<Record<string, readonly number[]>> = {
  'segment/paste-masks.masks': [2, 1, 3, 3],
  'segment/panoptic-merge.masks': [2, 1, 3, 3],
  'classify/linear-svm.features': [2, 3],
  'detect/score-boxes.scores': [2, 3],
  'network/dense.bias': [2],
  'learn/linear-svm.features': [30, 3],
  'learn/linear-svm.targets': [30],
  'learn/pca.features': [30, 18],
  'learn/tsne.features': [30, 18],
  'learn/tsne.targets': [30],
  'learn/k-means.features': [30, 3],
  'learn/adaboost.features': [30, 3],
  'learn/adaboost.targets': [30],
  'classify/adaboost.features': [4, 3],
  'classify/adaboost.stumps': [1, 5],
  'classify/predict.scores': [30, 10],
  'classify/predict.targets': [30],
  'detect/hog-svm.weights': [3780, 2],
  'detect/hog-svm.bias': [2],
  'classify/ridge.features': [2, 3],
  'classify/ridge.targets': [2, 3],
  'detect/regress-boxes.deltas': [2, 4],
  'segment/yolo-masks.output': [1, 4 + 2 + 3, 5],
  'segment/yolo-masks.prototypes': [1, 3, 4, 4],
  'pose/hand-points.landmarks': [1, 63],
  'pose/hand-points.presence': [1, 1],
  'pose/hand-points.handedness': [1, 1],
  'pose/hand-points.world': [1, 63],
  'pose/body-points.landmarks': [1, 195],
  'pose/body-points.presence': [1, 1],
  'pose/body-points.heat': [1, 64, 64, 39],
  'pose/body-points.segmentation': [1, 256, 256, 1],
  'pose/body-points.world': [1, 117],
  'pose/coco-points.output': [1, 1, 17, 3],
  'detect/cuboid-points.landmarks': [1, 18],
  'detect/cuboid-points.presence': [1, 1],
  'text/regions.tensor': [1, 1, 16, 16],
  'feature/mlsd-lines.scores': [1, 8, 8, 1],
  'feature/mlsd-lines.offsets': [1, 8, 8, 4],
  'text/decode.tensor': [1, 2, 4],
}
/** Which sample of its kind an input gets. Absent: the first. */
const samples: Readonly<Record<string, number>> = {
  'network/layer-attention.network': 2,
  'network/attention.network': 4,
}
/** Inputs that need this many keypoints. */
const points: Readonly<Record<string, number>> = {
  'text/lines.corners': 4,
  'text/decode.corners': 4,
  'detect/lift-cuboids.points': 9,
}

/** Keypoints that have descriptors, or are spread out. */
const keypointsFor: Readonly<Record<string, 'described' | 'spread'>> = {
  'feature/match.first': 'described',
  'feature/match.second': 'described',
  'geometry/homography.first': 'spread',
  'geometry/homography.second': 'spread',
}
/** Numbers that are no noise: a stump asks for a feature, and answers with classes. */
const numbersFor: Readonly<Record<string, readonly number[]>> = { 'classify/adaboost.stumps': [1, 0.5, 0, 1, 1] }
/** Texts that name as many classes as there are. */
const textsFor: ReadonlySet<string> = new Set(['learn/linear-svm.called', 'learn/adaboost.called'])
/** Nodes that take seconds, and whose inputs must fit each other: their own tests run them. */
const ownExamples: ReadonlySet<string> = new Set([
  ...['network/train', 'network/train-gan', 'network/test', 'network/find-rate'],
])
/** Outputs whose size numbers or names decide. */
const unforetold: ReadonlySet<string> = new Set([
  ...['learn/adaboost.stumps', 'learn/linear-svm.weights', 'learn/linear-svm.bias'],
  ...['geometry/stitch.image', 'measure/sweep.grid', 'splat/train.view'],
])

async function specialKeypoints(of: 'described' | 'spread'): Promise<Value> {
  const tensor = async (shape: TensorShape, numbers: ArrayLike<number>) =>
    (await bench.device.ops.fromNumbers({ shape, numbers })) as TensorValue
  if (of === 'described') {
    const samples = await kindOf({ kind: 'keypoints' }).sample(tensor)
    return samples.find((value) => 'descriptors' in value) as Value
  }
  const places = Array.from({ length: 9 }, (_, i) => [20 * (i % 3) + i, 15 * Math.floor(i / 3), 4, -1, 1])
  const points = await tensor({ kind: 'tensor', shape: [9, 5], axes: ['N', 'C'] }, places.flat())
  return { kind: 'keypoints', width: 64, height: 48, points }
}

/** No boxes, keypoints or lines at all. */
async function emptyOf(kind: Value['kind']): Promise<Value | undefined> {
  if (kind !== 'boxes' && kind !== 'keypoints' && kind !== 'lines') return undefined
  const table = async (width: number, dtype?: 'int32') =>
    (await bench.device.ops.fromNumbers({
      shape: {
        kind: 'tensor',
        shape: width > 1 ? [0, width] : [0],
        axes: width > 1 ? ['N', 'C'] : ['N'],
        ...(dtype && { dtype }),
      },
      numbers: dtype ? new Int32Array(0) : new Float32Array(0),
    })) as TensorValue
  const size = { width: 7, height: 6 }
  if (kind === 'boxes')
    return {
      kind,
      ...size,
      names: ['it'],
      boxes: await table(4),
      scores: await table(1),
      classes: await table(1, 'int32'),
    }
  if (kind === 'keypoints') return { kind, ...size, points: await table(5) }
  return { kind, ...size, closed: false, points: await table(2), lengths: await table(1, 'int32') }
}

/** Nodes whose inputs are the two derivatives of one picture, not two pictures. */
const slopes: ReadonlySet<string> = new Set(['edge/non-maximum-suppression'])

async function inputsFor(node: NodeDefinition, like: ImageShape, optional: boolean): Promise<Record<string, Value>> {
  const entries = Object.entries(node.inputs)
    .filter(([, socket]) => optional || !socket.optional)
    .map(async ([port, socket], i) => {
      const special = keypointsFor[`${node.type}.${port}`]
      if (special) return [port, await specialKeypoints(special)] as const
      if (textsFor.has(`${node.type}.${port}`))
        return [port, { kind: 'text', text: Array.from({ length: 10 }, (_, k) => `class ${k}`).join() }] as const
      const count = points[`${node.type}.${port}`]
      if (count !== undefined) {
        const shape = { kind: 'tensor', shape: [count, 5], axes: ['N', 'C'] } as const
        const numbers = noise(5 * count, 11 + i)
        const placed = (await bench.device.ops.fromNumbers({ shape, numbers })) as TensorValue
        return [port, { kind: 'keypoints', width: 64, height: 48, points: placed } as const] as const
      }
      if (`${node.type}.${port}` === 'geometry/stitch.matrix') {
        const square = { kind: 'tensor', shape: [3, 3], axes: ['H', 'W'] } as const
        const numbers = [1, 0, -2, 0, 1, 1, 0, 0, 1]
        return [port, (await bench.device.ops.fromNumbers({ shape: square, numbers })) as Value] as const
      }
      const shape = shapes[`${node.type}.${port}`]
      if (!shape) return [port, await valueFor(socket, like, 11 + i, samples[`${node.type}.${port}`])] as const
      const length = countOf({ kind: 'tensor', shape, axes: [] })
      const whole = socket.dtypes?.[0] === 'int32'
      // Whole numbers are classes: every one of ten occurs.
      const own = numbersFor[`${node.type}.${port}`]
      const numbers = own ?? (whole ? Int32Array.from({ length }, (_, i) => i % 10) : noise(length, 11 + i))
      const axes = [...(socket.axes?.[0] ?? '')]
      const tensor = { kind: 'tensor', shape, axes, ...(whole && { dtype: 'int32' as const }) } as const
      return [port, (await bench.device.ops.fromNumbers({ shape: tensor, numbers })) as Value] as const
    })
  return Object.fromEntries(await Promise.all(entries))
}

/** The shape, of shapes and values alike. */
function said(value: Value | object | undefined): unknown {
  if (!value) return undefined
  // A value of several parts says its own shape; how many things it holds nobody knows before.
  if (
    (value as Value).kind === 'camera' ||
    Object.values(value).some((part) => typeof part === 'object' && part !== null && 'store' in part)
  ) {
    const { count: _, ...shape } = kindOf(value as Value).shape(value as Value) as Shape & { count?: number }
    return shape
  }
  const {
    store: _,
    note: __,
    placement: ___,
    at: ____,
    labels: _____,
    ...shape
  } = value as unknown as Record<string, unknown>
  return 'value' in shape || 'rows' in shape || 'series' in shape || 'text' in shape ? { kind: shape.kind } : shape
}

const numbersIn = (values: Readonly<Record<string, Value>>): Float32Array[] =>
  Object.values(values).flatMap((value) => ('store' in value ? [bench.device.read(value)] : []))

/** A rejection must be a named problem. */
async function expectProblem(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => new Error('nothing was thrown'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(SightlineError)
  return error instanceof SightlineError ? error.code : ''
}

/** Values that a parameter must refuse. */
function wrongValues(spec: ParamSpec): readonly unknown[] {
  switch (spec.type) {
    case 'number':
    case 'integer':
      return [
        'one',
        Number.NaN,
        Number.POSITIVE_INFINITY,
        ...(spec.min === undefined ? [] : [spec.min - 1]),
        ...(spec.max === undefined ? [] : [spec.max + 1]),
        ...(spec.type === 'integer' ? [1.5] : []),
        ...(spec.odd ? [2] : []),
      ]
    case 'boolean':
      return ['true', 1]
    case 'choice':
      return ['none of these', 0]
    case 'text':
    case 'file':
    case 'folder':
      return [1, null]
    case 'matrix':
      return [1, [1], [[1], [1, 2]], [['a']], [[]], ...(spec.odd ? [[[1, 2]]] : [])]
    case 'vector':
      return [1, ...(spec.minLength > 0 ? [[]] : []), ['a'], Array.from({ length: spec.maxLength + 1 }, () => 1)]
    case 'points':
      return [1, [1, 2], [['a', 1]], [[1]], [[1, 2, 3]], Array.from({ length: spec.maxCount + 1 }, () => [0, 0])]
    case 'boxes':
      return [
        1,
        [1, 2, 3, 4],
        [[3, 1, 2, 4]],
        [[1, 2, 3]],
        Array.from({ length: spec.maxCount + 1 }, () => [0, 0, 1, 1]),
      ]
    case 'strokes':
      return [1, [4, 1, 2, 2], [[4, 1, 2]], [[0, 1, 2, 2]], [[4, 2, 2, 2]], [[4, 1, 2, 2, 3]]]
    case 'colour':
      return ['red', [1, 0], [2, 0, 0]]
  }
}

const pictures: readonly ImageShape[] = [
  shapeFor(1, 1, 1),
  shapeFor(1, 1, 3),
  shapeFor(7, 5, 1),
  shapeFor(9, 16, 3),
  shapeFor(6, 11, 4),
  shapeFor(8, 8, 3, 'hsv'),
  shapeFor(8, 8, 1, 'data'),
  shapeFor(5, 9, 3, 'data'),
  { ...shapeFor(4, 4, 2, 'gray'), alpha: true },
]

test('each node is listed once and named as its file, and each file is listed', async () => {
  const types = catalogue.map(({ type }) => type)
  expect(types.map((type) => `${type}.ts`).sort()).toEqual([...(await nodeFiles())].sort())
  expect(catalogueSchema.parse(JSON.parse(JSON.stringify(catalogue.map(nodeInfo))))).toEqual(catalogue.map(nodeInfo))
})

describe.each(catalogue.map((node) => [node.type, node] as const))('%s', (type, node) => {
  const needsNetwork = Object.values(node.params).some((spec) => spec.type === 'file' && spec.accept?.includes('onnx'))
  /** What a model takes and gives, its file tells: `model.test.ts` runs those. A composite runs as the nodes inside. */
  const told = node.sockets !== undefined || node.composite !== undefined || needsNetwork || ownExamples.has(node.type)
  test('the declaration is complete', () => {
    expect(type).toMatch(/^[a-z]+\/[a-z0-9-]+$/)
    const names = [...Object.keys(node.inputs), ...Object.keys(node.params)]
    expect(new Set(names).size, 'an input and a parameter share a name').toBe(names.length)
    for (const name of [...names, ...Object.keys(node.outputs)]) expect(name).toMatch(/^[A-Za-z][A-Za-z0-9-]*$/)
    expect(node.title.length).toBeLessThanOrEqual(24)
    expect(node.summary).toMatch(/^[A-Z].{9,110}\.$/)
    // Seven lines on the face.
    if (node.needs !== undefined) expect(node.needs).toMatch(/^[A-Z].{9,160}\.$/)
    for (const [name, spec] of Object.entries(node.params)) {
      expect(isParamValue(spec, spec.default), `the default of ${name}`).toBe(true)
      expect(spec.help, `the help of ${name}`).toMatch(/^.{8,}\.$/s)
      for (const param of spec.when ? [spec.when.param] : []) expect(Object.keys(node.params)).toContain(param)
    }
    for (const { like } of Object.values(node.outputs))
      if (typeof like === 'string') expect(Object.keys(node.inputs)).toContain(like)
    if (node.preview !== undefined) expect(Object.keys(node.outputs)).toContain(node.preview)
    expect(Object.keys(node.migrate ?? {}).length, 'a migration for every version before').toBe(node.version - 1)
  })

  test('handles name parameters that hold places on the picture of an input', () => {
    for (const handle of node.handles ?? []) {
      const { kind, over, params } = handle
      expect(node.inputs[over]?.type, `${kind} over ${over}`).toBe('image')
      if (handle.kind === 'points') {
        expect(node.params[handle.params.points]).toMatchObject({ type: 'points', unit: 'px', minCount: 0 })
        if (handle.params.boxes !== undefined)
          expect(node.params[handle.params.boxes]).toMatchObject({ type: 'boxes', unit: 'px' })
        if (handle.shows !== undefined) expect(node.outputs[handle.shows]?.type).toBe('mask')
        continue
      }
      if (handle.kind === 'strokes') {
        expect(node.params[handle.params.strokes]).toMatchObject({ type: 'strokes', unit: 'px', default: [] })
        if (handle.shows !== undefined) expect(node.outputs[handle.shows]?.type).toBe('mask')
        continue
      }
      const roles = {
        point: ['x', 'y'],
        box: ['x', 'y', 'width', 'height'],
        line: ['x0', 'y0', 'x1', 'y1'],
        polygon: [],
      }
      const inPoints = 'points' in params
      expect(Object.keys(params).sort()).toEqual(inPoints ? ['points'] : [...roles[handle.kind]].sort())
      for (const name of Object.values(params)) {
        const spec = node.params[name]
        if (spec?.type === 'points') {
          const count = { point: 1, line: 2, polygon: 3, box: Number.NaN }[handle.kind]
          expect(inPoints && spec.minCount >= count, `${name} has the points of a ${kind}`).toBe(true)
          if (kind !== 'polygon') expect(spec.maxCount).toBe(count)
        } else expect(spec?.type, name).toMatch(/^(number|integer)$/)
        expect(spec && 'unit' in spec ? spec.unit : undefined, `${name} is in pixels`).toBe('px')
      }
    }
  })

  test('clicks on results set parameters of the kind', () => {
    for (const pick of node.picks ?? []) {
      expect(node.outputs[pick.in]?.type).toBe(pick.kind === 'place' ? 'plot' : 'table')
      if (pick.kind === 'place') expect(node.params[pick.param]?.type).toBe('number')
      else
        for (const name of pick.kind === 'cell' ? Object.values(pick.params) : Object.keys(pick.columns))
          expect(node.params[name]?.type, name).toMatch(pick.kind === 'cell' ? /^text$/ : /^(text|number|integer)$/)
    }
  })

  test('the explanation is complete', () => {
    const { idea, formula, reference, code, words = {}, laws = [] } = node.explain
    expect(idea.length).toBeGreaterThan(40)
    expect(idea.length).toBeLessThan(320)
    expect(idea).toMatch(/[.!?]$/)
    expect(reference.length).toBeGreaterThan(10)
    expect(code).toBeDefined()
    for (const tex of formula === undefined ? [] : textsOf(formula)) {
      expect(Object.keys(node.params)).toEqual(expect.arrayContaining([...namedIn(tex)]))
      const live = filled(tex, bench.params(node) as Record<string, ParamValue>)
      for (const text of [symbolic(tex), ...(live === undefined ? [] : [live])])
        expect(katex.renderToString(text, katexOptions)).toContain('katex')
    }
    for (const text of code === undefined ? [] : textsOf(code)) expect(text.length).toBeGreaterThan(4)
    // A choice that selects a text has one for each of its values.
    for (const template of [formula, code]) {
      if (template === undefined || typeof template === 'string') continue
      const spec = node.params[template.by]
      const values = spec?.type === 'boolean' ? ['true', 'false'] : spec?.type === 'choice' ? spec.of : []
      expect(Object.keys(template.of).sort()).toEqual([...values].sort())
    }
    for (const [place, own] of Object.entries(words)) {
      const spec = node.params[place.split(':')[0] ?? '']
      expect(spec?.type === 'choice' ? [...spec.of].sort() : spec).toEqual(Object.keys(own).sort())
    }
    for (const { change, output } of laws) {
      expect(Object.keys(node.params)).toEqual(expect.arrayContaining(Object.keys(change)))
      if (output !== undefined) expect(Object.keys(node.outputs)).toContain(output)
    }
  })

  test('wrong parameters are named', () => {
    for (const [name, spec] of Object.entries(node.params))
      for (const value of wrongValues(spec))
        expect(() => bench.params(node, { [name]: value }), `${name}: ${String(value)}`).toThrow(SightlineError)
    expect(() => bench.params(node, { nothing: 1 })).toThrow(/no parameter "nothing"/)
  })

  test('survives a file', () => {
    const params = { ...bench.params(node, paths(node)) }
    const record = { type, version: node.version, params: params as never, position: { x: 1, y: 2 } }
    const document = { ...emptyDocument, nodes: { one: record } }
    expect(parseFile(JSON.parse(JSON.stringify(serialise(document))))).toEqual(document)
    expect(bench.params(node, JSON.parse(JSON.stringify(params)))).toEqual(params)
  })

  test.skipIf(told)('gives what it foretold, and leaves its inputs alone', async () => {
    let runs = 0
    for (const like of pictures)
      for (const optional of [false, true]) {
        const inputs = await inputsFor(node, like, optional)
        const before = numbersIn(inputs)
        const refusal = await bench.shape(node, inputs, paths(node)).catch((error: SightlineError) => error)
        if (refusal instanceof SightlineError) {
          // A window of two pixels does not fit into a picture of one; a node that refuses uses the same words at both times.
          expect(Math.min(like.height, like.width), refusal.message).toBe(1)
          await expect(bench.run(node, inputs, paths(node))).rejects.toThrow(refusal.message)
          runs++
          continue
        }
        const foretold = refusal
        const made = await bench.run(node, inputs, paths(node))
        runs++
        expect(numbersIn(inputs)).toEqual(before)
        for (const port of Object.keys(made)) expect(Object.keys(node.outputs)).toContain(port)
        for (const [port, socket] of Object.entries(node.outputs)) {
          const value = made[port]
          // How many boxes, points or elements come, nobody knows before, and so neither how long a tensor of them is.
          const counted = new Set(['boxes', 'keypoints', 'sequence'])
          const kinds = [
            ...Object.values(inputs).map(({ kind }) => kind),
            ...Object.values(node.outputs).map(({ type }) => type),
          ]
          const many = kinds.some((kind) => counted.has(kind))
          if (many && value?.kind === 'tensor' && foretold[port] === undefined) continue
          if (unforetold.has(`${type}.${port}`) && value && foretold[port] === undefined) continue
          const told = foretold[port]
          // Nor how many elements, where numbers choose them.
          const length = value?.kind === 'sequence' && told?.kind === 'sequence' ? (told.length ?? value.length) : 0
          const wanted = said(told?.kind === 'sequence' ? { ...told, length } : told)
          expect(said(value), `${port} of ${JSON.stringify(said(like))}`).toEqual(wanted)
          if (!value) continue
          const offer = { socket: { type: value.kind }, ...(value.kind === 'image' && { shape: value }) } as const
          expect(fits(offer, socket).ok, `${port} is not what its socket says`).toBe(true)
          if (value.kind === 'image' && socket.range !== undefined)
            expect(value.range ?? null, `the range of ${port}`).toEqual(socket.range)
        }
        bench.device.clear()
      }
    expect(runs).toBe(2 * pictures.length)
  })

  test.skipIf(told)('gives only what is wanted, and the same', async () => {
    const inputs = await inputsFor(node, shapeFor(9, 16, 3), true)
    const all = await bench.run(node, inputs, paths(node))
    for (const [port, value] of Object.entries(all)) {
      const one = (await bench.run(node, inputs, paths(node), { wants: (output) => output === port }))[port]
      expect(said(one)).toEqual(said(value))
      if (one && 'store' in one && 'store' in value) {
        const alone = bench.device.read(one)
        const together = bench.device.read(value)
        // A kernel that makes several outputs at once may round differently.
        const apart = alone.map((number, i) => Math.abs(number - (together[i] ?? 0)) / (1 + Math.abs(number)))
        expect(apart.every((distance) => distance < 1e-6)).toBe(true)
      }
    }
    bench.device.clear()
  })

  const choices = Object.entries(node.params).flatMap(([name, spec]) =>
    spec.type === 'choice' ? spec.of.map((value) => ({ [name]: value })) : [],
  )
  test.skipIf(told).each([{}, ...choices])('every number is what its explanation makes of it: %j', async (chosen) => {
    for (const like of [shapeFor(9, 16, 3), shapeFor(7, 5, 1), shapeFor(6, 11, 4)]) {
      const inputs = await inputsFor(node, like, true)
      const given = { ...paths(node), ...chosen }
      const traced = await bench.trace(node, inputs, given).catch((error: unknown) => {
        // Not every choice accepts every picture; that the refusal is named is tested elsewhere.
        if (error instanceof SightlineError) return undefined
        throw error
      })
      for (const [port, value] of Object.entries(traced?.made ?? {})) {
        if (!traced || (value.kind !== 'image' && value.kind !== 'tensor' && value.kind !== 'number')) continue
        for (const at of placesIn(value)) {
          checkSteps(
            derivationsOf(traced.trace, traced.recorder, port, at),
            numberOf(value, at),
            `${port} at ${say(at)}`,
          )
          if ('c' in at) await checkReach(node, inputs, given, traced, port, at)
        }
      }
      bench.device.clear()
    }
  })

  test.skipIf(told)('what does not fit is refused by name', async () => {
    const inputs = await inputsFor(node, shapeFor(8, 8, 3), true)
    const twins = Object.keys(node.inputs).filter((port) => node.inputs[port]?.type === 'image')
    const last = twins.at(-1)
    if (twins.length > 1 && last !== undefined && !ofAnySize.has(type)) {
      const socket = node.inputs[last] as SocketSpec
      const other = { ...inputs, [last]: await valueFor(socket, shapeFor(4, 8, 3), 5) }
      expect(await expectProblem(bench.run(node, other, paths(node)))).toBe('shape.mismatch')
      expect(await expectProblem(bench.shape(node, other, paths(node)))).toBe('shape.mismatch')
    }
    for (const [name, spec] of Object.entries(node.params)) {
      if (spec.type !== 'file' && spec.type !== 'folder') continue
      const used = spec.when ? { [spec.when.param]: spec.when.is[0] } : {}
      const params = { ...paths(node), ...used, [name]: 'no/such/place.png' }
      expect(await expectProblem(bench.run(node, inputs, params))).toMatch(/^file\./)
      if (!spec.optional)
        expect(await expectProblem(bench.run(node, inputs, { ...params, [name]: '' }))).toMatch(/^file\./)
      if (node.kind === 'source') expect(await expectProblem(bench.shape(node, inputs, params))).toMatch(/^file\./)
    }
    bench.device.clear()
  })

  test.skipIf(told)('broken numbers and nothing at all are answered, or refused by name', async () => {
    const answered = (inputs: Readonly<Record<string, Value>>): Promise<unknown> =>
      bench.run(node, inputs, paths(node)).catch((error: unknown) => {
        if (!(error instanceof SightlineError)) throw error
      })
    for (const fill of [
      [Number.NaN],
      [Number.POSITIVE_INFINITY],
      [Number.NEGATIVE_INFINITY, 0.5, Number.NaN, 1e38, -0],
    ]) {
      const inputs = await inputsFor(node, shapeFor(6, 7, 3), true)
      const broken = Object.entries(inputs).map(async ([port, value]) => {
        if ((value.kind !== 'image' && value.kind !== 'tensor') || ('dtype' in value && value.dtype === 'int32'))
          return [port, value] as const
        const shape = shapeOfStored(value)
        const numbers = Float32Array.from({ length: countOf(shape) }, (_, i) => fill[i % fill.length] ?? 0)
        return [port, await bench.device.ops.fromNumbers({ shape, numbers })] as const
      })
      await answered(Object.fromEntries(await Promise.all(broken)) as Record<string, Value>)
      bench.device.clear()
    }
    const inputs = await inputsFor(node, shapeFor(6, 7, 3), true)
    for (const [port, { kind }] of Object.entries(inputs)) {
      const none = await emptyOf(kind)
      if (none) await answered({ ...inputs, [port]: node.inputs[port]?.collect ? sequenceOf([none]) : none })
    }
    bench.device.clear()
  })

  const drafted = !told && node.draft === 'scaled' && node.kind === 'pure' && Object.keys(node.inputs).length > 0
  test.runIf(drafted)('a quick preview looks like the full result', async () => {
    const full = await previewInputs(node)
    const half = Object.fromEntries(
      await Promise.all(Object.entries(full).map(async ([port, value]) => [port, await halved(value)] as const)),
    )
    const params = bench.params(node)
    const scaled = Object.fromEntries(
      Object.entries(node.params).map(([name, spec]) => [name, scaleParam(spec, params[name] as never, 0.5)]),
    )
    const slow = await bench.run(node, full)
    const quick = await bench.run(node, half, scaled, { scale: 0.5 })
    for (const [port, value] of Object.entries(slow)) {
      const preview = quick[port]
      if (value.kind !== 'image' || preview?.kind !== 'image' || port === 'direction') continue
      const reduced = (await halved(value)) as ImageValue
      const wanted = bench.device.read(reduced)
      // Sizes are rounded on the way, so a difference of one pixel is right.
      expect(Math.abs(preview.height - reduced.height)).toBeLessThanOrEqual(1)
      expect(Math.abs(preview.width - reduced.width)).toBeLessThanOrEqual(1)
      const { width, height } = reduced
      const got = bench.device.read(await bench.device.ops.resize(preview, { width, height, method: 'bilinear' }))
      const span = measures.max({ ...reduced, numbers: wanted }) - measures.min({ ...reduced, numbers: wanted })
      const apart = got.reduce((sum, number, i) => sum + Math.abs(number - (wanted[i] ?? Number.NaN)), 0) / got.length
      // Lines of one pixel are that at every size: at half the size they count twice.
      expect(apart / span, port).toBeLessThan(slopes.has(node.type) ? 0.04 : 0.02)
    }
    bench.device.clear()
  })

  for (const law of node.explain.laws ?? [])
    test.each(['coffee', 'salt-and-pepper', 'still-life'])(`${sayLaw(law)}: %s`, async (sample) => {
      const photograph = await read(bench.services.sample(sample))
      const inputs = Object.fromEntries(
        await Promise.all(
          Object.entries(node.inputs)
            .filter(([, socket]) => !socket.optional)
            .map(async ([port, socket]) => [port, await fitted(photograph, socket)] as const),
        ),
      )
      const values: number[] = []
      for (const step of [0, 1, 2]) {
        const made = await bench.run(node, inputs, { ...paths(node), ...changed(node, law, step / 2, photograph) })
        const value = made[law.output ?? Object.keys(node.outputs)[0] ?? '']
        if (value?.kind !== 'image') throw new Error('a law measures a picture')
        values.push(measures[law.measure]({ ...value, numbers: bench.device.read(value) }))
      }
      const [first = 0, middle = 0, last = 0] = values
      const say = `${law.measure}: ${values.join(' → ')}`
      const size = Math.max(Math.abs(first), 1e-3)
      if (law.expect === 'same') expect(Math.max(...values) - Math.min(...values), say).toBeLessThan(0.01 * size)
      else {
        const sign = law.expect === 'up' ? 1 : -1
        expect(sign * (middle - first), say).toBeGreaterThanOrEqual(0)
        expect(sign * (last - middle), say).toBeGreaterThanOrEqual(0)
        expect(sign * (last - first), say).toBeGreaterThan(1e-4 * size)
      }
      bench.device.clear()
    })
})

/** What is wired to an input that takes no picture. */
const sources: Readonly<Record<string, string>> = { mask: 'mask.mask', keypoints: 'text.corners' }

describe.each(catalogue.filter((node) => node.composite).map((node) => [node.type, node] as const))(
  '%s, from the nodes inside',
  (type, node) => {
    const types = new Map(catalogue.map((one) => [one.type, nodeInfo(one)]))
    const given = Object.fromEntries(
      Object.entries(node.params).map(([name, spec]) => {
        if (spec.type !== 'number' && spec.type !== 'integer')
          return [name, spec.type === 'file' ? 'x.onnx' : spec.default]
        const by = spec.type === 'integer' ? 32 : 0.0625
        return [name, spec.default + (spec.default + by > (spec.max ?? Number.POSITIVE_INFINITY) ? -by : by)]
      }),
    )
    const document = {
      ...emptyDocument,
      nodes: {
        photo: { type: 'io/sample-image', position: { x: 0, y: 0 } },
        mask: { type: 'draw/mask', position: { x: 0, y: 0 } },
        text: { type: 'text/detect', position: { x: 0, y: 0 } },
        it: { type, params: given as never, position: { x: 0, y: 0 } },
      },
      edges: Object.fromEntries(
        Object.entries(node.inputs)
          .filter(([, { type, optional }]) => type === 'image' || !optional)
          .map(([port, { type }]) => [`it.${port}`, sources[type] ?? 'photo.image'])
          .concat([
            ['mask.image', 'photo.image'],
            ['text.image', 'photo.image'],
          ]),
      ),
    }

    test('every wire and parameter fits', () => {
      const { flat, nodes, wires } = check(document, types)
      expect([...flat.problems]).toEqual([])
      expect([...wires].filter(([, { problem }]) => problem)).toEqual([])
      for (const [id, { state, problem }] of nodes) expect([id, state === 'error' && problem]).toEqual([id, false])
      for (const port of Object.keys(node.outputs)) expect(flat.aliases.get(`it.${port}`)?.node).toMatch(/^it\//)
      for (const [name, refs] of Object.entries(node.composite?.params ?? {}))
        for (const ref of refs) {
          const [id = '', inner = ''] = ref.split('.')
          expect(flat.nodes.get(`it/${id}`)?.record.params?.[inner], ref).toEqual(given[name])
        }
    })

    test('a copy of one’s own is the same', () => {
      const { edit, name } = ownCopy(document, types, 'it')
      const copy = applyEdit(document, edit).document
      expect(copy.nodes.it?.type).toBe(`graph/${name}`)
      const [before, after] = [flatten(document, types), flatten(copy, types)]
      const told = ({ nodes }: FlatGraph) =>
        [...nodes.values()].map(({ id, record, inputs }) => [id, record.type, record.params, inputs])
      expect(told(after)).toEqual(told(before))
      expect([...after.aliases]).toEqual([...before.aliases])
      expect(parseFile(JSON.parse(JSON.stringify(serialise(copy))))).toEqual(copy)
    })
  },
)

const katexOptions = {
  throwOnError: true,
  strict: (code: string) => (code === 'htmlExtension' ? 'ignore' : 'error'),
  trust: ({ command }: { command: string }) => command === '\\htmlClass',
} as const

type Place = Spot | { readonly value: number }
const say = (at: Place): string => ('c' in at ? `x ${at.x}, y ${at.y}, channel ${at.c}` : 'all')
const numberOf = (value: Value, at: Place): number =>
  'c' in at ? numberAt(value as ImageValue | TensorValue, at) : at.value

/** The corners, an edge and some places inside. */
function placesIn(value: ImageValue | TensorValue | NumberValue): readonly Place[] {
  if (value.kind === 'number') return [{ value: value.value }]
  const { width, height, channels } = pictureOf(value).image
  // Where nothing is found there is nothing to explain.
  if (width * height * channels === 0) return []
  const random = noise(12, 41)
  const at = (i: number, length: number): number => Math.floor((random[i] ?? 0) * length)
  return [
    { x: 0, y: 0, c: 0 },
    { x: width - 1, y: height - 1, c: channels - 1 },
    { x: at(0, width), y: 0, c: at(1, channels) },
    ...[2, 5, 8].map((i) => ({ x: at(i, width), y: at(i + 1, height), c: at(i + 2, channels) })),
  ]
}

/** Equal to 1e-4 of their size; NaN equals NaN. */
function expectSame(made: number, number: number, where: string): void {
  if (Number.isNaN(number) || !Number.isFinite(number)) expect(made, where).toEqual(number)
  else
    expect(Math.abs(made - number), `${where}: ${made} for ${number}`).toBeLessThan(
      1e-4 * Math.max(1, Math.abs(number)),
    )
}

/** Each call's terms give its number, the first call's is the number in question, and each call starts from numbers of the next. */
function checkSteps(steps: readonly Derivation[], number: number, where: string): void {
  expect(steps.length, where).toBeGreaterThan(0)
  expectSame(steps[0]?.result ?? Number.NaN, number, where)
  for (const [i, step] of steps.entries()) {
    const words = `${where}, step ${i} (${step.op})`
    if (step.facts) expect(step.facts.length, words).toBeGreaterThan(0)
    else if (step.terms.length > 0) expectSame(recombine(step as Terms), step.result, words)
    // Only a number that was set, not measured, has no terms.
    if (step.op !== '') expect(step.count, words).toBeGreaterThan(0)
    for (const part of Object.values(step.parts ?? {})) expectSame(recombine(part as Terms), part.result, words)
    for (const { input, spot, value } of step.terms) {
      if (input === undefined) continue
      const source = step.sources[input]
      if (source && 'port' in source) continue
      expect(source?.step, `${words}: nobody knows where an input comes from`).toBeGreaterThan(i)
      const before = steps[source?.step ?? -1]
      if (before?.at && spot && JSON.stringify(before.at) === JSON.stringify(spot))
        expectSame(before.result, value, `${words}: what the step before it gave`)
    }
  }
}

/** Changing everything outside the outlined part leaves the number unchanged. */
async function checkReach(
  node: NodeDefinition,
  inputs: Readonly<Record<string, Value>>,
  params: Readonly<Record<string, unknown>>,
  { made, trace }: Traced,
  port: string,
  at: Spot,
): Promise<void> {
  const area = new Area()
  area.add(at)
  const reach = reachOf(trace, port, area)
  const altered = Object.entries(inputs).map(async ([name, value]) => {
    if (value.kind !== 'image' && value.kind !== 'tensor') return [name, value] as const
    const shape = shapeOfStored(value)
    // Far from the original values, so that measurements of the whole change too.
    const numbers = noise(countOf(shape), 907).map((v) => 4 * v)
    const part = reach.get(name)
    const { width, height, channels } = pictureOf(shape).image
    const spots = part?.exact
      ? part.spots()
      : Array.from({ length: width * height * channels }, (_, i) => spotAt(i, part))
    function spotAt(i: number, outlined: Area | undefined): Spot | undefined {
      const spot = { c: i % channels, x: Math.floor(i / channels) % width, y: Math.floor(i / channels / width) }
      const box = outlined?.box
      const inside = box && spot.x >= box.left && spot.x <= box.right && spot.y >= box.top && spot.y <= box.bottom
      return inside && outlined?.channels.has(spot.c) ? spot : undefined
    }
    for (const spot of spots) {
      if (!spot) continue
      const site = siteOf(shape, spot.y, spot.x, spot.c)
      if (!site) continue
      numbers[shape.kind === 'image' ? (site.y * width + site.x) * channels + site.c : site.x] = numberAt(value, spot)
    }
    return [name, await bench.device.ops.fromNumbers({ shape, numbers })] as const
  })
  const again = await bench.run(node, Object.fromEntries(await Promise.all(altered)), params)
  const value = again[port]
  const after = value?.kind === 'sequence' ? await value.at(0, new AbortController().signal) : value
  expect(numberOf(after as Value, at), `${port} at ${say(at)}: something outside changed it`).toBe(
    numberOf(made[port] as Value, at),
  )
}

function sayLaw({ change, measure, expect, output }: Law): string {
  const changes = Object.entries(change).map(([name, way]) => `${name} ${way}`)
  return `${changes.join(', ')} → ${measure}${output ? ` of ${output}` : ''} ${expect}`
}

async function read(path: string): Promise<ImageValue> {
  const picture = await bench.services.decode(path, 64, new AbortController().signal)
  return bench.device.ops.fromPicture(picture)
}

/** The picture in the form an input takes. */
async function fitted(picture: ImageValue, socket: SocketSpec): Promise<Value> {
  if (socket.type !== 'any' && socket.type !== 'image') return valueFor(socket, picture, 3)
  const { ops } = bench.device
  for (const candidate of [picture, await ops.convertColour(picture, { to: 'rgb' })])
    if (takes(socket, candidate)) return candidate
  return ops.convertColour(picture, { to: 'gray' })
}

/** Photographs, slightly smoothed, so that detail lost at half size does not count; the second input mirrors the first. */
async function previewInputs(node: NodeDefinition): Promise<Record<string, Value>> {
  const { ops } = bench.device
  const taps = [1, 4, 6, 4, 1].map((tap) => tap / 16)
  const samples = await Promise.all(
    ['coffee', 'still-life'].map(async (name) => {
      const sharp = await read(bench.services.sample(name))
      const same = await ops.resize(sharp, { width: 480, height: 320, method: 'area' })
      return ops.separable(same, { x: taps, y: taps, border: 'reflect101' })
    }),
  )
  if (slopes.has(node.type)) {
    const [sample] = samples
    if (!sample) throw new Error('no sample')
    const { x, y } = await ops.sobel(sample, { border: 'replicate', outputs: ['x', 'y'] })
    return { x, y } as Record<string, Value>
  }
  const entries = Object.entries(node.inputs).map(async ([port, socket], i) => {
    const sample = samples[i % samples.length]
    if (!sample) throw new Error(`no sample for ${basename(port)}`)
    if (socket.type !== 'tensor') return [port, await fitted(sample, socket)] as const
    return [port, await ops.toTensor(sample, { axes: 'HWC' })] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

/** As the engine reduces pictures for quick previews. */
async function halved(value: Value): Promise<Value> {
  const { ops } = bench.device
  if (value.kind === 'image') {
    const [width, height] = [Math.round(value.width / 2), Math.round(value.height / 2)]
    return ops.resize(value, { width, height, method: 'area' })
  }
  if (value.kind === 'camera') return kindOf(value).scaled?.(value, 0.5, {} as never) as Value
  if (value.kind !== 'tensor') return value
  const picture = await halved(await ops.toImage(value, { space: 'data' }))
  return ops.toTensor(picture as ImageValue, { axes: 'HWC' })
}

/** The parameters of a law, moved from their defaults to the end of their sliders; pixels at most a quarter of the picture. */
function changed(node: NodeDefinition, { change }: Law, step: number, picture: ImageShape): Record<string, number> {
  return Object.fromEntries(
    Object.entries(change).map(([name, way]) => {
      const spec = node.params[name]
      if (spec?.type !== 'number' && spec?.type !== 'integer') throw new Error(`${name} cannot go ${way}`)
      const [low, high] = spec.soft ?? [spec.min ?? -1, spec.max ?? 1]
      const limit = spec.unit === 'px' ? Math.min(picture.width, picture.height) / 4 : Infinity
      const end = way === 'up' ? high : low
      // A law that cannot fail teaches nothing.
      if (end === spec.default) throw new Error(`the default of ${name} leaves no room to go ${way}`)
      const moved = spec.default + Math.max(-limit, Math.min(limit, end - spec.default)) * step
      if (spec.type === 'number') return [name, moved]
      return [name, spec.odd ? 2 * Math.round((moved - 1) / 2) + 1 : Math.round(moved)]
    }),
  )
}
