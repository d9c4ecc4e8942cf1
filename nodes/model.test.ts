/** Model nodes in a graph, on real files: sockets, results and files that change. The numbers are NumPy's (host/models/fixtures). */
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defineNode } from '../engine/graph/node.ts'
import type { Holdings } from '../engine/protocol/memory.ts'
import { createEngine } from '../engine/run/create.ts'
import type { Engine } from '../engine/run/engine.ts'
import { graphOf } from '../engine/run/testing.ts'
import { TestWindow } from '../engine/run/testing-window.ts'
import type { TensorShape, TensorValue } from '../engine/values/index.ts'
import { socket } from '../engine/values/sockets.ts'
import { createServices } from '../host/files/services.ts'
import { createModelDevice } from '../host/models/device.ts'
import expected from '../host/models/fixtures/expected.json' with { type: 'json' }
import expectedTflite from '../host/models/fixtures/expected-tflite.json' with { type: 'json' }
import { createTestDevices, type TestDevice } from '../host/testing/cpu.ts'
import { classifyLabels } from './classify/labels.ts'
import { onnx } from './model/onnx.ts'
import { tfjs } from './model/tfjs.ts'
import { tflite } from './model/tflite.ts'
import { modelWeights } from './model/weights.ts'

const fixtures = join(import.meta.dirname, '../host/models/fixtures')
const models = createModelDevice({ threads: 1 })
let devices: { readonly single: TestDevice; readonly threads: TestDevice }
let engine: Engine
let folder: string

const feed = (type: string, numbers: readonly number[]) =>
  defineNode({
    type,
    version: 1,
    kind: 'pure',
    draft: 'exact',
    title: 'Feed',
    summary: 'For tests.',
    inputs: {},
    params: {},
    outputs: { tensor: socket.tensor() },
    run: async (_, { ops }) => {
      const shape: TensorShape = { kind: 'tensor', shape: [4, 3], axes: ['N', 'C'] }
      return { tensor: (await ops.fromNumbers({ shape, numbers })) as TensorValue }
    },
    explain: { idea: 'For tests.', reference: 'Sightline' },
  })

/** A tensor of four rows of two numbers, known before it runs; it never does. */
const wide = defineNode({
  type: 'test/wide',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'Wide',
  summary: 'For tests.',
  inputs: {},
  params: {},
  outputs: { tensor: socket.tensor() },
  shape: () => ({ tensor: { kind: 'tensor', shape: [4, 2], axes: ['N', 'C'] } }),
  run: () => Promise.reject(new Error('it does not run')),
  explain: { idea: 'For tests.', reference: 'Sightline' },
})

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-model-nodes-'))
  devices = await createTestDevices()
  const { device, arena } = devices.threads
  const feeds = [
    feed('test/linear', expected.linear.x),
    feed('test/graph', expected.graph.x),
    feed('test/tflite', expectedTflite.linear.x),
  ]
  const nodes = [onnx, tfjs, tflite, modelWeights, classifyLabels, wide, ...feeds]
  engine = createEngine({ device, arena, models, nodes, memory: 256 << 20 })
})
afterAll(async () => {
  await engine.close()
  await models.close()
  await devices.single.close()
  await devices.threads.close()
  await rm(folder, { recursive: true })
})

describe.each([
  { type: 'model/onnx', path: 'linear.onnx', source: 'test/linear', y: expected.linear.y },
  { type: 'model/tfjs', path: 'graph/model.json', source: 'test/graph', y: expected.graph.y },
  { type: 'model/tflite', path: 'linear.tflite', source: 'test/tflite', y: expectedTflite.linear.y },
])('$type', ({ type, path, source, y }) => {
  it("has the model's inputs and outputs as sockets, and gives its numbers", async () => {
    const document = graphOf({ feed: source, net: [type, { path }] }, ['feed.tensor > net.x'])
    const result = await engine.run(document, { services: createServices({ base: fixtures }) })
    expect(result.problems).toEqual([])
    const sink = result.sinks.find(({ port }) => port === 'y')
    if (!sink) throw new Error('no y')
    const numbers = [...(await result.read(sink.value as never))]
    expect(numbers).toEqual(y.map((number) => expect.closeTo(number, 5) as number))
    result.release()
  })

  // Those of .tflite are compared in host/models/litert.test.ts.
  it.skipIf(type === 'model/tflite')('gives inner tensors by name, and the weights of its file', async () => {
    const document = graphOf(
      {
        feed: source,
        net: [type, { path, taps: ' product, product' }],
        learned: ['model/weights', { path, name: 'W' }],
      },
      ['feed.tensor > net.x'],
    )
    const result = await engine.run(document, { services: createServices({ base: fixtures }) })
    expect(result.problems).toEqual([])
    const numbersAt = async (name: string) => {
      const sink = result.sinks.find(({ port }) => port === name)
      return [...(await result.read(sink?.value as never))]
    }
    const [W, product] = [await numbersAt('weights'), await numbersAt('product')]
    const { x } = type === 'model/onnx' ? expected.linear : expected.graph
    const multiplied = product.map((_, i) =>
      [0, 1, 2].reduce((sum, k) => sum + (x[3 * Math.floor(i / 2) + k] ?? 0) * (W[2 * k + (i % 2)] ?? 0), 0),
    )
    expect(product).toEqual(multiplied.map((number) => expect.closeTo(number, 5) as number))
    result.release()
  })

  it('names a wire to what the model does not have', async () => {
    const document = graphOf({ feed: source, net: [type, { path }] }, ['feed.tensor > net.images'])
    const result = await engine.run(document, { services: createServices({ base: fixtures }) })
    expect(result.problems[0]).toMatchObject({ code: 'wire.no-port', params: { port: 'images', known: 'x' } })
    result.release()
  })
})

