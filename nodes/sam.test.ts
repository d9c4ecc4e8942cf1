/**
 * SAM 2. Prompts follow SAM2ImagePredictor; masks are compared with torch's interpolate (fixtures/sam.py); with the weights
 * installed, the logits of the nodes equal those of a plain script that calls ONNX Runtime itself.
 */
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createEngine } from '../engine/run/create.ts'
import { graphOf } from '../engine/run/testing.ts'
import type { LabelmapValue, MaskValue, TableValue, TensorValue } from '../engine/values/index.ts'
import { createServices } from '../host/files/services.ts'
import { createModelDevice } from '../host/models/device.ts'
import { modelFolder } from '../host/store/places.ts'
import { createTestDevices } from '../host/testing/cpu.ts'
import { createNodeBench } from '../host/testing/nodes.ts'
import { boxesFrom } from './boxes.ts'
import { catalogue } from './catalogue.ts'
import truth from './fixtures/sam.json' with { type: 'json' }
import { encodePrompts, mostObjects, objectsOf } from './sam.ts'
import { sam2 } from './segment/sam2.ts'
import { sam2Masks } from './segment/sam2-masks.ts'
import { sam2Prompts } from './segment/sam2-prompts.ts'

describe('prompts', () => {
  const size = { width: 2048, height: 512 }

  it('are in pixels of the square of 1024, a box before its points', () => {
    const { count, each, coords, labels } = encodePrompts(
      {
        points: [
          [100, 100],
          [200, 50, 0],
        ],
        boxes: [[0, 0, 512, 512]],
        detections: [],
      },
      size,
    )
    expect([count, each]).toEqual([1, 4])
    expect([...coords]).toEqual([0, 0, 256, 1024, 50, 200, 100, 100])
    expect([...labels]).toEqual([2, 3, 1, 0])
  })

  it('of several boxes: each has the points inside it, and shorter ones are filled up with -1', () => {
    const prompts = {
      points: [
        [5, 5],
        [900, 900, 0],
      ] as const,
      boxes: [
        [0, 0, 10, 10],
        [20, 20, 30, 30],
      ] as const,
    }
    const { count, each, labels } = encodePrompts({ ...prompts, detections: [[1, 2, 3, 4]] }, size)
    expect([count, each]).toEqual([3, 3])
    expect([...labels]).toEqual([2, 3, 1, 2, 3, -1, 2, 3, -1])
  })

  it('of nothing are one point that means nothing', () => {
    const { count, labels } = encodePrompts({ points: [], boxes: [], detections: [] }, size)
    expect([count, ...labels]).toEqual([1, -1])
  })

  it('are of a limited number of objects', () => {
    const detections = Array.from({ length: 200 }, () => [0, 0, 1, 1] as const)
    expect(objectsOf({ points: [[1, 1]], boxes: [], detections })).toHaveLength(mostObjects)
  })
})

const bench = await createNodeBench('.')
const { device } = bench
afterEach(() => device.clear())
afterAll(() => bench.close())

const tensor = async (shape: readonly number[], axes: string, numbers: ArrayLike<number>) =>
  (await device.ops.fromNumbers({ shape: { kind: 'tensor', shape, axes: [...axes] }, numbers })) as TensorValue
const picture = (width: number, height: number) =>
  device.image(
    { kind: 'image', width, height, channels: 3, space: 'rgb', alpha: false, range: [0, 1] },
    new Float32Array(width * height * 3),
  )

