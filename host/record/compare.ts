/** The differences between a run and the one that is repeated. */
import { dirname, join } from 'node:path'
import { formatJson } from '../../engine/types/json.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { withFile } from '../files/open.ts'
import { fileNameOf } from '../text/outputs.ts'
import type { InputRecord, OutputRecord, RunRecord } from './format.ts'
import { sha256 } from './hash.ts'

/** How much two arrays differ. */
export interface Apart {
  /** Over the numbers that are finite in both. */
  readonly maxAbs: number
  /** In decibels against `peak`. */
  readonly psnr: number
  readonly peak: number
  /** Numbers that are finite in only one of them. */
  readonly notFinite: number
}

type Figures = Pick<OutputRecord, 'shape' | 'min' | 'max' | 'mean' | 'notFinite'>

export interface InputDifference {
  readonly node: string
  readonly path: string
  /** `missing`: was read then and not now. */
  readonly verdict: 'same' | 'changed' | 'missing' | 'new'
  readonly was?: string
  readonly is?: string
}

export interface OutputDifference {
  /** `NODE.PORT`, of a saved picture `NODE`. */
  readonly output: string
  readonly element?: readonly number[]
  readonly verdict: 'same' | 'differs' | 'missing' | 'new'
  readonly was?: Figures
  readonly is?: Figures
  /** Where the recorded numbers are, beside the record. */
  readonly apart?: Apart
}

export interface Comparison {
  readonly record: string
  readonly made: string
  /** All outputs, bit for bit. */
  readonly same: boolean
  /** Whether it was edited in the record. */
  readonly pipeline: 'same' | 'changed'
  readonly machine: readonly {
    readonly what: string
    readonly was?: string
    readonly is?: string
    /** It may change numbers. */
    readonly matters: boolean
  }[]
  readonly inputs: readonly InputDifference[]
  readonly outputs: readonly OutputDifference[]
}

/** The numbers of a .npy that --raw wrote beside the record, if they are still those of the record. */
async function numbersBeside(record: string, output: OutputRecord): Promise<Float32Array | undefined> {
  const { node, port, element = [], shape, type } = output
  if (port === undefined || !shape || type !== 'float32') return undefined
  const file = join(dirname(record), `${fileNameOf(node, port ?? '', element)}.npy`)
  const length = shape.reduce((product, side) => product * side, 4)
  try {
    const values = await withFile(file, file, async (handle, size) => {
      // The header of version 1.0 is at most 64 KB.
      if (size < length || size > length + 65_546) return undefined
      return new Uint8Array(await handle.readFile()).slice(size - length)
    })
    return values && sha256(values) === output.sha256 ? new Float32Array(values.buffer) : undefined
  } catch (error) {
    if (error instanceof SightlineError && error.code === 'file.missing') return undefined
    throw error
  }
}

/** @param range the possible values; absent: the range of the recorded ones */
export function apartOf(then: ArrayLike<number>, now: ArrayLike<number>, range?: readonly [number, number]): Apart {
  let [maxAbs, squares, both, notFinite, low, high] = [0, 0, 0, 0, Infinity, -Infinity]
  for (let i = 0; i < then.length; i++) {
    const [a, b] = [then[i] ?? Number.NaN, now[i] ?? Number.NaN]
    if (Number.isFinite(a)) {
      low = Math.min(low, a)
      high = Math.max(high, a)
    }
    if (Number.isFinite(a) && Number.isFinite(b)) {
      maxAbs = Math.max(maxAbs, Math.abs(a - b))
      squares += (a - b) ** 2
      both++
    } else if (!Object.is(a, b)) notFinite++
  }
  const peak = range ? range[1] - range[0] : high > low ? high - low : 1
  return { maxAbs, psnr: 10 * Math.log10(peak ** 2 / (squares / both)), peak, notFinite }
}

const keyOf = ({ node, port, element = [] }: OutputRecord): string => [node, port, ...element].join(' ')
const nameOf = ({ node, port }: OutputRecord): string => (port === undefined ? node : `${node}.${port}`)
const figuresOf = ({ shape, min, max, mean, notFinite }: OutputRecord): Figures => ({
  ...(shape && { shape }),
  ...(min !== undefined && { min }),
  ...(max !== undefined && { max }),
  ...(mean !== undefined && { mean }),
  ...(notFinite !== undefined && { notFinite }),
})
const sameShape = (a: OutputRecord, b: OutputRecord): boolean =>
  a.kind === b.kind && a.type === b.type && a.shape?.join() === b.shape?.join()
