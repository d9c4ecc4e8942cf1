/** Small pipelines for the pages of nodes that the usual photo says nothing about: jobs, and paths of cameras. */
import { type Document, emptyDocument, type NodeRecord } from '../../engine/graph/document.ts'

interface Example {
  /** The node of the page is called `node`. */
  readonly nodes: Readonly<Record<string, readonly [type: string, params?: NodeRecord['params']]>>
  readonly wires: Readonly<Record<string, string>>
  /** What is shown, in this order: pictures, plots, tables, or three elements of a sequence. */
  readonly shows: readonly string[]
}

/** Two hundred pictures of clothes, described by HOG. */
const clothes = { data: ['io/sample-data', { count: 200 }], hog: ['feature/hog-batch', { gamma: false }] } as const
const described = { 'hog.batch': 'data.batch', 'node.features': 'hog.features' }
const labelled = { ...described, 'node.targets': 'data.targets', 'node.called': 'data.names' }

/** A cat, and a network that has learned nothing yet. */
const looked = {
  photo: ['io/sample-image', { name: 'chelsea' }],
  net: ['network/architecture', { name: 'resnet18' }],
} as const
const seenBy = { 'node.network': 'net.network', 'node.image': 'photo.image' }

const knot = { scene: ['splat/procedural', { count: 1500 }], view: ['splat/render'] } as const
const seen = { 'view.splats': 'scene.splats' }

/** On drawn pictures, as the node shows it where none are wired. */
const augmentations = ['blur', 'colour-jitter', 'crop', 'cutmix', 'cutout', 'flip', 'mixup', 'rand-augment', 'rotation']

