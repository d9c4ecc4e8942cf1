/**
 * Networks as a person runs them, with real weights, against plain scripts: TensorFlow.js and ONNX Runtime by themselves, on pictures
 * that are shrunk here by the definition of an area average. They need scikit-image's pictures (Debian's python3-skimage) and the
 * models of `sightline models pull NAME --yes`.
 */
import { existsSync, readFileSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { LayersModel, Tensor } from '@tensorflow/tfjs'
import sharp from 'sharp'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { ensureBuild } from '../build/all.ts'
import { temporaryFolder } from '../server/testing.ts'
import { modelFolder } from '../store/places.ts'
import { openWebAssembly } from '../tensorflow/wasm.ts'
import { commandLine } from '../testing/cli.ts'

const require = createRequire(import.meta.url)
const pictures = '/usr/lib/python3/dist-packages/skimage/data'
const missing = ['resnet50', 'deeplab', 'u2netp', 'fastdepth'].filter((name) => !existsSync(modelFolder(name)))
const folder = temporaryFolder()
const { sightline, pipeline } = commandLine(folder)
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

interface Pixels {
  readonly width: number
  readonly height: number
  /** Row-major, RGB, 0 to 1. */
  readonly numbers: Float64Array
}

async function pixelsOf(name: string): Promise<Pixels> {
  const { data, info } = await sharp(join(pictures, name)).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, numbers: Float64Array.from(data, (byte) => byte / 255) }
}

/** What each new pixel covers of the old ones, along one side. */
function shares(from: number, to: number): readonly (readonly [at: number, share: number])[][] {
  const step = from / to
  return Array.from({ length: to }, (_, i) => {
    const [start, end] = [i * step, Math.min(from, (i + 1) * step)]
    const first = Math.floor(start)
    return Array.from({ length: Math.ceil(end - 1e-9) - first }, (_, k) => {
      const at = first + k
      return [at, (Math.min(end, at + 1) - Math.max(start, at)) / (end - start)] as const
    })
  })
}

/** By area averages, channels last. */
function shrink({ width, height, numbers }: Pixels, to: { width: number; height: number }): Float32Array {
  const [rows, columns] = [shares(height, to.height), shares(width, to.width)]
  const out = new Float32Array(to.width * to.height * 3)
  for (const [y, row] of rows.entries())
    for (const [x, column] of columns.entries())
      for (let c = 0; c < 3; c++) {
        let sum = 0
        for (const [sy, wy] of row)
          for (const [sx, wx] of column) sum += wy * wx * (numbers[(sy * width + sx) * 3 + c] ?? 0)
        out[(y * to.width + x) * 3 + c] = sum
      }
  return out
}

const planar = (numbers: Float32Array, size: number, of: (value: number, c: number) => number): Float32Array =>
  Float32Array.from({ length: 3 * size }, (_, i) => {
    const c = Math.floor(i / size)
    return of(numbers[(i % size) * 3 + c] ?? 0, c)
  })

async function loadTensorFlow(name: string) {
  const place = modelFolder(name)
  const raw = JSON.parse(readFileSync(join(place, 'model.json'), 'utf8'))
  const groups = raw.weightsManifest as { weights: never[]; paths: string[] }[]
  const bytes = Buffer.concat(groups.flatMap(({ paths }) => paths.map((path) => readFileSync(join(place, path)))))
  const weightSpecs = groups.flatMap(({ weights }) => weights)
  return { ...raw, weightSpecs, weightData: Uint8Array.from(bytes).buffer }
}

/** Keras' preprocessing (BGR minus the mean of ImageNet), the network, and Zhou's class activation map of its best class. */
async function resnet(picture: Pixels) {
  const tf = await openWebAssembly()
  const layers = require('@tensorflow/tfjs-layers') as typeof import('@tensorflow/tfjs-layers')
  const whole: LayersModel = await layers.loadLayersModel({ load: () => loadTensorFlow('resnet50') })
  const last = whole.getLayer('activation_48').output
  const model = layers.model({ inputs: whole.inputs, outputs: [last as never, ...whole.outputs] })
  const small = shrink(picture, { width: 224, height: 224 })
  const mean = [103.939, 116.779, 123.68]
  const input = Float32Array.from(small, (_, i) => 255 * (small[i - (i % 3) + 2 - (i % 3)] ?? 0) - (mean[i % 3] ?? 0))
  const [features, scores] = model.predict(tf.tensor(input, [1, 224, 224, 3])) as Tensor[]
  const p = [...((await scores?.data()) ?? [])]
  const best = p.indexOf(Math.max(...p))
  const kernel = (await whole.getLayer('fc1000').getWeights()[0]?.data()) ?? []
  const maps = (await features?.data()) ?? []
  const map = Array.from({ length: 49 }, (_, at) => {
    let sum = 0
    for (let k = 0; k < 2048; k++) sum += (maps[at * 2048 + k] ?? 0) * (kernel[k * 1000 + best] ?? 0)
    return sum
  })
  return { p, map }
}