/** Bit for bit. Older records do not have the hash of the head. */
const sameValue = (a: OutputRecord, b: OutputRecord): boolean =>
  a.sha256 === b.sha256 && sameShape(a, b) && (a.head === undefined || b.head === undefined || a.head === b.head)

function outputDifference(
  then: OutputRecord | undefined,
  now: OutputRecord | undefined,
  apart: Apart | undefined,
): OutputDifference {
  const one = then ?? now
  if (!one) throw new Error('an output that is neither then nor now')
  const of = { output: nameOf(one), ...(one.element && { element: one.element }) }
  if (!then || !now) return { ...of, verdict: then ? 'missing' : 'new' }
  if (sameValue(then, now)) return { ...of, verdict: 'same' }
  return { ...of, verdict: 'differs', was: figuresOf(then), is: figuresOf(now), ...(apart && { apart }) }
}

/** Pairs what was read then with what is read now: a single file whatever its name, several by name. */
function inputDifferences(then: readonly InputRecord[], now: readonly InputRecord[]): InputDifference[] {
  const nodes = new Set([...then, ...now].map(({ node }) => node))
  const baseName = ({ path }: InputRecord): string => path.slice(path.lastIndexOf('/') + 1)
  return [...nodes].flatMap((node) => {
    const [before, after] = [then, now].map((inputs) => inputs.filter((input) => input.node === node)) as [
      InputRecord[],
      InputRecord[],
    ]
    const single = before.length === 1 && after.length === 1
    const left = new Map(after.map((input) => [single ? '' : baseName(input), input]))
    const paired = before.map((old): InputDifference => {
      const name = single ? '' : baseName(old)
      const found = left.get(name)
      left.delete(name)
      if (!found) return { node, path: old.path, verdict: 'missing', was: old.sha256 }
      const verdict = found.sha256 === old.sha256 ? 'same' : 'changed'
      return { node, path: found.path, verdict, ...(verdict === 'changed' && { was: old.sha256, is: found.sha256 }) }
    })
    return [
      ...paired,
      ...[...left.values()].map(({ path, sha256 }) => ({ node, path, verdict: 'new' as const, is: sha256 })),
    ]
  })
}

/** What computed a run, in words that can be compared. */
function machineOf({ device, versions, decoders }: RunRecord): ReadonlyMap<string, string> {
  return new Map([
    ['device', device.name],
    ['threads', String(device.threads)],
    ...Object.entries(versions),
    ...Object.entries(decoders).map(([name, version]) => [`decoders ${name}`, version] as const),
  ])
}

function machineDifferences(then: RunRecord, now: RunRecord): Comparison['machine'] {
  const [before, after] = [machineOf(then), machineOf(now)]
  const matters = new Set([...then.expected.whileSame, ...now.expected.whileSame])
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((what) => {
    const [old, next] = [before.get(what), after.get(what)]
    if (old === next) return []
    const of = { what, ...(old !== undefined && { was: old }), ...(next !== undefined && { is: next }) }
    return [{ ...of, matters: what === 'device' || matters.has(what) || matters.has(what.split(' ')[0] ?? '') }]
  })
}

export class Comparer {
  readonly #path: string
  readonly #then: RunRecord
  readonly #outputs: ReadonlyMap<string, OutputRecord>
  readonly #apart = new Map<string, Apart>()

  /** @param path of the record, absolute */
  constructor(path: string, then: RunRecord) {
    this.#path = path
    this.#then = then
    this.#outputs = new Map(then.outputs.map((output) => [keyOf(output), output]))
  }

  /** Compares an array while its numbers are available, if it is not the same. */
  async see(now: OutputRecord, numbers: ArrayLike<number>, range?: readonly [number, number]): Promise<void> {
    const then = this.#outputs.get(keyOf(now))
    if (!then || then.sha256 === now.sha256 || !sameShape(then, now)) return
    const old = await numbersBeside(this.#path, then)
    if (old) this.#apart.set(keyOf(now), apartOf(old, numbers, range))
  }

  compare(now: RunRecord): Comparison {
    const then = this.#then
    const produced = new Map(now.outputs.map((output) => [keyOf(output), output]))
    const keys = [...new Set([...this.#outputs.keys(), ...produced.keys()])]
    const outputs = keys.map((key) => outputDifference(this.#outputs.get(key), produced.get(key), this.#apart.get(key)))
    const text = `${formatJson(then.pipeline.document)}\n`
    return {
      record: this.#path,
      made: then.made,
      same: outputs.every(({ verdict }) => verdict === 'same'),
      pipeline: sha256(text) === then.pipeline.sha256 ? 'same' : 'changed',
      machine: machineDifferences(then, now),
      inputs: inputDifferences(then.inputs, now.inputs),
      outputs,
    }
  }
}
