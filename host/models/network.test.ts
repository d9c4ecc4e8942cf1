/** The operators of model files: what their makers put into them, and what the networks' authors publish. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Network } from '../../engine/graph/network.ts'
import { foldNetwork, type NetworkFold, type NetworkItem } from '../../engine/graph/network-folds.ts'
import { withShapes } from '../../engine/models/shapes.ts'
import { modelFolder } from '../store/places.ts'
import { manyOperators } from '../testing/network.ts'
import { readNetwork } from './onnx/network.ts'
import { bytesOf } from './onnx/protobuf.ts'
import type { Runtime } from './runtime.ts'
import { litert } from './runtimes/litert.ts'
import { onnxruntime } from './runtimes/onnxruntime.ts'
import { tensorflowjs } from './runtimes/tensorflowjs.ts'

const fixtures = join(import.meta.dirname, 'fixtures')
const networkIn = (runtime: Runtime, path: string) =>
  runtime.network({ path, real: path, sha256: '', bytes: statSync(path).size })
const fixture = (runtime: Runtime, name: string) => networkIn(runtime, join(fixtures, name))

it('of ONNX: operators with their tensors, constants and attributes', async () => {
  expect(await fixture(onnxruntime, 'linear.onnx')).toEqual({
    ...{ inputs: ['x'], outputs: ['y'] },
    operators: [
      { name: '', type: 'MatMul', inputs: ['x', 'W'], outputs: ['product'], attributes: {} },
      { name: '', type: 'Add', inputs: ['product', 'b'], outputs: ['y'], attributes: {} },
    ],
    tensors: { x: { dtype: 'float32', shape: ['batch', 3] }, y: { dtype: 'float32', shape: ['batch', 2] } },
    weights: { W: { dtype: 'float32', shape: [3, 2] }, b: { dtype: 'float32', shape: [2] } },
  })
  const { operators } = await fixture(onnxruntime, 'whole.onnx')
  expect(operators[0]).toMatchObject({ type: 'Gather', attributes: { axis: '0' } })
  const loop = await fixture(onnxruntime, 'loop.onnx')
  expect(loop.operators[0]).toMatchObject({ type: 'Loop', attributes: { body: 'a graph of 3 operators' } })
})

it('of TensorFlow.js: nodes of a graph, layers of a Keras model', async () => {
  const graph = await fixture(tensorflowjs, 'graph/model.json')
  expect(graph.operators.map(({ name, type }) => `${name}: ${type}`)).toEqual([
    ...['float: Cast', 'product: MatMul', 'sum: AddV2', 'y: Relu', 'positive: Greater'],
  ])
  expect(graph.operators[1]).toMatchObject({
    ...{ inputs: ['float', 'W'], outputs: ['product'] },
    attributes: { transpose_a: 'false', transpose_b: 'false' },
  })
  expect(graph.weights).toMatchObject({ W: { dtype: 'float32', shape: [3, 2] } })
  const layers = await fixture(tensorflowjs, 'layers/model.json')
  expect(layers.operators).toMatchObject([
    { name: 'hidden', type: 'Dense', inputs: [layers.inputs[0], 'hidden/kernel', 'hidden/bias'], outputs: ['hidden'] },
    { name: 'out', type: 'Dense', inputs: ['hidden', 'out/kernel', 'out/bias'], attributes: { units: '2' } },
  ])
})

it('of .tflite: operators by the names of the schema, with the options that a layer has', async () => {
  const { operators, tensors, weights } = await fixture(litert, 'weights.tflite')
  expect(operators[0]).toEqual({
    ...{ name: 'block/features', type: 'DEPTHWISE_CONV_2D', inputs: ['x', 'kernel'], outputs: ['block/features'] },
    attributes: {
      ...{ padding: 'SAME', stride_w: '2', stride_h: '2', depth_multiplier: '1', activation: 'RELU6' },
      ...{ dilation_w: '1', dilation_h: '1' },
    },
  })
  expect(tensors['block/features']).toEqual({ dtype: 'float32', shape: [1, 4, 4, 4] })
  expect(weights.kernel).toEqual({ dtype: 'int8', shape: [1, 3, 3, 4] })
  const unknown = await fixture(litert, 'unknown.tflite')
  expect(unknown.operators[0]?.type).toBe('Sharpen')
})

/** Every operator once, and each fold with as many as are in it. */
function checkFolds(items: ReadonlyMap<string, NetworkItem>, whole: NetworkFold): void {
  const below = (id: string): number => {
    const item = items.get(id)
    if (item?.kind !== 'fold') return item?.kind === 'operator' ? 1 : 0
    const sum = item.children.reduce((all, child) => all + below(child), 0)
    expect(item.operators, item.id).toBe(sum)
    return sum
  }
  expect(below(whole.id)).toBe([...items.values()].filter(({ kind }) => kind === 'operator').length)
}