async function onnx(name: string, file: string, input: Float32Array, side: number): Promise<Float32Array> {
  const ort = require('onnxruntime-node') as typeof import('onnxruntime-node')
  const session = await ort.InferenceSession.create(join(modelFolder(name), file), { logSeverityLevel: 4 })
  const tensor = new ort.Tensor('float32', input, [1, 3, side, side])
  const made = await session.run({ [session.inputNames[0] ?? '']: tensor })
  return made[session.outputNames[0] ?? '']?.data as Float32Array
}

/** The numbers of NumPy's .npy with this many bytes before them. */
function npy(file: string): Float32Array | Int32Array {
  const bytes = readFileSync(join(folder, 'out', file))
  const start = 10 + bytes.readUInt16LE(8)
  const numbers = bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length)
  return bytes.subarray(0, start).includes('<i4') ? new Int32Array(numbers) : new Float32Array(numbers)
}

/** OpenCV's bilinear interpolation at one pixel of the enlarged picture. */
function enlarged(small: ArrayLike<number>, side: number, to: { width: number; height: number }, x: number, y: number) {
  const place = (at: number, length: number): readonly [number, number, number] => {
    const source = Math.min(side - 1, Math.max(0, ((at + 0.5) * side) / length - 0.5))
    return [Math.floor(source), Math.min(side - 1, Math.floor(source) + 1), source - Math.floor(source)]
  }
  const [x0, x1, u] = place(x, to.width)
  const [y0, y1, v] = place(y, to.height)
  const at = (row: number, column: number): number => small[row * side + column] ?? Number.NaN
  return (1 - v) * ((1 - u) * at(y0, x0) + u * at(y0, x1)) + v * ((1 - u) * at(y1, x0) + u * at(y1, x1))
}

function expectEnlarged(made: ArrayLike<number>, small: ArrayLike<number>, side: number, size: Pixels, most: number) {
  expect(made.length).toBe(size.width * size.height)
  let worst = 0
  for (let i = 0; i < made.length; i++) {
    const wanted = enlarged(small, side, size, i % size.width, Math.floor(i / size.width))
    worst = Math.max(worst, Math.abs((made[i] ?? Number.NaN) - wanted))
  }
  expect(worst).toBeLessThanOrEqual(most)
}

