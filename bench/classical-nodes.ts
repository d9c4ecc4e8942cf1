/**
 * Classical nodes that are no single op, or a job, as the engine runs them: on one photo of 600 × 400, or on pictures of clothes, beside
 * native OpenCV, scikit-learn and OpenCV.js. The same data everywhere; bytes for OpenCV where it takes no floats.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { NodeDefinition } from '../engine/graph/node.ts'
import type { StoredValue } from '../engine/ops/op.ts'
import type { ImageValue, KeypointsValue, TensorValue, Value } from '../engine/values/index.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { createWorkPool } from '../host/work/pool.ts'
import { hogSvm } from '../nodes/detect/hog-svm.ts'
import { contours } from '../nodes/feature/contours.ts'
import { hogBatch } from '../nodes/feature/hog-batch.ts'
import { houghCircles } from '../nodes/feature/hough-circles.ts'
import { houghLines } from '../nodes/feature/hough-lines.ts'
import { houghSegments } from '../nodes/feature/hough-segments.ts'
import { match } from '../nodes/feature/match.ts'
import { orb } from '../nodes/feature/orb.ts'
import { sift } from '../nodes/feature/sift.ts'
import { integralImage } from '../nodes/filter/integral.ts'
import { idx } from '../nodes/io/idx.ts'
import { sampleImage } from '../nodes/io/sample-image.ts'
import { learnAdaboost } from '../nodes/learn/adaboost.ts'
import { learnKMeans } from '../nodes/learn/k-means.ts'
import { learnLinearSvm } from '../nodes/learn/linear-svm.ts'
import { learnPca } from '../nodes/learn/pca.ts'
import { pairs, type Timed, timed } from './pairs.ts'
import { openCVjsNodes } from './peers/opencv-nodes.ts'
import { openPython } from './peers/python.ts'
import type { SuiteOptions } from './report.ts'

export interface NodeCase {
  readonly name: string
  readonly node: NodeDefinition
  readonly inputs: Readonly<Record<string, Value>>
  readonly params?: Readonly<Record<string, unknown>>
}

const names = [
  ...['integral', 'Hough lines', 'Hough segments', 'Hough circles', 'contours', 'match SIFT', 'match ORB'],
  ...['HOG + SVM windows', 'PCA, 16', 'k-means, 8', 'AdaBoost, 10', 'linear SVM'],
] as const

const samples = fileURLToPath(new URL('../assets/samples/', import.meta.url))

/** What is timed, and what the peers read, by the names of their files. */
async function prepare(bench: NodeBench) {
  const { ops } = bench.device
  const photo = (await bench.run(sampleImage, {}, { name: 'coffee' })).image as ImageValue
  const gray = (await ops.convertColour(photo, { to: 'gray' })) as ImageValue
  const blurred = await ops.resize(gray, { width: 300, height: 200, method: 'area' })
  const { x, y } = await ops.sobel(gray, { border: 'replicate', outputs: ['x', 'y'] })
  if (!x || !y) throw new Error('Sobel gave no derivatives')
  const edges = await ops.hysteresis(await ops.nonMaximum(x, y, {}), { low: 0.4, high: 0.8 })
  const { height, width } = gray
  const numbers = bench.device.read(gray).map((v) => Number(v > 0.55))
  const mask = await bench.device.image(
    { kind: 'image', height, width, channels: 1, space: 'gray', alpha: false },
    numbers,
  )
  const described = async (node: NodeDefinition) => {
    const of = async (image: ImageValue) => {
      const made = Object.values(await bench.run(node, { image })).find(({ kind }) => kind === 'keypoints')
      return made as KeypointsValue
    }
    return { first: await of(gray), second: await of(blurred) }
  }
  const [scaled, turned] = [await described(sift), await described(orb)]
  const read = await bench.run(
    idx,
    {},
    { images: join(samples, 'fashion-images.idx.gz'), labels: join(samples, 'fashion-labels.idx.gz') },
  )
  const { features } = await bench.run(hogBatch, { batch: read.batch as Value }, { gamma: false })
  const given = { features: features as TensorValue, targets: read.targets as TensorValue }
  const cases: Readonly<Record<(typeof names)[number], Omit<NodeCase, 'name'>>> = {
    integral: { node: integralImage, inputs: { image: gray } },
    'Hough lines': { node: houghLines, inputs: { image: edges } },
    'Hough segments': { node: houghSegments, inputs: { image: edges } },
    'Hough circles': { node: houghCircles, inputs: { image: gray } },
    contours: { node: contours, inputs: { image: mask } },
    'match SIFT': { node: match, inputs: scaled },
    'match ORB': { node: match, inputs: turned },
    'HOG + SVM windows': { node: hogSvm, inputs: { image: gray } },
    'PCA, 16': { node: learnPca, inputs: { features: given.features }, params: { count: 16 } },
    'k-means, 8': { node: learnKMeans, inputs: { features: given.features }, params: { count: 8, rounds: 20 } },
    'AdaBoost, 10': { node: learnAdaboost, inputs: given, params: { count: 10 } },
    'linear SVM': { node: learnLinearSvm, inputs: given, params: { passes: 50 } },
  }
  const descriptors = ({ descriptors }: KeypointsValue) => descriptors as StoredValue
  const files = {
    gray,
    edges,
    mask,
    ...{ sift0: descriptors(scaled.first), sift1: descriptors(scaled.second) },
    ...{ orb0: descriptors(turned.first), orb1: descriptors(turned.second) },
    ...given,
  }
  return { cases, files, width, height, examples: given.features.shape[0] ?? 0 }
}