it('5,000 operators in nested scopes are folded by them, level by level', () => {
  const network = readNetwork(bytesOf(manyOperators(5000)))
  expect(network.operators).toHaveLength(5000)
  const { items, whole, links, foldsAround, giver } = foldNetwork(network)
  checkFolds(items, whole)
  const titles = (id: string) => {
    const item = items.get(id)
    return item?.kind === 'fold' ? item.children.map((child) => (items.get(child) as NetworkFold).title) : []
  }
  // Names are those of a network exported by PyTorch: /layer1/layer1.0/conv1/Conv.
  expect(whole.children.map((id) => items.get(id)?.kind)).toEqual(['input', ...Array(8).fill('fold'), 'output'])
  // A level of 125 blocks is too long to look at.
  const [first = ''] = titles(whole.children[1] as string)
  expect(first).toMatch(/^layer1\.0 … layer1\.\d+$/)
  expect(links('')).toHaveLength(9)
  const last = giver('/layer8/layer8.0/conv1/Conv_output_0') ?? ''
  const around = foldsAround(last).map((id) => (items.get(id) as NetworkFold).title)
  expect(around).toEqual(['', 'layer8', expect.stringMatching(/^layer8\.0 … /), 'layer8.0'])
  expect(items.get(last)).toMatchObject({ title: 'conv1', parameters: 8 * 8 * 3 * 3 + 8 })
})

it('a network without names is cut where it joins again', () => {
  // Three blocks of x + f(x), f of six operators, each with a line of two after it.
  const step = (name: string, ...inputs: string[]) => ({
    name: '',
    type: 'Relu',
    inputs,
    outputs: [name],
    attributes: {},
  })
  const operators = Array.from({ length: 8 }, (_, block) => {
    const [x, inner] = [block === 0 ? 'x' : `end${block - 1}`, (i: number) => `f${block}.${i}`]
    const branch = Array.from({ length: 6 }, (_, i) => step(inner(i), i === 0 ? x : inner(i - 1)))
    return [...branch, step(`sum${block}`, x, inner(5)), step(`end${block}`, `sum${block}`)]
  }).flat()
  const { items, whole, links } = foldNetwork({ inputs: ['x'], outputs: ['end7'], operators, tensors: {}, weights: {} })
  checkFolds(items, whole)
  const folds = whole.children.flatMap((id) => items.get(id) ?? []).filter((item) => item.kind === 'fold')
  expect(folds.map(({ operators: count, part }) => [part, count])).toEqual(
    Array.from({ length: 8 }, (_, i) => [i + 1, 8]),
  )
  // One wire from each to the next: nothing goes around a block.
  expect(links('')).toHaveLength(9)
})

it('a network that goes in a circle is still drawn', () => {
  const operators = [
    { name: 'a/x', type: 'Merge', inputs: ['x', 'b/y'], outputs: ['a/x'], attributes: {} },
    { name: 'b/y', type: 'NextIteration', inputs: ['a/x'], outputs: ['b/y'], attributes: {} },
  ]
  const { whole, links } = foldNetwork({ inputs: ['x'], outputs: ['a/x'], operators, tensors: {}, weights: {} })
  expect(whole.operators).toBe(2)
  expect(links('')).toHaveLength(4)
})

const resnet = join(modelFolder('resnet50'), 'model.json')
it.skipIf(!existsSync(resnet))('ResNet-50 has the parameters that Keras publishes, in its sixteen blocks', async () => {
  const { items, whole } = foldNetwork(await networkIn(tensorflowjs, resnet))
  // keras.io/api/applications: 25.6 million; model.summary() says 25,636,712.
  expect(whole.parameters).toBe(25_636_712)
  checkFolds(items, whole)
  // What is before the first block, and 3 + 4 + 6 + 3 blocks.
  expect(whole.children).toHaveLength(2 + 1 + 3 + 4 + 6 + 3)
})

