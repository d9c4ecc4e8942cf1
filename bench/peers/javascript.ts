/** The JavaScript peers: OpenCV.js (WebAssembly), TensorFlow.js (WASM backend) and sharp (libvips, 8 bit). */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { timed } from '../pairs.ts'
import { benchPicture } from '../picture.ts'
import type { Peer, PeerOptions } from './opencv.ts'

const require = createRequire(import.meta.url)

type Mat = { data32F: Float32Array; delete(): void }
/** The part of OpenCV.js that is used here (its own types describe another version). */
interface OpenCVjs {
  Mat: new (rows?: number, cols?: number, type?: number) => Mat
  Size: new (width: number, height: number) => unknown
  MatVector: new () => { push_back(mat: Mat): void; delete(): void }
  matFromArray(rows: number, cols: number, type: number, data: ArrayLike<number>): Mat
  onRuntimeInitialized?: () => void
  then?: unknown
  [name: string]: unknown
}

/** The module resolves to itself endlessly when awaited, so remove its `then` first. */
async function loadOpenCVjs(): Promise<OpenCVjs> {
  const cv = require('@techstark/opencv-js') as OpenCVjs
  if (cv.Mat === undefined)
    await new Promise<void>((resolve) => {
      cv.onRuntimeInitialized = resolve
    })
  delete cv.then
  return cv
}

export async function openCVjs({ width, height }: PeerOptions): Promise<Peer> {
  const cv = await loadOpenCVjs()
  const call = (name: string, ...args: unknown[]): unknown => (cv[name] as (...args: unknown[]) => unknown)(...args)
  const k = (name: string): number => cv[name] as number
  const rgb = cv.matFromArray(height, width, k('CV_32FC3'), benchPicture(width, height))
  const gray = new cv.Mat()
  call('cvtColor', rgb, gray, k('COLOR_RGB2GRAY'))
  const small = new cv.Mat()
  call('resize', rgb, small, new cv.Size(width >> 1, height >> 1), 0, 0, k('INTER_AREA'))
  const [a, b, c] = [new cv.Mat(), new cv.Mat(), new cv.Mat()]
  const noMask = new cv.Mat()
  const histogramOf = new cv.MatVector()
  histogramOf.push_back(gray)
  const kernel3 = cv.matFromArray(3, 3, k('CV_32F'), [-1, 0, 1, -2, 0, 2, -1, 0, 1])
  const kernel7 = cv.matFromArray(
    7,
    7,
    k('CV_32F'),
    Array.from({ length: 49 }, (_, i) => Math.sin(i * 7.3)),
  )
  const [planes, parts] = [new cv.MatVector(), new cv.MatVector()]
  for (let i = 0; i < 3; i++) planes.push_back(gray)
  const full = new cv.Size(width, height)
  const colour = (code: string) => () => call('cvtColor', rgb, a, k(code))
  const magnitude = (src: Mat) => {
    call('Sobel', src, a, k('CV_32F'), 1, 0)
    call('Sobel', src, b, k('CV_32F'), 0, 1)
    call('magnitude', a, b, c)
  }
  const ops: Record<string, () => unknown> = {
    gray: colour('COLOR_RGB2GRAY'),
    hsv: colour('COLOR_RGB2HSV'),
    lab: colour('COLOR_RGB2Lab'),
    ycrcb: colour('COLOR_RGB2YCrCb'),
    gaussian: () => call('GaussianBlur', rgb, a, new cv.Size(25, 25), 3),
    sobel: () => magnitude(gray),
    median3: () => call('medianBlur', gray, a, 3),
    median5: () => call('medianBlur', gray, a, 5),
    convolve7: () => call('filter2D', gray, a, -1, kernel7),
    conv2d: () => call('filter2D', rgb, b, -1, kernel3),
    nearest: () => call('resize', small, a, full, 0, 0, k('INTER_NEAREST')),
    bilinear: () => call('resize', small, a, full, 0, 0, k('INTER_LINEAR')),
    bicubic: () => call('resize', small, a, full, 0, 0, k('INTER_CUBIC')),
    area: () => call('resize', rgb, a, new cv.Size(width >> 1, height >> 1), 0, 0, k('INTER_AREA')),
    blend: () => call('addWeighted', rgb, 0.3, rgb, 0.7, 0, a),
    threshold: () => call('threshold', gray, a, 0.5, 1, k('THRESH_BINARY')),
    statistics: () => {
      call('meanStdDev', gray, a, b)
      call('minMaxLoc', gray)
      call('calcHist', histogramOf, [0], noMask, a, [256], [0, 1])
    },
    split: () => call('split', rgb, parts),
    merge: () => call('merge', planes, a),
    chain: () => {
      call('cvtColor', rgb, a, k('COLOR_RGB2GRAY'))
      call('GaussianBlur', a, b, new cv.Size(17, 17), 2)
      const grayBlurred = b
      call('Sobel', grayBlurred, a, k('CV_32F'), 1, 0)
      call('Sobel', grayBlurred, c, k('CV_32F'), 0, 1)
      call('magnitude', a, c, a)
    },
  }
  return {
    name: 'OpenCV.js 4.12',
    op: (name) => (ops[name] ? timed(ops[name]) : undefined),
    close: () => {
      for (const mat of [rgb, gray, small, a, b, c, kernel3, kernel7, noMask, histogramOf, planes, parts]) mat.delete()
    },
  }
}

