/** What the wire to a network says about the picture before anything runs, and the edit that puts it right. */
import { describe, expect, it } from 'vitest'
import { analyse } from '../engine/graph/analyse.ts'
import { nodeInfo } from '../engine/graph/catalogue.ts'
import type { Document } from '../engine/graph/document.ts'
import { applyEdit } from '../engine/graph/edit.ts'
import { parseFile } from '../engine/graph/file.ts'
import { defineNode, type NodeDefinition, type ShapeContext } from '../engine/graph/node.ts'
import { prepareWire } from '../engine/graph/prepare.ts'
import { shapesOf } from '../engine/graph/report.ts'
import { flatten } from '../engine/graph/topology.ts'
import { param } from '../engine/types/param.ts'
import { type Problem, wordsOf } from '../engine/types/problem.ts'
import { expects, type ModelExpects } from '../engine/values/expects.ts'
import { socket } from '../engine/values/sockets.ts'
import { convert } from './colour/convert.ts'
import { crop } from './geometry/crop.ts'
import { letterbox } from './geometry/letterbox.ts'
import { resize } from './geometry/resize.ts'
import { normalise } from './tensor/normalise.ts'
import { view } from './tensor/view.ts'

/** A photo of 300 × 451 pixels, as chelsea. */
const photo = defineNode({
  type: 'test/photo',
  version: 1,
  kind: 'source',
  draft: 'none',
  title: 'Photo',
  summary: 'A photo.',
  inputs: {},
  params: { width: param.integer({ default: 451, min: 1, max: 4096 }) },
  outputs: { image: socket.image() },
  shape: ({ width }) => ({
    image: { kind: 'image', height: 300, width, channels: 3, space: 'rgb', alpha: false, range: [0, 1] },
  }),
  run: () => ({}),
  explain: { idea: '', reference: '' },
})

const network = (type: string, wanted: ModelExpects): NodeDefinition =>
  defineNode({
    type,
    version: 1,
    kind: 'pure',
    draft: 'none',
    title: 'Network',
    summary: 'A network.',
    inputs: { x: socket.tensor({ expects: wanted }) },
    params: {},
    outputs: {},
    run: () => ({}),
    explain: { idea: '', reference: '' },
  })

