/** What a model's process is told, and what it tells. Numbers go through a file that both have open. */

import type { ModelPort } from '../../engine/graph/models.ts'
import type { Network } from '../../engine/graph/network.ts'
import type { ModelProvider, ModelResult } from '../../engine/models/device.ts'
import type { Problem } from '../../engine/types/problem.ts'
import type { DType } from '../../engine/values/dtype.ts'
import type { RuntimeDescription, RuntimeFile } from './runtime.ts'

/** A tensor in the file. */
export interface Placed extends ModelResult {
  /** Where its numbers begin, in bytes. */
  readonly at: number
}

export type ToModel =
  | { readonly type: 'describe'; readonly runtime: string; readonly file: RuntimeFile; readonly threads: number }
  | { readonly type: 'network'; readonly runtime: string; readonly file: RuntimeFile }
  | {
      readonly type: 'load'
      /** What the model is called from now on: several small ones may share a process. */
      readonly model: string
      readonly runtime: string
      readonly file: RuntimeFile
      readonly parts: readonly RuntimeFile[]
      /** What the model takes. */
      readonly inputs: readonly ModelPort[]
      readonly threads: number
      readonly device: 'auto' | 'cpu'
    }
  | {
      readonly type: 'weight'
      readonly runtime: string
      readonly file: RuntimeFile
      readonly parts: readonly RuntimeFile[]
      readonly names: readonly string[]
      readonly threads: number
    }
  /** Sent while the inputs are still being written: they are there when the file says `mark`. */
  | {
      readonly type: 'run'
      readonly model: string
      readonly inputs: readonly Placed[]
      readonly outputs: readonly string[]
      readonly mark: number
      /** Outputs that are kept, and the inputs that they are in the next run. */
      readonly carry: Readonly<Record<string, string>>
    }
  | { readonly type: 'unload'; readonly model: string }

/** `bytes`: the memory of the process. */
export type FromModel =
  | { readonly type: 'described'; readonly description: RuntimeDescription }
  | { readonly type: 'network'; readonly network: Network }
  | { readonly type: 'progress'; readonly fraction: number }
  | { readonly type: 'loaded'; readonly bytes: number; readonly provider: ModelProvider }
  | { readonly type: 'unloaded'; readonly bytes: number }
  /** Sent while the results are still being written: they are there when the file says `mark`. `provider`: of a run; a weight is read without one. */
  | {
      readonly type: 'made'
      readonly mark: number
      readonly results: readonly Placed[]
      readonly bytes: number
      readonly provider?: ModelProvider | undefined
    }
  | { readonly type: 'failed'; readonly problem: Problem }

/** Of the file that numbers go through, in the process. 3 is the channel of messages. */
export const fileDescriptor = 4

/**
 * The file begins with two numbers of 32 bits: how many times inputs have been written to it, and results. Who waits for numbers
 * has been told of them before they were there, and looks here: so copying does not wait for messages.
 */
export const marksAt = { inputs: 0, results: 4 } as const
export const markBytes = 4
/** Where numbers may begin. */
export const firstPlace = 64

/** Where tensors of these sizes lie in the file, one after the other. */
export function placesOf<T extends { readonly dtype: DType; readonly shape: readonly number[] }>(
  tensors: readonly T[],
): (T & { readonly at: number })[] {
  let at = firstPlace
  return tensors.map((tensor) => {
    const placed = { ...tensor, at }
    at += Math.ceil(bytesOf(tensor) / 64) * 64
    return placed
  })
}

export const countOf = ({ shape }: { readonly shape: readonly number[] }): number => shape.reduce((a, b) => a * b, 1)

export const bytesOf = (tensor: { readonly dtype: DType; readonly shape: readonly number[] }): number =>
  countOf(tensor) * (tensor.dtype === 'uint8' ? 1 : 4)