describe('masks', () => {
  const { logits, scores, size, masks } = truth
  const [objects, candidates, height, width] = truth.shape as [number, number, number, number]
  const given = async (labels = [1, 1]) => ({
    image: await picture(size[1] as number, size[0] as number),
    masks: await tensor([objects, candidates, height, width], 'NCHW', logits),
    scores: await tensor([objects, candidates], 'NC', scores),
    labels: await tensor([objects, 1], 'NP', labels),
  })

  it.each(['best', '1', '2', '3'] as const)("are torch's, of all objects together: %s", async (candidate) => {
    const made = await bench.run(sam2Masks, await given(), { candidate })
    expect(Array.from(device.read((made.mask as MaskValue).pixels))).toEqual(masks[candidate].mask)
    expect(Array.from(device.read((made.objects as LabelmapValue).labels))).toEqual(masks[candidate].objects)
  })

  it('leave out an object without a prompt', async () => {
    const made = await bench.run(sam2Masks, await given([-1, 1]))
    const labels = new Set(device.read((made.objects as LabelmapValue).labels))
    expect(labels).toEqual(new Set([0, 2]))
    const none = await bench.run(sam2Masks, await given([-1, -1]))
    expect(new Set(device.read((none.mask as MaskValue).pixels))).toEqual(new Set([0]))
    expect((none.table as TableValue).rows).toEqual([])
  })

  it('say the score of each candidate, which is chosen, and what the detector called it', async () => {
    const found = { boxes: [0, 0, 4, 4], scores: [0.9], classes: [1] }
    const detections = await boxesFrom(found, { width: 9, height: 7, names: ['cat', 'dog'] }, device.ops)
    const { table } = await bench.run(sam2Masks, { ...(await given()), detections })
    const rows = (table as TableValue).rows
    expect(rows.map(([object, candidate]) => `${object} ${candidate}`)).toEqual([
      ...[1, 2, 3].map((i) => `object 1 ${i}`),
      ...[1, 2, 3].map((i) => `dog 2 ${i}`),
    ])
    expect(rows.map(([, , score]) => score)).toEqual(scores.map((score) => Math.fround(score)))
    expect(rows.flatMap(([, , , chosen], i) => (chosen ? [i % 3] : []))).toEqual(truth.best)
  })

  it('of another decoder are refused', async () => {
    const wrong = { ...(await given()), labels: await tensor([3, 1], 'NP', [1, 1, 1]) }
    await expect(bench.run(sam2Masks, wrong)).rejects.toMatchObject({ code: 'sam.shape' })
    await expect(bench.shape(sam2Masks, wrong)).rejects.toMatchObject({ code: 'sam.shape' })
  })

  it('that are given as a prompt become logits as SAM 2 makes them', async () => {
    const pixels = await tensor(
      [512, 512],
      'HW',
      Float32Array.from({ length: 512 * 512 }, (_, i) => (i < 256 * 512 ? 1 : 0)),
    )
    const earlier: MaskValue = { kind: 'mask', width: 512, height: 512, pixels }
    const made = await bench.run(sam2Prompts, { image: await picture(512, 512), earlier }, { points: [[1, 1]] })
    const logits = device.read(made.mask as TensorValue)
    expect([logits.length, logits[0], logits.at(-1)]).toEqual([65536, 10, -10])
    expect(Array.from(device.read(made.hasMask as TensorValue))).toEqual([1])
  })
})

const bytesOf = (numbers: ArrayBufferView): Buffer =>
  Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength)

const encoder = join(modelFolder('sam2'), 'sam2_hiera_tiny_encoder.with_runtime_opt.ort')
const decoder = join(modelFolder('sam2'), 'sam2_hiera_tiny_decoder_pr1.onnx')
const installed = existsSync(encoder) && existsSync(decoder)

