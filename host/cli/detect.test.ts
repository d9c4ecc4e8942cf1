/**
 * Detectors as a person runs them, with real weights, against plain scripts of a photo: OpenCV's dnn (nodes/fixtures/detect.py)
 * for YOLOX and FastestDet, TensorFlow.js after its own coco-ssd for SSD. It needs SIGHTLINE_TEST_DATA (a folder with
 * models/yolox_nano.onnx and models/fastestdet.onnx), scikit-image's picture `astronaut` (Debian's python3-skimage), and for SSD
 * the model of `sightline models pull ssd-mobilenet --yes`.
 */
import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import sharp from 'sharp'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import truth from '../../nodes/fixtures/detect.json' with { type: 'json' }
import { ensureBuild } from '../build/all.ts'
import { temporaryFolder } from '../server/testing.ts'
import { modelFolder } from '../store/places.ts'
import { commandLine } from '../testing/cli.ts'

const data = process.env.SIGHTLINE_TEST_DATA
const astronaut = '/usr/lib/python3/dist-packages/skimage/data/astronaut.png'
const ssd = modelFolder('ssd-mobilenet')
const folder = temporaryFolder()
const { sightline, pipeline } = commandLine(folder)
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

interface Found {
  readonly box: readonly number[]
  readonly score: number
  readonly class: number
  readonly name?: string
}

async function run(file: string, sink: string): Promise<readonly Found[]> {
  const { code, err } = await sightline('run', file, '--out', 'out', ...(data ? ['--allow', data] : []))
  expect([code, err]).toEqual([0, ''])
  return (JSON.parse(readFileSync(join(folder, 'out', `${sink}.boxes.json`), 'utf8')) as { boxes: Found[] }).boxes
}

function expectSame(found: readonly Found[], wanted: readonly Found[]): void {
  expect(found.map((one) => one.class)).toEqual(wanted.map((one) => one.class))
  for (const [i, one] of wanted.entries()) {
    expect(Math.abs((found[i]?.score ?? Number.NaN) - one.score)).toBeLessThan(0.02)
    for (const [side, value] of one.box.entries())
      expect(Math.abs((found[i]?.box[side] ?? Number.NaN) - value)).toBeLessThan(0.5)
  }
  expect(found[0]?.name).toBe('person')
}

const photo = { id: 'photo', type: 'io/load-image', params: { path: 'photo.png' } }

describe.skipIf(!existsSync(astronaut))('on a photograph of a person', () => {
  beforeAll(async () => {
    await ensureBuild({ page: false })
    // As detect.py cuts it.
    const part = { left: 0, top: 100, width: truth.photo.width, height: truth.photo.height }
    await sharp(astronaut).extract(part).png().toFile(join(folder, 'photo.png'))
  })

  it.skipIf(!data)('YOLOX finds what OpenCV’s dnn finds', async () => {
    const params = { path: join(data ?? '', 'models/yolox_nano.onnx') }
    pipeline('yolox.json', [photo, { id: 'find', type: 'detect/yolox', params }], [['photo.image', 'find.image']])
    expectSame(await run('yolox.json', 'find'), truth.yolox.found)
  })

  it.skipIf(!data)('FastestDet, in its parts, finds what OpenCV’s dnn finds', async () => {
    const { width, height, anchor, fill } = truth.fastestdet.letterbox
    // To 8 bits and back, as OpenCV keeps the letterbox.
    const prepared = { order: 'BGR', scale: '255', whole: true, mean: [0], std: [255] }
    pipeline(
      'fastestdet.json',
      [
        photo,
        { id: 'box', type: 'geometry/letterbox', params: { width, height, anchor, fill: fill / 255 } },
        { id: 'prepare', type: 'tensor/normalise', params: prepared },
        { id: 'net', type: 'model/onnx', params: { path: join(data ?? '', 'models/fastestdet.onnx') } },
        { id: 'decode', type: 'detect/decode', params: { format: 'fastestdet' } },
        // Weak boxes of this small network move by pixels with the last digit of the resized photo.
        { id: 'find', type: 'detect/nms', params: { score: 0.6 } },
      ],
      [
        ['photo.image', 'box.image'],
        ['box.image', 'prepare.image'],
        ['prepare.tensor', 'net.input.1'],
        ['net.758', 'decode.output'],
        ['box.image', 'decode.image'],
        ['decode.boxes', 'find.boxes'],
      ],
    )
    const sure = truth.fastestdet.found.filter(({ score }) => score >= 0.6)
    expect(sure.length).toBe(2)
    expectSame(await run('fastestdet.json', 'find'), sure)
  })

  it.skipIf(!existsSync(ssd))('SSD finds what TensorFlow.js finds', async () => {
    pipeline('ssd.json', [photo, { id: 'find', type: 'detect/ssd-mobilenet' }], [['photo.image', 'find.image']])
    const found = await run('ssd.json', 'find')
    expectSame(found, await cocoSsd())
  })
})

/** After TensorFlow.js' coco-ssd: the picture as int32, the best class of each box, nonMaxSuppression at 0.45 and 0.5. */
async function cocoSsd(): Promise<readonly Found[]> {
  await tf.setBackend('cpu')
  const { modelTopology, weightsManifest } = JSON.parse(await readFile(join(ssd, 'model.json'), 'utf8'))
  const specs = weightsManifest.flatMap((group: { weights: unknown[] }) => group.weights)
  const shards = weightsManifest.flatMap((group: { paths: string[] }) => group.paths) as string[]
  const bytes = Buffer.concat(await Promise.all(shards.map((path) => readFile(join(ssd, path)))))
  const weightData = new Uint8Array(bytes).buffer
  const model = await tf.loadGraphModel(tf.io.fromMemory({ modelTopology, weightSpecs: specs, weightData }))
  const { data: pixels, info } = await sharp(join(folder, 'photo.png')).raw().toBuffer({ resolveWithObject: true })
  const { width, height } = info
  const input = tf.tensor4d(new Int32Array(pixels), [1, height, width, 3], 'int32')
  const [scores, boxes] = (await model.executeAsync(input)) as tf.Tensor[]
  if (!scores || !boxes) throw new Error('no output')
  const sure = scores.squeeze([0]).max(1) as tf.Tensor1D
  const corners = boxes.squeeze([0, 2]) as tf.Tensor2D
  const kept = await tf.image.nonMaxSuppressionAsync(corners, sure, 20, 0.45, 0.5)
  const [classes, weights, sides] = [
    await scores.squeeze([0]).argMax(1).data(),
    await sure.data(),
    await corners.data(),
  ]
  return Array.from(await kept.data(), (i): Found => {
    const [y0 = 0, x0 = 0, y1 = 0, x1 = 0] = sides.slice(4 * i, 4 * i + 4)
    const box = [x0 * width, y0 * height, x1 * width, y1 * height]
    return { box, score: weights[i] ?? 0, class: classes[i] ?? -1 }
  })
}
