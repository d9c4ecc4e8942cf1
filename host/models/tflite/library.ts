/**
 * LiteRT's WebAssembly module, opened in Node. Its own JavaScript is made for browsers; the module's loader needs none of it, but it
 * is a script without exports in a package of ES modules, so it is run as the CommonJS module that it can also be.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { compileFunction } from 'node:vm'
import { SightlineError } from '../../../engine/types/problem.ts'
import { installedPackage } from '../package.ts'

const found = installedPackage('@litertjs/core')

/** Undefined where it is not installed. */
export const version = found?.version

/** The parts of the binding that are used: `@litertjs/core`'s own `LiteRtWasm` is not exported. */
export interface LiteRt {
  readonly HEAPU8: Uint8Array
  readonly _malloc: (bytes: number) => number
  readonly setupLogging: () => void
  readonly LiteRtEnvironment: { create(gpu: null): Deletable }
  readonly loadModel: (environment: Deletable, at: number, bytes: number) => LoadedModel
  readonly compileModel: (environment: Deletable, model: LoadedModel, options: object) => CompiledModel
  readonly LiteRtTensorBuffer: {
    createManaged(environment: Deletable, place: unknown, type: TensorType, bytes: number): TensorBuffer
  }
  readonly LiteRtTensorBufferType: { readonly HOST_MEMORY: unknown }
  readonly LiteRtTensorBufferLockMode: { readonly READ: unknown; readonly WRITE: unknown }
}

interface Deletable {
  delete(): void
}

interface Vector extends Deletable {
  size(): number
  get(index: number): number
}

export interface LoadedModel extends Deletable {
  getInputTensorType(signature: number, input: number): TensorType
}

export interface CompiledModel extends Deletable {
  run(signature: number, inputs: readonly TensorBuffer[]): TensorBuffer[]
}

export interface TensorType extends Deletable {
  bytes(): number
  layout(): Deletable & { dimensions(): Vector }
}

export interface TensorBuffer extends Deletable {
  lock(mode: unknown): number
  unlock(): void
  packedSize(): number
  tensorType(): TensorType
}

type Factory = (options: object) => Promise<LiteRt>

export interface OpenLiteRt {
  readonly litert: LiteRt
  readonly environment: Deletable
  /** The errors that it has logged since the last call, the oldest first. */
  readonly complaints: () => readonly string[]
}

/** A module with memory of its own. Throws `model.no-runtime`; `path`: the model that needs it. */
export async function openLiteRt(path: string): Promise<OpenLiteRt> {
  if (!found) {
    const reason = 'LiteRT is not installed (the package @litertjs/core); npm ci installs it'
    throw new SightlineError('model.no-runtime', { path, reason })
  }
  const folder = join(found.folder, 'wasm')
  const file = join(folder, 'litert_wasm_internal.js')
  const module: { exports: unknown } = { exports: {} }
  const names = ['require', 'module', 'exports', '__filename', '__dirname']
  compileFunction(readFileSync(file, 'utf8'), names, { filename: file })(
    ...[createRequire(file), module, module.exports, file, folder],
  )
  let told: string[] = []
  const litert = await (module.exports as Factory)({
    locateFile: (name: string) => join(folder, name),
    print: () => undefined,
    printErr(line: string) {
      const error = /^ERROR: (?:\[[^\]]*\] )?(.*)$/.exec(line)?.[1]
      if (error !== undefined) told.push(error)
    },
  })
  litert.setupLogging()
  const complaints = (): readonly string[] => {
    const all = told
    told = []
    return all
  }
  return { litert, environment: litert.LiteRtEnvironment.create(null), complaints }
}
