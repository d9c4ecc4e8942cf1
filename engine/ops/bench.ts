/**
 * What to time for an op, and how its peers do the same: `bench.ts` of its folder exports `benches`, a list of these, and bench/
 * runs them all. Peers are data, because they run elsewhere: OpenCV in Python and in JavaScript, sharp, TensorFlow.js.
 */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core'
import type { ImageValue } from '../values/index.ts'
import type { Ops } from './calls.ts'
import type { TensorFlow } from './tensorflow.ts'

export interface BenchSize {
  readonly width: number
  readonly height: number
}

/**
 * `small` has half the sides of the others. For peers of 8 bits: `mask` is gray above 0.25, `gray8` is gray times 255, rounded (for
 * us and TensorFlow.js it is gray).
 */
export type BenchPicture = 'rgb' | 'gray' | 'small' | 'mask' | 'gray8'
/** Where calls of OpenCV write: pictures of full size and 1 or 3 channels, one of 8 bits, one of half the sides, three planes. */
export type BenchTarget = 'gray1' | 'gray2' | 'gray3' | 'gray4' | 'bytes1' | 'rgb1' | 'half1' | 'planes'

/**
 * An argument of OpenCV. `name`: of one of its constants. `bytes`: a matrix of them. `to`: where it writes; `whatever` lets it make
 * what it needs.
 */
export type CvArgument =
  | number
  | readonly number[]
  | BenchPicture
  | BenchTarget
  | { readonly name: string }
  | { readonly to: BenchTarget | 'whatever' }
  | { readonly size: readonly [width: number, height: number] }
  | { readonly point: readonly [x: number, y: number] }
  | { readonly list: readonly BenchPicture[] }
  | { readonly matrix: readonly (readonly number[])[] }
  | { readonly bytes: readonly (readonly number[])[] }
  | { readonly flag: boolean }
  | { readonly text: string }
  | { readonly none: true }

export interface CvCall {
  readonly call: string
  /** OpenCV.js has it not, or with other arguments: it is not asked. */
  readonly native?: true
  /** The function that makes the object whose method it is, with these arguments. OpenCV.js is asked for FAST and ORB only. */
  readonly of?: readonly [make: string, ...args: CvArgument[]]
  /** In the order of C++, up to the destination. */
  readonly args: readonly CvArgument[]
  /** Those that stand behind the destination in C++ and in Python. */
  readonly more?: readonly CvArgument[]
}

/** Each absent where the peer has no such thing. */
export interface Peers {
  readonly opencv?: readonly CvCall[]
  /** Calls of scikit-image or SciPy by their full names, where OpenCV has nothing for floats: 'skimage.feature.canny'. */
  readonly scientific?: readonly CvCall[]
  /** Methods of sharp with their arguments, on the colour picture of 8 bits. */
  readonly sharp?: readonly (readonly [method: string, ...args: unknown[]])[]
  readonly tensorflow?: (tf: TensorFlow, pictures: Readonly<Record<BenchPicture, Tensor4D>>) => Tensor
}

export interface OpBench {
  readonly name: string
  /** How many planes of float32 of the full size are read and written at least. */
  readonly planes: number
  readonly run: (ops: Ops, pictures: Readonly<Record<BenchPicture, ImageValue>>, size: BenchSize) => Promise<unknown>
  readonly peers: (size: BenchSize) => Peers
}
