/** The peers that run in JavaScript: OpenCV.js (WebAssembly), TensorFlow.js (WASM backend) and sharp (libvips, 8 bit). */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import type { BenchPicture, CvArgument, CvCall } from '../../engine/ops/bench.ts'
import type { TensorFlow } from '../../engine/ops/tensorflow.ts'
import { timed } from '../pairs.ts'
import { benchPicture } from '../picture.ts'
import type { Peer, PeerOptions } from './opencv.ts'

const require = createRequire(import.meta.url)

type Mat = { data32F: Float32Array; convertTo(to: Mat, type: number, scale?: number): void; delete(): void }
/** The part of OpenCV.js that is used here (its own types describe another version). */
export interface OpenCVjs {
  Mat: new (rows?: number, cols?: number, type?: number) => Mat
  Size: new (width: number, height: number) => unknown
  Point: new (x: number, y: number) => unknown
  KeyPointVector: new () => { delete(): void }
  MatVector: new () => { push_back(mat: Mat): void; delete(): void }
  matFromArray(rows: number, cols: number, type: number, data: ArrayLike<number>): Mat
  onRuntimeInitialized?: () => void
  then?: unknown
  [name: string]: unknown
}

type Detector = { delete(): void } & Record<string, (...args: unknown[]) => unknown>
/** Its classes, by the functions that make the same in Python. */
const detectors: Readonly<Record<string, string>> = {
  FastFeatureDetector_create: 'FastFeatureDetector',
  ORB_create: 'ORB',
}

/** The module resolves to itself for ever when awaited: its `then` goes first. */
export async function loadOpenCVjs(): Promise<OpenCVjs> {
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
  const type = cv.CV_32FC3 as number
  const rgb = cv.matFromArray(height, width, type, benchPicture(width, height))
  const [gray, small] = [new cv.Mat(), new cv.Mat()]
  call('cvtColor', rgb, gray, cv.COLOR_RGB2GRAY)
  call('resize', rgb, small, new cv.Size(width >> 1, height >> 1), 0, 0, cv.INTER_AREA)
  const [bright, mask, gray8] = [new cv.Mat(), new cv.Mat(), new cv.Mat()]
  call('threshold', gray, bright, 0.25, 1, cv.THRESH_BINARY)
  bright.convertTo(mask, cv.CV_8U as number)
  bright.delete()
  gray.convertTo(gray8, cv.CV_8U as number, 255)
  const pictures = { rgb, gray, small, mask, gray8 }
  // Each grows to what is first written to it, and stays so.
  const targets = {
    ...{
      gray1: new cv.Mat(),
      gray2: new cv.Mat(),
      gray3: new cv.Mat(),
      gray4: new cv.Mat(),
      bytes1: new cv.Mat(),
      rgb1: new cv.Mat(),
      half1: new cv.Mat(),
    },
    planes: new cv.MatVector(),
  }
  const others: { delete(): void }[] = []
  const made = <T extends { delete(): void }>(value: T): T => {
    others.push(value)
    return value
  }
  const listOf = (names: readonly BenchPicture[]) => {
    const list = made(new cv.MatVector())
    for (const name of names) list.push_back(pictures[name])
    return list
  }
  const matrixOf = (rows: readonly (readonly number[])[], type = cv.CV_32F) =>
    made(cv.matFromArray(rows.length, rows[0]?.length ?? 0, type as number, rows.flat()))
  function argumentOf(argument: CvArgument): unknown {
    if (typeof argument === 'string') return { ...pictures, ...targets }[argument]
    if (typeof argument === 'number' || 'length' in argument) return argument
    if ('name' in argument) return cv[argument.name]
    if ('to' in argument) return argument.to === 'whatever' ? made(new cv.Mat()) : targets[argument.to]
    if ('size' in argument) return new cv.Size(...argument.size)
    if ('point' in argument) return new cv.Point(...argument.point)
    if ('flag' in argument) return argument.flag
    if ('text' in argument) return argument.text
    if ('list' in argument) return listOf(argument.list)
    if ('bytes' in argument) return matrixOf(argument.bytes, cv.CV_8U)
    return 'matrix' in argument ? matrixOf(argument.matrix) : made(new cv.Mat())
  }
  const detectorOf = ([make, ...settings]: NonNullable<CvCall['of']>) =>
    new (cv[detectors[make] ?? make] as new (...settings: unknown[]) => Detector)(...settings.map(argumentOf))
  return {
    name: 'OpenCV.js 4.12',
    op({ opencv }) {
      if (!opencv || opencv.some(({ of, native }) => native || (of && !(of[0] in detectors)))) return undefined
      const calls = opencv.map(({ call: name, of, args, more = [] }) => {
        const values = [...args, ...more].map(argumentOf)
        if (of) {
          // Keypoints and descriptors are written to arguments; Python returns them.
          const detector = made(detectorOf(of))
          const found = [made(new cv.KeyPointVector()), ...(name === 'detect' ? [] : [made(new cv.Mat())])]
          return () => detector[name]?.(...values, ...found)
        }
        return () => call(name, ...values)
      })
      return timed(() => {
        for (const run of calls) run()
      })
    },
    close: () => {
      for (const mat of [rgb, gray, small, mask, gray8, ...Object.values(targets), ...others]) mat.delete()
    },
  }
}

export async function tensorFlowJs({ width, height }: PeerOptions): Promise<Peer> {
  // The CommonJS builds share one copy of the core; the package's ES build would bring a second.
  const tf = require('@tensorflow/tfjs') as typeof import('@tensorflow/tfjs')
  const wasm = require('@tensorflow/tfjs-backend-wasm') as typeof import('@tensorflow/tfjs-backend-wasm')
  wasm.setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')), '/'))
  await tf.setBackend('wasm')
  await tf.ready()
  const rgb = tf.tensor4d(benchPicture(width, height), [1, height, width, 3])
  const gray = tf.tidy(() => rgb.mean(3, true) as typeof rgb)
  const small = tf.tidy(() => tf.image.resizeBilinear(rgb, [height >> 1, width >> 1]))
  const pictures = { rgb, gray, small, mask: gray, gray8: gray }
  return {
    name: 'TensorFlow.js 4.22 WASM',
    // dataSync on one element would copy all of it; WASM kernels are done when they return.
    op: ({ tensorflow }) =>
      tensorflow && timed(() => tf.dispose(tf.tidy(() => tensorflow(tf as unknown as TensorFlow, pictures)))),
    close: () => tf.disposeVariables(),
  }
}

/** libvips works on 8-bit pictures here and copies its result out: a sanity peer, not a like for like. */
export async function sharpPeer({ width, height, threads }: PeerOptions): Promise<Peer> {
  sharp.concurrency(threads)
  sharp.cache(false)
  const rgb = Uint8Array.from(benchPicture(width, height), (v) => Math.round(v * 255))
  const picture = () => sharp(rgb, { raw: { width, height, channels: 3 } })
  return {
    name: 'sharp 0.35 (8 bit)',
    op: ({ sharp: methods }) =>
      methods &&
      timed(() => {
        const run = (chain: Sharp, [method, ...args]: readonly [string, ...unknown[]]): Sharp =>
          (chain[method as keyof Sharp] as (...args: unknown[]) => Sharp).apply(chain, args)
        return methods.reduce(run, picture()).raw().toBuffer()
      }),
    close: () => {},
  }
}