describe.skipIf(!installed)('with the weights (skipped: install them with sightline models pull sam2 --yes)', () => {
  const ort = createRequire(import.meta.url)('onnxruntime-node') as typeof import('onnxruntime-node')
  const points = [
    [700, 300, 1],
    [100, 900, 0],
  ] as const
  let photo: Buffer
  let masks: Float32Array
  let scores: readonly number[]

  /** A plain script: bytes of a picture to logits, with ONNX Runtime and nothing of ours. */
  beforeAll(async () => {
    const sample = bench.services.sample('coffee')
    photo = await sharp(sample).resize(1024, 1024, { fit: 'fill' }).removeAlpha().png().toBuffer()
    const pixels = await sharp(photo).raw().toBuffer()
    const [mean, std] = [[0.485, 0.456, 0.406] as const, [0.229, 0.224, 0.225] as const]
    const input = new Float32Array(3 * 1024 * 1024)
    for (let c = 0; c < 3; c++)
      for (let i = 0; i < 1024 * 1024; i++)
        input[c * 1024 * 1024 + i] =
          Math.fround(Math.fround((pixels[3 * i + c] ?? 0) / 255) - Math.fround(mean[c] ?? 0)) /
          Math.fround(std[c] ?? 1)
    const open = (file: string) => ort.InferenceSession.create(file, { intraOpNumThreads: 2, logSeverityLevel: 4 })
    const float = (numbers: ArrayLike<number>, dims: number[]): Tensor =>
      new ort.Tensor('float32', Float32Array.from(numbers), dims)
    const run = async (file: string, feeds: Record<string, Tensor>) => {
      const session: InferenceSession = await open(file)
      const made = await session.run(feeds)
      await session.release()
      return made
    }
    const embedding = await run(encoder, { image: float(input, [1, 3, 1024, 1024]) })
    const made = await run(decoder, {
      ...(embedding as Record<string, Tensor>),
      point_coords: float(
        points.flatMap(([x, y]) => [x, y]),
        [1, 2, 2],
      ),
      point_labels: float(
        points.map(([, , label]) => label),
        [1, 2],
      ),
      mask_input: float(new Float32Array(65536), [1, 1, 256, 256]),
      has_mask_input: float([0], [1]),
    })
    masks = made.masks?.data as Float32Array
    scores = Array.from(made.iou_predictions?.data as Float32Array)
  }, 300_000)

  it('logits and scores are exactly those of a plain script, and another click encodes nothing again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sightline-sam-'))
    const devices = await createTestDevices()
    const models = createModelDevice({ threads: 2 })
    const { device: threads, arena } = devices.threads
    const engine = createEngine({ device: threads, arena, models, nodes: catalogue, memory: 1 << 30 })
    try {
      await writeFile(join(folder, 'photo.png'), photo)
      const services = createServices({ base: folder })
      const photograph = ['io/load-image', { path: 'photo.png' }] as const
      const inside = sam2.composite
      if (!inside) throw new Error('SAM 2 is made of other nodes')
      // The nodes inside, without those that make masks of the logits.
      const parts = ['resize', 'normalise', 'encoder', 'prompts', 'decoder']
      const nodes = parts.map((id) => {
        const { type = '', params } = inside.nodes[id] ?? {}
        return [id, [type, { ...params, ...(id === 'prompts' && { points }) }]] as const
      })
      const wires = Object.entries(inside.edges).filter(([to]) => parts.includes(to.split('.')[0] ?? ''))
      const chain = graphOf({ photo: [...photograph], ...Object.fromEntries(nodes) } as never, [
        'photo.image > resize.image',
        'photo.image > prompts.image',
        ...wires.map(([to, from]) => `${from} > ${to}`),
      ])
      const result = await engine.run(chain, { services })
      expect(result.problems).toEqual([])
      const of = (port: string) => result.sinks.find((sink) => sink.port === port)?.value as TensorValue
      expect(of('masks').shape).toEqual([1, 3, 256, 256])
      expect(Buffer.compare(bytesOf(await result.read(of('masks'))), bytesOf(masks))).toBe(0)
      expect(Array.from(await result.read(of('iou_predictions')))).toEqual(scores)
      result.release()

      const another = graphOf({ photo: [...photograph], sam: ['segment/sam2', { points: [[500, 500, 1]] }] }, [
        'photo.image > sam.image',
      ])
      const again = await engine.run(another, { services })
      const states = Object.fromEntries(again.nodes.map(({ id, status }) => [id, status]))
      expect(states).toMatchObject({ 'sam/encoder': 'cached', 'sam/decoder': 'done', 'sam/masks': 'done' })
      const mask = again.sinks.find(({ port }) => port === 'mask')?.value as MaskValue
      const inMask = Float32Array.from(await again.read(mask.pixels)).reduce((sum, v) => sum + v, 0) / 1024 ** 2
      expect(inMask).toBeGreaterThan(0.005)
      expect(inMask).toBeLessThan(0.9)
      again.release()
    } finally {
      await engine.close()
      await models.close()
      await devices.single.close()
      await devices.threads.close()
      await rm(folder, { recursive: true })
    }
  }, 300_000)
})
