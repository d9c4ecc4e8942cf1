/** What model files say of themselves: read without the runtime, compared with what the runtime and NumPy's makers say. */
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ModelPort } from '../../engine/graph/models.ts'
import type { ModelDevice } from '../../engine/models/device.ts'
import { createServices } from '../files/services.ts'
import { modelFolder } from '../store/places.ts'
import { createModelDevice } from './device.ts'

const ort = createRequire(import.meta.url)('onnxruntime-node') as typeof import('onnxruntime-node')
const { signal } = new AbortController()
const fixtures = join(import.meta.dirname, 'fixtures')
const data = process.env.SIGHTLINE_TEST_DATA
let device: ModelDevice
let folder: string

// Each model starts a process, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

beforeAll(async () => {
  device = createModelDevice({ threads: 1 })
  folder = await mkdtemp(join(tmpdir(), 'sightline-models-'))
})
afterAll(async () => {
  await device.close()
  await rm(folder, { recursive: true })
})

const describeIn = async (base: string, path: string) =>
  device.describe(await createServices({ base }).open(path, signal), signal)

/** A file of these bytes under this name, described. */
async function describeBytes(name: string, bytes: Uint8Array | string) {
  await writeFile(join(folder, name), bytes)
  return describeIn(folder, name)
}

it('says what the maker of the file put into it', async () => {
  expect(await describeIn(fixtures, 'linear.onnx')).toMatchObject({
    ...{ runtime: 'onnxruntime', bytes: 194, opset: 13, operators: 2, producer: 'sightline-fixtures', parts: [] },
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    inputs: [{ name: 'x', dtype: 'float32', shape: ['batch', 3], axes: ['N', 'C'] }],
    outputs: [{ name: 'y', dtype: 'float32', shape: ['batch', 2], axes: ['N', 'C'] }],
  })
  expect(await describeIn(fixtures, 'whole.onnx')).toMatchObject({
    inputs: [
      { name: 'table', dtype: 'float32', shape: [null, 2] },
      { name: 'index', dtype: 'int64', shape: ['k'] },
      { name: 'factor', dtype: 'int64', shape: ['k'] },
    ],
    outputs: [{ name: 'rows' }, { name: 'scaled', dtype: 'int64' }, { name: 'larger', dtype: 'bool' }],
  })
  expect(await describeIn(fixtures, 'external.onnx')).toMatchObject({ parts: ['external.bin'] })
})

describe('.ort files', () => {
  /** The fixture in ONNX Runtime's own form, as ONNX Runtime writes it. */
  const converted = async (name: string): Promise<string> => {
    const path = join(folder, `${name}.ort`)
    const session = await ort.InferenceSession.create(join(fixtures, `${name}.onnx`), {
      optimizedModelFilePath: path,
      graphOptimizationLevel: 'basic',
      extra: { session: { save_model_format: 'ORT' } },
    })
    await session.release()
    return path
  }

  it.each(['linear', 'whole', 'means'])('%s says of itself what the .onnx file says', async (name) => {
    await converted(name)
    const { runtime, opset, inputs, outputs } = await describeIn(fixtures, `${name}.onnx`)
    expect(await describeIn(folder, `${name}.ort`)).toMatchObject({ runtime, opset, inputs, outputs })
  })

  it('that end too early, or hold nonsense, are refused by name', async () => {
    const bytes = await readFile(await converted('linear'))
    const refusals = new Set<string>()
    for (let length = 8; length < bytes.length; length += 16)
      await describeBytes(`cut-${length}.ort`, bytes.subarray(0, length)).catch((error) => refusals.add(error.code))
    for (let at = 8; at < bytes.length; at += 24) {
      const broken = Uint8Array.from(bytes)
      broken.fill(0xff, at, at + 8)
      await describeBytes(`broken-${at}.ort`, broken).catch((error) => refusals.add(error.code))
    }
    expect([...refusals].sort()).toEqual(['model.not-a-model', 'model.truncated'])
  })

  const encoder = join(modelFolder('sam2'), 'sam2_hiera_tiny_encoder.with_runtime_opt.ort')
  it.skipIf(!existsSync(encoder))('that are large are read without their weights', async () => {
    expect(await describeIn(modelFolder('sam2'), 'sam2_hiera_tiny_encoder.with_runtime_opt.ort')).toMatchObject({
      inputs: [{ name: 'image', dtype: 'float32', shape: [1, 3, 1024, 1024] }],
      outputs: [
        { name: 'high_res_feats_0', shape: [1, 32, 256, 256] },
        { name: 'high_res_feats_1', shape: [1, 64, 128, 128] },
        { name: 'image_embed', shape: [1, 256, 64, 64] },
      ],
    })
  })
})

