/** What the pool of works and its threads say to each other. */
import type { Problem } from '../../engine/types/problem.ts'
import { SightlineError } from '../../engine/types/problem.ts'

/** Works by name, each loaded when it is first called. */
export type WorkList = Readonly<Record<string, () => Promise<Readonly<Record<string, unknown>>>>>

export interface ToWorker {
  readonly name: string
  readonly input: unknown
  /** One word: not 0 once the result is no longer wanted. */
  readonly control: Int32Array<SharedArrayBuffer>
}

export type FromWorker =
  | { readonly type: 'progress'; readonly fraction: number; readonly say: string | undefined }
  | { readonly type: 'done'; readonly output: unknown }
  | ({ readonly type: 'failed' } & Thrown)

/** What a work threw, in a form that can be sent. */
export interface Thrown {
  readonly message: string
  readonly problem?: Problem
}

export const thrown = (error: unknown): Thrown => ({
  message: error instanceof Error ? error.message : String(error),
  ...(error instanceof SightlineError && { problem: { code: error.code, params: error.params } }),
})