describe('a window', () => {
  it('says before anything runs that a shape does not fit', async () => {
    const window = new TestWindow(engine, createServices({ base: fixtures }), 20_000)
    await window.open(
      graphOf({ feed: 'test/wide', net: ['model/onnx', { path: 'linear.onnx' }] }, ['feed.tensor > net.x']),
    )
    await window.until('the problem', () => window.reports.get('net')?.status === 'error')
    expect(window.reports.get('net')?.problem).toMatchObject({
      ...{ code: 'model.shape', params: { input: 'x', wanted: 'float32 batch × 3', given: '4 × 2' } },
    })
    window.session.close()
  })

  it('says before anything runs that names belong to another network', async () => {
    await writeFile(join(folder, 'names.txt'), 'cat\ndog\n')
    const document = graphOf({ feed: 'test/wide', best: ['classify/labels', { file: 'names.txt' }] }, [
      'feed.tensor > best.scores',
    ])
    const { problems } = await engine.foresee(document, { services: createServices({ base: folder }) })
    expect(problems).toMatchObject([
      { at: 'best', problem: { code: 'classify.names', params: { path: 'names.txt', given: 2, wanted: 8 } } },
    ])
  })

  it('lists the loaded models with their memory, and unloads them', async () => {
    // A model counts with all the memory of its process, for which the other engine has hardly room.
    const { device, arena } = devices.threads
    const nodes = [onnx, feed('test/linear', expected.linear.x)]
    const roomy = createEngine({ device, arena, models, nodes, memory: 2 ** 31 })
    const window = new TestWindow(roomy, createServices({ base: fixtures }), 20_000)
    window.views([{ id: 'v', node: 'net', port: 'y' }])
    await window.open(
      graphOf({ feed: 'test/linear', net: ['model/onnx', { path: 'linear.onnx' }] }, ['feed.tensor > net.x']),
    )
    await window.until('the result', () => window.reports.get('net')?.status === 'done')
    const loaded = async () => ((await window.session.request('memory', {})) as Holdings).models
    const found = (await loaded()).find(({ path }) => path === 'linear.onnx')
    expect(found).toMatchObject({ busy: false })
    expect(found?.bytes).toBeGreaterThan(1e6)
    expect(await window.session.request('release', { model: found?.id })).toEqual({ freed: found?.bytes })
    expect(await loaded()).toEqual([])
    window.session.close()
    await roomy.close()
  })

  it('waits without a file, says what is no model, and takes the model when it is there', async () => {
    const services = createServices({ base: folder })
    const window = new TestWindow(engine, services, 20_000)
    const at = (path: string) =>
      graphOf({ feed: 'test/linear', net: ['model/onnx', { path }] }, ['feed.tensor > net.x'])
    await window.open(at(''))
    expect(window.reports.get('net')).toMatchObject({ status: 'waiting', problem: { code: 'file.none' } })
    await window.open(at('later.onnx'))
    await window.until('the missing file', () => window.status().net === 'error')
    expect(window.reports.get('net')?.problem?.code).toBe('file.missing')
    await copyFile(join(fixtures, 'linear.onnx'), join(folder, 'later.onnx'))
    window.session.changed(window.watched.at(-1)?.[0] ?? '')
    await window.until('the result', () => ['done', 'unchanged'].includes(window.status().net ?? ''))
    expect(Object.values(window.of('analysis').at(-1)?.sockets ?? {})[0]).toMatchObject({
      inputs: { x: { type: 'tensor', dtypes: ['float32'], help: 'float32 batch × 3' } },
      outputs: { y: { type: 'tensor' } },
    })
    window.session.close()
  })
})