export async function tensorFlowJs({ width, height }: PeerOptions): Promise<Peer> {
  // The CommonJS builds share one copy of the core; the package's ES build would load a second.
  const tf = require('@tensorflow/tfjs') as typeof import('@tensorflow/tfjs')
  const wasm = require('@tensorflow/tfjs-backend-wasm') as typeof import('@tensorflow/tfjs-backend-wasm')
  wasm.setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')), '/'))
  await tf.setBackend('wasm')
  await tf.ready()
  const rgb = tf.tensor4d(benchPicture(width, height), [1, height, width, 3])
  const gray = tf.tidy(() => rgb.mean(3, true) as typeof rgb)
  const small = tf.tidy(() => tf.image.resizeBilinear(rgb, [height >> 1, width >> 1]))
  const taps = (n: number, sigma: number): number[] => {
    const g = Array.from({ length: n }, (_, i) => Math.exp(-((i - (n - 1) / 2) ** 2) / (2 * sigma * sigma)))
    const sum = g.reduce((x, y) => x + y)
    return g.map((v) => v / sum)
  }
  const depthwise = (n: number, axis: 'x' | 'y', sigma: number, channels: number) =>
    tf.tensor4d(
      taps(n, sigma).flatMap((v) => Array<number>(channels).fill(v)),
      axis === 'x' ? [1, n, channels, 1] : [n, 1, channels, 1],
    )
  const [gx, gy] = [depthwise(25, 'x', 3, 3), depthwise(25, 'y', 3, 3)]
  const sx = tf.tensor4d([-1, 0, 1, -2, 0, 2, -1, 0, 1], [3, 3, 1, 1])
  const sy = tf.tensor4d([-1, -2, -1, 0, 0, 0, 1, 2, 1], [3, 3, 1, 1])
  const sobel3 = tf.tensor4d(
    [-1, 0, 1, -2, 0, 2, -1, 0, 1].flatMap((v) => [v, v, v]),
    [3, 3, 3, 1],
  )
  const k7 = tf.tensor4d(
    Array.from({ length: 49 }, (_, i) => Math.sin(i * 7.3)),
    [7, 7, 1, 1],
  )
  const luma = tf.tensor1d([0.299, 0.587, 0.114])
  const ops: Record<string, () => import('@tensorflow/tfjs').Tensor> = {
    gray: () => rgb.mul(luma).sum(3, true),
    gaussian: () => tf.depthwiseConv2d(tf.depthwiseConv2d(rgb, gx, 1, 'same'), gy, 1, 'same'),
    sobel: () =>
      tf
        .conv2d(gray, sx, 1, 'same')
        .square()
        .add(tf.conv2d(gray, sy, 1, 'same').square())
        .sqrt(),
    convolve7: () => tf.conv2d(gray, k7, 1, 'same'),
    conv2d: () => tf.depthwiseConv2d(rgb, sobel3, 1, 'same'),
    maxPool: () => tf.maxPool(rgb, 2, 2, 'valid'),
    bilinear: () => tf.image.resizeBilinear(small, [height, width]),
    nearest: () => tf.image.resizeNearestNeighbor(small, [height, width]),
    blend: () => rgb.mul(0.3).add(rgb.mul(0.7)),
    threshold: () => gray.greater(0.5).toFloat(),
  }
  return {
    name: 'TensorFlow.js 4.22 WASM',
    // dataSync on one element would copy everything; WASM kernels are complete when they return.
    op: (name) => {
      const op = ops[name]
      return op && timed(() => tf.dispose(tf.tidy(op)))
    },
    close: () => tf.disposeVariables(),
  }
}

/** libvips works on 8-bit pictures here and copies its result out: a sanity check, not a like-for-like comparison. */
export async function sharpPeer({ width, height, threads }: PeerOptions): Promise<Peer> {
  sharp.concurrency(threads)
  sharp.cache(false)
  const rgb = Uint8Array.from(benchPicture(width, height), (v) => Math.round(v * 255))
  const picture = () => sharp(rgb, { raw: { width, height, channels: 3 } })
  const ops: Record<string, () => Promise<unknown>> = {
    gray: () => picture().grayscale().raw().toBuffer(),
    lab: () => picture().toColourspace('lab').raw().toBuffer(),
    gaussian: () => picture().blur(3).raw().toBuffer(),
    median3: () => picture().grayscale().median(3).raw().toBuffer(),
    median5: () => picture().grayscale().median(5).raw().toBuffer(),
    area: () =>
      picture()
        .resize(width >> 1, height >> 1, { kernel: 'linear' })
        .raw()
        .toBuffer(),
    threshold: () => picture().threshold(128).raw().toBuffer(),
  }
  return { name: 'sharp 0.35 (8 bit)', op: (name) => (ops[name] ? timed(ops[name]) : undefined), close: () => {} }
}