const examples: Readonly<Record<string, Example>> = {
  ...Object.fromEntries(
    augmentations.map((name): [string, Example] => [
      `augment/${name}`,
      { nodes: { node: [`augment/${name}`] }, wires: {}, shows: ['node.grid'] },
    ]),
  ),
  'learn/pca': { nodes: { ...clothes, node: ['learn/pca', { count: 8 }] }, wires: described, shows: ['node.variance'] },
  'learn/tsne': {
    nodes: { ...clothes, node: ['learn/tsne', { steps: 500 }] },
    wires: { ...described, 'node.targets': 'data.targets' },
    shows: ['node.picture'],
  },
  'learn/scatter': {
    nodes: { ...clothes, pca: ['learn/pca', { count: 2 }], node: ['learn/scatter'] },
    wires: {
      ...{ 'hog.batch': 'data.batch', 'pca.features': 'hog.features' },
      ...{ 'node.features': 'pca.projected', 'node.targets': 'data.targets' },
    },
    shows: ['node.picture'],
  },
  'learn/nearest': {
    nodes: { ...clothes, node: ['learn/nearest', { count: 6, row: 3 }] },
    wires: { ...described, 'node.query': 'hog.features', 'node.batch': 'data.batch' },
    shows: ['node.picture', 'node.table'],
  },
  'learn/k-means': { nodes: { ...clothes, node: ['learn/k-means'] }, wires: described, shows: ['node.table'] },
  'learn/linear-svm': { nodes: { ...clothes, node: ['learn/linear-svm'] }, wires: labelled, shows: ['node.matrix'] },
  'learn/adaboost': {
    nodes: { ...clothes, node: ['learn/adaboost', { count: 30 }] },
    wires: labelled,
    shows: ['node.errors'],
  },
  'network/receptive-field': {
    nodes: { ...looked, node: ['network/receptive-field', { layer: 'layer2.1.relu2', x: 225, y: 130 }] },
    wires: seenBy,
    shows: ['node.map'],
  },
  'network/activations': {
    nodes: { ...looked, node: ['network/activations'] },
    wires: seenBy,
    shows: ['node.picture', 'node.histogram'],
  },
  'network/train': {
    nodes: {
      data: ['io/sample-data', { count: 400 }],
      input: ['network/input', { shape: [1, 28, 28] }],
      flat: ['network/layer-flatten'],
      linear: ['network/layer-linear', { features: 10 }],
      node: ['network/train', { epochs: 8 }],
    },
    wires: {
      'flat.network': 'input.network',
      'linear.network': 'flat.network',
      'node.network': 'linear.network',
      'node.batch': 'data.batch',
      'node.targets': 'data.targets',
    },
    shows: ['node.loss', 'node.accuracy'],
  },
  'network/find-rate': {
    nodes: {
      data: ['io/sample-data', { count: 1000 }],
      net: ['network/architecture', { name: 'lenet5', classes: 10 }],
      node: ['network/find-rate', { steps: 150 }],
    },
    wires: { 'node.network': 'net.network', 'node.batch': 'data.batch', 'node.targets': 'data.targets' },
    shows: ['node.loss'],
  },
  'network/test': {
    nodes: {
      data: ['io/sample-data', { count: 400 }],
      others: ['io/sample-data', { first: 400, count: 200 }],
      net: ['network/architecture', { name: 'lenet5', classes: 10 }],
      train: ['network/train', { epochs: 8 }],
      node: ['network/test', { shown: 24 }],
    },
    wires: {
      ...{ 'train.network': 'net.network', 'train.batch': 'data.batch', 'train.targets': 'data.targets' },
      ...{ 'node.network': 'train.network', 'node.batch': 'others.batch', 'node.targets': 'others.targets' },
      'node.called': 'others.names',
    },
    shows: ['node.grid', 'node.worst'],
  },
  'network/train-gan': {
    nodes: {
      data: ['io/sample-data', { count: 500 }],
      noise: ['network/input', { shape: [32] }],
      places: ['network/layer-linear', { features: 784 }],
      maps: ['network/layer-shape', { kind: 'reshape', shape: [16, 7, 7] }],
      norm: ['network/layer-norm'],
      relu: ['network/layer-activation'],
      large: ['network/layer-resize', { scale: 4 }],
      made: ['network/layer-convolution', { channels: 1, kernel: 5, padding: 2 }],
      tanh: ['network/layer-activation', { kind: 'tanh' }],
      picture: ['network/input', { shape: [1, 28, 28] }],
      seen: ['network/layer-convolution', { channels: 16, kernel: 4, stride: 2 }],
      leaky: ['network/layer-activation', { kind: 'leakyRelu', slope: 0.2 }],
      flat: ['network/layer-flatten'],
      verdict: ['network/layer-linear', { features: 1 }],
      node: ['network/train-gan', { steps: 300, batchSize: 32, rate: 0.002, shown: 16 }],
    },
    wires: {
      ...{ 'places.network': 'noise.network', 'maps.network': 'places.network', 'norm.network': 'maps.network' },
      ...{ 'relu.network': 'norm.network', 'large.network': 'relu.network', 'made.network': 'large.network' },
      ...{ 'tanh.network': 'made.network', 'seen.network': 'picture.network', 'leaky.network': 'seen.network' },
      ...{ 'flat.network': 'leaky.network', 'verdict.network': 'flat.network' },
      ...{ 'node.generator': 'tanh.network', 'node.discriminator': 'verdict.network', 'node.batch': 'data.batch' },
    },
    shows: ['node.grid', 'node.loss'],
  },
  'io/table': {
    nodes: { node: ['io/table', { path: 'sample:cnn-or-vit.csv' }] },
    wires: {},
    shows: ['node.table'],
  },
  'measure/plot': {
    nodes: {
      table: ['io/table', { path: 'sample:cnn-or-vit-curves.csv' }],
      node: [
        'measure/plot',
        { x: 'step', columns: 'CNN test (600), ViT test (600), CNN test (6000), ViT test (6000)' },
      ],
    },
    wires: { 'node.table': 'table.table' },
    shows: ['node.plot'],
  },
  'splat/train': {
    nodes: {
      ...knot,
      around: ['camera/orbit', { count: 8, width: 64, height: 64 }],
      node: ['splat/train', { steps: 200, count: 500, most: 500 }],
    },
    wires: { ...seen, 'view.camera': 'around.cameras', 'node.images': 'view.image', 'node.cameras': 'around.cameras' },
    shows: ['node.view', 'node.loss'],
  },
  'camera/keyframes': {
    nodes: { ...knot, node: ['camera/keyframes', { width: 192, height: 144 }] },
    wires: { ...seen, 'view.camera': 'node.cameras' },
    shows: ['view.image'],
  },
}

const position = { x: 0, y: 0 }

/** Undefined: the page shows the node on the usual photo. */
export function exampleOf(
  type: string,
): { readonly document: Document; readonly shows: readonly string[] } | undefined {
  const example = examples[type]
  if (!example) return undefined
  const record = ([type, params]: Example['nodes'][string]): NodeRecord => ({
    type,
    position,
    ...(params && { params }),
  })
  const nodes = Object.fromEntries(Object.entries(example.nodes).map(([id, node]) => [id, record(node)]))
  return { document: { ...emptyDocument, nodes, edges: { ...example.wires } }, shows: example.shows }
}