const lite = join(modelFolder('efficientnet-lite0'), 'model.tflite')
it.skipIf(!existsSync(lite))('EfficientNet-Lite0 is folded into its sixteen blocks', async () => {
  const { items } = foldNetwork(await networkIn(litert, lite))
  const folds = [...items.values()].filter((item) => item.kind === 'fold')
  expect(folds.filter(({ title }) => /^blocks_\d+$/.test(title))).toHaveLength(16)
})

const encoder = join(modelFolder('sam2'), 'sam2_hiera_tiny_encoder.with_runtime_opt.ort')
it.skipIf(!existsSync(encoder))('an .ort file tells its operators and the shapes of all that they give', async () => {
  const network = await networkIn(onnxruntime, encoder)
  expect(network.operators.every(({ outputs: [first = ''] }) => network.tensors[first])).toBe(true)
  const { items, whole } = foldNetwork(network)
  const scopes = [...items.values()].flatMap((item) => (item.kind === 'fold' ? item.title : []))
  expect(scopes).toEqual(expect.arrayContaining(['image_encoder', 'blocks.0', 'blocks.11']))
  expect(whole.parameters).toBeGreaterThan(30e6)
})

/** Of operators, one by one: those whose output's shape is worked out as the file says it, and as something else. */
function compared(network: Network) {
  const counts = { right: 0, wrong: [] as string[] }
  for (const operator of network.operators) {
    const {
      type,
      outputs: [name = ''],
    } = operator
    const { [name]: said, ...tensors } = network.tensors
    if (!said?.shape) continue
    const shape = withShapes({ ...network, operators: [operator], tensors }).tensors[name]?.shape
    if (!shape || shape.includes(null)) continue
    if (JSON.stringify(shape) === JSON.stringify(said.shape)) counts.right++
    else counts.wrong.push(`${type} ${name}: ${shape}, not ${said.shape}`)
  }
  return counts
}

it('works out the shapes that follow from numbers in the file, as onnx.shape_inference does', async () => {
  const { operators, tensors } = withShapes(await fixture(onnxruntime, 'shapes.onnx'))
  const told = JSON.parse(readFileSync(join(fixtures, 'shapes.json'), 'utf8')) as Record<string, number[]>
  const found = operators.map(({ outputs: [name = ''] }) => [name, tensors[name]?.shape])
  expect(Object.fromEntries(found)).toEqual(told)
})

const data = process.env.SIGHTLINE_TEST_DATA
it.skipIf(!data)('works out the shapes that the exporters of real networks wrote into their files', async () => {
  // What depends on numbers that are computed stays unknown.
  for (const [name, right] of Object.entries({ yolox_nano: 340, fastestdet: 150, mnist: 8 })) {
    const found = compared(await networkIn(onnxruntime, join(data ?? '', `models/${name}.onnx`)))
    expect(found.wrong, name).toEqual([])
    expect(found.right, name).toBeGreaterThanOrEqual(right)
  }
})

it.skipIf(!existsSync(resnet))('works out the shapes of ResNet-50 as He et al. give them', async () => {
  const { operators, tensors } = withShapes(await networkIn(tensorflowjs, resnet))
  // Deep Residual Learning, table 1: 112 × 112, then stages of 56, 28, 14 and 7.
  const of = (name: string) => tensors[name]?.shape
  expect(of('conv1')).toEqual([null, 112, 112, 64])
  expect(of('activation_9')).toEqual([null, 56, 56, 256])
  expect(of('activation_21')).toEqual([null, 28, 28, 512])
  expect(of('activation_39')).toEqual([null, 14, 14, 1024])
  expect(of('activation_48')).toEqual([null, 7, 7, 2048])
  expect(operators.filter(({ outputs: [name = ''] }) => !of(name))).toEqual([])
})

it('reads a file as it is, and says where it ends too early', async () => {
  const bytes = readFileSync(join(fixtures, 'linear.onnx'))
  expect(() => readNetwork(bytesOf(bytes.subarray(0, 100)))).toThrow(/missing/)
})