interface NativePeer {
  readonly name: string
  op(name: string): Timed | undefined
  close(): void
}

/** Undefined without a python3 that has OpenCV. */
async function nativePeer(settings: object): Promise<NativePeer | undefined> {
  const python = await openPython<{ readonly name: string; readonly has: readonly string[] }>('classical.py', settings)
  if (!python) return undefined
  const { name, has } = python.told
  const op = (one: string) => (has.includes(one) ? async () => Number(await python.ask(one)) : undefined)
  return { name, op, close: () => python.close() }
}

export async function classicalNodes({ threads, report, say, only }: SuiteOptions): Promise<void> {
  const wanted = names.filter((name) => only === undefined || name.includes(only))
  if (wanted.length === 0) return
  const works = createWorkPool({ threads })
  const bench = await createNodeBench(samples, { threads, works })
  const folder = await mkdtemp(join(tmpdir(), 'sightline-classical-'))
  const peers: NativePeer[] = []
  try {
    const { cases, files, ...sizes } = await prepare(bench)
    const data = Object.entries(files).map(([name, value]) => [name, bench.device.read(value)] as const)
    for (const [name, numbers] of data) await writeFile(join(folder, name), exact(name, numbers))
    const native = await nativePeer({ folder, threads, ...sizes })
    if (!native) say('No python3 with OpenCV here (apt install python3-opencv): native OpenCV is left out.')
    peers.push(...(native ? [native] : []), await openCVjsNodes(Object.fromEntries(data), sizes))
    say(
      `\nWhole nodes, ${threads} threads, ${sizes.width} × ${sizes.height}; what learns has ${sizes.examples} pictures of clothes`,
    )
    for (const name of wanted) {
      const { node, inputs, params } = cases[name]
      const ours = timed(() => bench.time(node, inputs, params))
      for (const peer of peers) {
        const theirs = peer.op(name)
        if (!theirs) continue
        const pair = await pairs(ours, theirs, { seconds: 3, warmup: 2 })
        report({
          suite: 'classical nodes',
          name,
          figures: {
            'ours ms': pair.a,
            'theirs ms': pair.b,
            ratio: pair.ratio,
            'steal %': 100 * pair.steal,
            peer: `${peer.name}${pair.reliable ? '' : ' UNRELIABLE'}`,
          },
        })
      }
    }
  } finally {
    for (const peer of peers) peer.close()
    await bench.close()
    await works.close()
    await rm(folder, { recursive: true })
  }
}

/** As the peers take them: descriptors of ORB are bytes, classes 32-bit integers. */
const exact = (name: string, numbers: Float32Array): Float32Array | Uint8Array | Int32Array =>
  name.startsWith('orb') ? Uint8Array.from(numbers) : name === 'targets' ? Int32Array.from(numbers) : numbers