it('says what TensorFlow.js models hold', async () => {
  expect(await describeIn(fixtures, 'graph/model.json')).toMatchObject({
    ...{ runtime: 'tensorflow.js', operators: 5, producer: 'sightline-fixtures', layout: 'channels-last' },
    parts: ['group1-shard1of2.bin', 'group1-shard2of2.bin'],
    inputs: [{ name: 'x', dtype: 'int32', shape: [null, 3], axes: ['N', 'C'] }],
    outputs: [
      { name: 'y', dtype: 'float32', shape: [null, 2] },
      { name: 'positive', dtype: 'bool', shape: [null, 2] },
    ],
  })
  expect(await describeIn(fixtures, 'layers/model.json')).toMatchObject({
    ...{ runtime: 'tensorflow.js', operators: 2 },
    inputs: [{ name: 'hidden_input', dtype: 'float32', shape: [null, 3], axes: ['N', 'C'] }],
    outputs: [{ name: 'out', dtype: 'float32' }],
  })
  const text = await readFile(join(fixtures, 'graph/model.json'), 'utf8')
  await expect(describeBytes('cut.json', text.slice(0, -9))).rejects.toMatchObject({ code: 'model.truncated' })
  await expect(describeBytes('other.json', '{ "format": "sightline" }')).rejects.toMatchObject({
    code: 'model.not-a-model',
  })
})

const models = ['yolox_nano', 'fastestdet', 'mnist', 'deeplab_v3', 'rfb320', 'yunet_n_dynamic']
describe.skipIf(!data)('real files (SIGHTLINE_TEST_DATA)', () => {
  it.each(models)('%s: inputs and outputs are those that ONNX Runtime finds', async (name) => {
    const path = join(data ?? '', 'models', `${name}.onnx`)
    const told = await describeIn('/', path)
    const session = await ort.InferenceSession.create(path, { logSeverityLevel: 3 })
    const plain = ({ name, dtype, shape }: ModelPort) => ({ name, dtype, shape: shape?.map((n) => n ?? '') })
    const theirs = (values: typeof session.inputMetadata) =>
      values.map((value) => value.isTensor && { name: value.name, dtype: value.type, shape: value.shape })
    expect(told.inputs.map(plain)).toEqual(theirs(session.inputMetadata))
    expect(told.outputs.map(plain)).toEqual(theirs(session.outputMetadata))
    expect(told.operators).toBeGreaterThan(5)
    await session.release()
  })
})

it('an ONNX file is cut anywhere: that is said, and what is not', async () => {
  const whole = await readFile(join(fixtures, 'linear.onnx'))
  for (const length of [40, 120, whole.length - 1])
    await expect(describeBytes(`cut-${length}.onnx`, whole.subarray(0, length))).rejects.toMatchObject({
      code: 'model.truncated',
    })
})

it('what is no model is refused by what it holds and by what it is called', async () => {
  await expect(describeBytes('picture.onnx', '\x89PNG\r\n\x1a\n and more')).rejects.toMatchObject({
    ...{
      code: 'model.not-a-model',
      params: { path: 'picture.onnx', given: 'It looks like binary data of an unknown kind.' },
    },
  })
  await expect(describeBytes('text.onnx', 'hello')).rejects.toMatchObject({ code: 'model.not-a-model' })
  await expect(describeBytes('empty.onnx', '')).rejects.toMatchObject({ code: 'file.empty' })
  // Begins as a model does.
  await expect(describeBytes('noise.onnx', Uint8Array.from([8, 7, 0x3f, 1, 2, 3]))).rejects.toMatchObject({
    code: 'model.not-a-model',
  })
  await expect(describeIn(fixtures, 'make.py')).rejects.toMatchObject({ code: 'model.not-a-model' })
})

it('the same content is read once, whatever it is called', async () => {
  const bytes = await readFile(join(fixtures, 'means.onnx'))
  await writeFile(join(folder, 'a.onnx'), bytes)
  await writeFile(join(folder, 'b.onnx'), bytes)
  expect(await describeIn(folder, 'a.onnx')).toBe(await describeIn(folder, 'b.onnx'))
})