describe.skipIf(missing.length > 0 || !existsSync(join(pictures, 'chelsea.png')))(
  `networks with real weights${missing.length > 0 ? ` (not installed: ${missing.join(', ')})` : ''}`,
  () => {
    let chelsea: Pixels
    let motorcycle: Pixels
    beforeAll(async () => {
      await ensureBuild({ page: false })
      for (const name of ['chelsea.png', 'coffee.png', 'motorcycle_left.png'])
        await copyFile(join(pictures, name), join(folder, name))
      chelsea = await pixelsOf('chelsea.png')
      motorcycle = await pixelsOf('motorcycle_left.png')
      pipeline(
        'all.json',
        [
          { id: 'photo', type: 'io/load-image', params: { path: 'chelsea.png' } },
          { id: 'coffee', type: 'io/load-image', params: { path: 'coffee.png' } },
          { id: 'bike', type: 'io/load-image', params: { path: 'motorcycle_left.png' } },
          { id: 'cls', type: 'classify/resnet50' },
          { id: 'cup', type: 'classify/resnet50' },
          { id: 'depth', type: 'depth/fastdepth' },
          { id: 'seg', type: 'segment/deeplab' },
          { id: 'learned', type: 'model/weights', params: { path: 'model:resnet50/model.json', name: 'conv1/kernel' } },
          { id: 'nearest', type: 'network/nearest-filter' },
          { id: 'sal', type: 'segment/u2netp' },
        ],
        [
          ['photo.image', 'cls.image'],
          ['coffee.image', 'cup.image'],
          ['photo.image', 'depth.image'],
          ['bike.image', 'seg.image'],
          ['bike.image', 'sal.image'],
          ['learned.weights', 'nearest.weights'],
        ],
      )
      const { code, err } = await sightline('run', 'all.json', '--out', 'out', '--raw')
      expect([code, err]).toEqual([0, ''])
    })

    it('ResNet-50 sees an Egyptian cat and an espresso, as Keras’ own way says', async () => {
      const read = (file: string) => JSON.parse(readFileSync(join(folder, 'out', file), 'utf8'))
      const [cat, cup] = [read('cls.labels.json'), read('cup.labels.json')]
      expect(cat[0].label).toBe('Egyptian cat')
      expect(cat[0].score).toBeGreaterThan(0.9)
      expect(cat).toHaveLength(5)
      expect(cup[0].label).toBe('espresso')
      const { p, map } = await resnet(chelsea)
      const best = [...p].sort((a, b) => b - a).slice(0, 5)
      for (const [i, { score }] of cat.entries()) expect(Math.abs(score - (best[i] ?? 0))).toBeLessThan(1e-5)
      // Sums of 2,048 products of about 1e-2 each.
      expectEnlarged(npy('cls.map.npy'), map, 7, chelsea, 1e-3)
    })

    it('the filters of the first layer that are most like Sobel’s are those that NumPy finds', () => {
      // a = conv1.sum(2).reshape(49, 64); a /= norm(a, axis=0); k = np.pad(sobel, 2).ravel(); (k / norm(k)) @ a
      const { rows } = JSON.parse(readFileSync(join(folder, 'out/nearest.table.json'), 'utf8'))
      const wanted = [
        [3, 0.689],
        [40, -0.618],
        [0, 0.569],
      ]
      expect(rows.slice(0, 3)).toEqual(wanted.map(([filter, cosine]) => [filter, expect.closeTo(cosine ?? 0, 3)]))
    })

    it('FastDepth gives what ONNX Runtime gives', async () => {
      const side = 224
      const input = planar(shrink(chelsea, { width: side, height: side }), side * side, (v) => v)
      expectEnlarged(
        npy('depth.depth.npy'),
        await onnx('fastdepth', 'fastdepth_7.onnx', input, side),
        side,
        chelsea,
        1e-5,
      )
    })

    it('U²-Net-p gives what ONNX Runtime gives after normPRED', async () => {
      const side = 320
      const [mean, std] = [
        [0.485, 0.456, 0.406],
        [0.229, 0.224, 0.225],
      ]
      const small = shrink(motorcycle, { width: side, height: side })
      const input = planar(small, side * side, (v, c) => (v - (mean[c] ?? 0)) / (std[c] ?? 1))
      const map = await onnx('u2netp', 'u2netp.onnx', input, side)
      const [low, high] = [Math.min(...map), Math.max(...map)]
      const stretched = map.map((value) => (value - low) / (high - low))
      expectEnlarged(npy('sal.mask.npy'), stretched, side, motorcycle, 1e-4)
    })

    it('DeepLab finds the motorcycle, pixel by pixel as TensorFlow.js does', async () => {
      const tf = await openWebAssembly()
      const { loadGraphModel } = require('@tensorflow/tfjs-converter') as typeof import('@tensorflow/tfjs-converter')
      const model = await loadGraphModel({ load: () => loadTensorFlow('deeplab') })
      const { width, height } = motorcycle
      const [columns, rows] = [513, Math.round((height * 513) / width)]
      const input = Int32Array.from(shrink(motorcycle, { width: columns, height: rows }), (v) => Math.round(255 * v))
      const made = (await model.executeAsync(tf.tensor(input, [1, rows, columns, 3], 'int32'))) as Tensor
      const ids = await made.data()
      const labels = npy('seg.labels.npy')
      let apart = 0
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const [row, column] = [Math.floor(((y + 0.5) * rows) / height), Math.floor(((x + 0.5) * columns) / width)]
          if (ids[row * columns + column] !== labels[y * width + x]) apart++
        }
      // A number of 8 bits that is exactly between two may be rounded either way.
      expect(apart / labels.length).toBeLessThan(1e-3)
      const { labels: found } = JSON.parse(readFileSync(join(folder, 'out/seg.labels.json'), 'utf8'))
      expect(found.map(({ name }: { name: string }) => name)).toContain('motorbike')
    })
  },
)