const square = { width: 224, height: 224 }
const given = { input: 'x', words: 'As it was trained.' }
/** Keras' ResNet-50, torchvision's models, a MobileNet of −1 to 1, YOLOX. */
const networks = {
  keras: {
    ...given,
    layout: 'NHWC',
    order: 'BGR',
    scale: 255,
    mean: [103.939, 116.779, 123.68],
    std: [1],
    size: square,
  },
  torch: { ...given, layout: 'NCHW', order: 'RGB', scale: 1, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  mobilenet: { ...given, layout: 'NHWC', order: 'RGB', scale: 255, mean: [127.5], std: [127.5] },
  yolox: { ...given, layout: 'NCHW', order: 'BGR', scale: 255, mean: [0], std: [1], size: { width: 416, height: 416 } },
} as const
const resizes = { keras: 'stretch', torch: 'none', mobilenet: 'none', yolox: 'letterbox' } as const
const names = Object.keys(networks) as (keyof typeof networks)[]

const types = [
  ...[photo, convert, crop, letterbox, resize, normalise, view],
  ...names.map((name) => network(`test/${name}`, expects.parse({ ...networks[name], resize: resizes[name] }))),
]
const catalogue = new Map(types.map((definition) => [definition.type, nodeInfo(definition)]))
const shapes = new Map(types.map(({ type, shape }) => [type, shape]))

/** A chain from the photo to a network: types with parameters. */
const chain = (to: string, ...steps: readonly (readonly [type: string, params?: object])[]): Document => {
  const nodes = [['test/photo'], ...steps, [`test/${to}`]].map(([type, params], i) => ({
    ...{ id: `n${i}`, type, position: { x: 250 * i, y: 0 } },
    ...(params !== undefined && { params }),
  }))
  const out = (type: unknown): string => (String(type).startsWith('tensor/') ? 'tensor' : 'image')
  const edges = nodes.slice(1).map(({ id, type }, i) => ({
    from: `n${i}.${out(nodes[i]?.type)}`,
    to: `${id}.${String(type).startsWith('test/') ? 'x' : 'image'}`,
  }))
  return parseFile({ format: 'sightline', version: 1, nodes, edges })
}

async function analysed(document: Document) {
  const analysis = await analyse(flatten(document, catalogue), catalogue, {
    shapeOf: (type) => {
      const shape = shapes.get(type)
      return shape && ((params) => shape(params, {} as ShapeContext))
    },
  })
  return { analysis, shapes: shapesOf(analysis) as Parameters<typeof prepareWire>[2] }
}

/** What the wire at the network says. */
async function said(document: Document): Promise<string | undefined> {
  const { wires, nodes } = (await analysed(document)).analysis
  const [end] = Object.keys(document.edges).filter((end) => end.endsWith('.x'))
  const { advice, problem } = wires.get(end ?? '') ?? {}
  expect([...nodes.values()].map(({ problem }) => problem?.code).filter(Boolean)).toEqual(problem ? [problem.code] : [])
  return (advice ?? problem) && wordsOf((advice ?? problem) as Problem)
}

const to224 = ['geometry/resize', { width: 224, height: 224, keep: false }] as const
const keras = { order: 'BGR', scale: '255', mean: [103.939, 116.779, 123.68], std: [1], layout: 'NHWC' }

describe('a wire to a network says what is different from its training', () => {
  it.each([
    ['as it was trained', chain('keras', to224, ['tensor/normalise', keras]), undefined],
    [
      'RGB from 0 to 1',
      chain('keras', to224, ['tensor/view', { layout: 'NHWC' }]),
      'This network was trained on BGR from 0 to 255 minus the ImageNet mean; it gets RGB from 0 to 1.',
    ],
    [
      'red and blue swapped on purpose',
      chain('keras', to224, ['tensor/normalise', { ...keras, mistake: 'order' }]),
      'This network was trained on BGR from 0 to 255 minus the ImageNet mean; it gets RGB from 0 to 255 minus (103.939, 116.779, 123.68).',
    ],
    [
      'no normalisation, on purpose',
      chain('torch', ['tensor/normalise', { mistake: 'numbers' }]),
      'This network was trained on RGB from 0 to 1 minus the ImageNet mean, divided by the ImageNet deviation; it gets RGB from 0 to 1.',
    ],
    [
      'another size and other axes',
      chain('keras', ['tensor/normalise', { ...keras, layout: 'NCHW' }]),
      'This network was trained on 224 × 224 pixels, axes NHWC; it gets 451 × 300, NCHW.',
    ],
    ['the default of Normalise', chain('torch', ['tensor/normalise']), undefined],
    [
      'the same numbers written in another way',
      chain('mobilenet', ['tensor/normalise', { mean: [0.5], std: [0.5], layout: 'NHWC' }]),
      undefined,
    ],
    [
      '0 to 255 instead of −1 to 1',
      chain('mobilenet', ['tensor/normalise', { scale: '255', mean: [0], std: [1], layout: 'NHWC' }]),
      'This network was trained on RGB from −1 to 1; it gets RGB from 0 to 255.',
    ],
    [
      'stretched instead of letterboxed',
      chain(
        'yolox',
        ['geometry/letterbox', { stretch: true }],
        ['tensor/normalise', { order: 'BGR', scale: '255', mean: [0], std: [1] }],
      ),
      'This network was trained on a picture in its own proportions; it gets a stretched one.',
    ],
    [
      'letterboxed',
      chain('yolox', ['geometry/letterbox'], ['tensor/normalise', { order: 'BGR', scale: '255', mean: [0], std: [1] }]),
      undefined,
    ],
    [
      'gradients, of which nobody knows what they are',
      chain('torch', ['colour/convert', { to: 'lab' }], ['tensor/view', { layout: 'NCHW' }]),
      undefined,
    ],
    ['a picture', chain('keras'), 'This gives a 3-channel RGB picture; "x" needs a tensor.'],
  ])('%s', async (_, document, words) => {
    expect(await said(document)).toEqual(words)
  })
})

/** The types and parameters from the photo to the network, along the wires. */
function steps(document: Document): unknown[] {
  const found: unknown[] = []
  let [end] = Object.keys(document.edges).filter((end) => end.endsWith('.x'))
  while (end !== undefined) {
    const from = (document.edges[end] ?? '').split('.')[0] ?? ''
    const { type = '', params } = document.nodes[from] ?? {}
    found.unshift(params ? [type, params] : [type])
    end = Object.keys(document.edges).find((other) => other === `${from}.image`)
  }
  return found.slice(1)
}

describe('one edit prepares the picture', () => {
  const right = ['tensor/normalise', keras]
  const kerasSize = ['geometry/resize', { width: 224, height: 224, keep: false }]
  it.each([
    ['a picture wired to the network', chain('keras'), [kerasSize, right], 4],
    ['a tensor of other numbers', chain('keras', ['tensor/view']), [kerasSize, right], 4],
    ['a size that is right', chain('keras', to224, ['tensor/view', { layout: 'NHWC' }]), [kerasSize, right], 4],
    [
      'a size and numbers that are wrong',
      chain('keras', ['geometry/resize', { width: 100, height: 100, method: 'area' }], ['tensor/normalise']),
      [['geometry/resize', { width: 224, height: 224, keep: false, method: 'area' }], right],
      4,
    ],
    [
      'a deliberate mistake',
      chain('torch', ['tensor/normalise', { mistake: 'order', order: 'BGR', scale: '255' }]),
      [['tensor/normalise']],
      3,
    ],
    [
      'a gray picture',
      chain('keras', ['colour/convert', { to: 'gray' }], ['tensor/view', { layout: 'NHWC' }]),
      [['colour/convert', { to: 'gray' }], kerasSize, right],
      5,
    ],
    [
      'a gray picture wired to the network',
      chain('keras', ['colour/convert', { to: 'gray' }]),
      [['colour/convert', { to: 'gray' }], kerasSize, right],
      5,
    ],
    [
      'a size where the network takes any',
      chain('torch', ['geometry/resize', { width: 64 }], ['tensor/view']),
      [['geometry/resize', { width: 64 }], ['tensor/normalise']],
      4,
    ],
    [
      'stretched instead of letterboxed',
      chain('yolox', to224, ['tensor/normalise']),
      [['geometry/letterbox'], ['tensor/normalise', { order: 'BGR', scale: '255', mean: [0], std: [1] }]],
      4,
    ],
  ])('%s', async (_, document, wanted, count) => {
    const [wire = ''] = Object.keys(document.edges).filter((end) => end.endsWith('.x'))
    const edit = prepareWire(document, catalogue, (await analysed(document)).shapes, wire)
    if (!edit) throw new Error('there is no edit')
    const next = applyEdit(document, edit).document
    expect(steps(next)).toEqual(wanted)
    expect(Object.keys(next.nodes)).toHaveLength(count)
    expect(await said(next)).toBeUndefined()
  })

  it('leaves nodes that serve others as they are', async () => {
    const document = chain('keras', ['tensor/view', { layout: 'NCHW' }])
    const other = { ...document.nodes, other: { type: 'test/torch', position: { x: 0, y: 300 } } }
    const both = { ...document, nodes: other, edges: { ...document.edges, 'other.x': 'n1.tensor' } }
    const edit = prepareWire(both, catalogue, (await analysed(both)).shapes, 'n2.x')
    const next = applyEdit(both, edit ?? []).document
    expect(next.edges['other.x']).toBe('n1.tensor')
    expect(next.nodes.n1).toEqual(document.nodes.n1)
    expect(steps(next)).toEqual([kerasSize, right])
  })

  it('is not offered where no picture is before the network', async () => {
    const document = parseFile({
      ...{ format: 'sightline', version: 1, edges: [] },
      nodes: [{ id: 'net', type: 'test/keras', position: { x: 0, y: 0 } }],
    })
    expect(prepareWire(document, catalogue, {}, 'net.x')).toBeUndefined()
  })
})
