/**
 * What a node would compute, found without computing it: its `run` is called with ops that only note their calls, on pictures
 * that have a shape and no numbers. From the calls follows which part of the inputs a part of the outputs needs, and how to make
 * that part alone.
 */
import type { ImageValue, Store } from '../values/index.ts'
import type { Ops } from './calls.ts'
import { ops as registry } from './index.ts'
import type { CpuContext, Extent, OpDefinition, PerformOp, StoredShape, StoredValue } from './op.ts'
import { givenFor, makePart, rectangleOf, sameExtent, union, whole } from './parts.ts'
import { same } from './rows.ts'
import { bytesOf, dtypeOf } from './shape.ts'

type AnyOp = OpDefinition<readonly StoredValue[], unknown, unknown>

/** Numbers that are not there. */
class Blank implements Store {
  readonly bytes: number
  constructor(shape: StoredShape) {
    this.bytes = bytesOf(shape)
  }
}

/** A picture without numbers. */
export const blank = <S extends StoredShape>(shape: S): S & { readonly store: Store } => ({
  ...shape,
  store: new Blank(shape),
})

interface Call {
  readonly op: AnyOp
  readonly inputs: readonly ImageValue[]
  readonly params: unknown
  readonly made: readonly Made[]
}

/** A picture that an op made; `output` names it where the op has several. */
interface Made {
  readonly output: string | undefined
  readonly image: ImageValue
}

export interface Sketch {
  /** In an order in which they can be made. */
  readonly calls: readonly Call[]
  /** What the node returned: its pictures are blank. */
  readonly outputs: Readonly<Record<string, unknown>>
}

/** The node needs numbers, or something else than pictures: it has to be run whole. */
class NotSketched extends Error {}

const isImage = (value: unknown): value is ImageValue =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'image' && 'store' in value

/** What an op made; undefined where it is not pictures only. */
function picturesIn(result: unknown): readonly Made[] | undefined {
  if (isImage(result)) return [{ output: undefined, image: result }]
  if (typeof result !== 'object' || result === null) return undefined
  const entries = Object.entries(result).filter(([, value]) => value !== undefined)
  const made = entries.flatMap(([output, image]) => (isImage(image) ? [{ output, image }] : []))
  return made.length === entries.length ? made : undefined
}

/**
 * Calls `run` with ops that note what is asked of them. Undefined where its result depends on more than shapes and parameters.
 * @param run what a node does with blank pictures, all promises of its result resolved
 */
export async function sketch(
  run: (ops: Ops) => Promise<Readonly<Record<string, unknown>>>,
): Promise<Sketch | undefined> {
  const calls: Call[] = []
  const call = async (op: AnyOp, args: readonly unknown[]): Promise<unknown> => {
    const inputs = args.slice(0, -1)
    const params = args.at(-1)
    // An op that does not say what it needs is a barrier, and other dtypes are refused when it runs.
    if (!op.needs || !inputs.every((input) => isImage(input) && dtypeOf(input) === 'float32')) throw new NotSketched()
    const images = inputs as readonly ImageValue[]
    const result = await op.cpu(noting(), images, params)
    const pictures = picturesIn(result)
    if (!pictures) throw new NotSketched()
    // Some ops return the input itself.
    const made = pictures.filter(({ image }) => !images.some(({ store }) => store === image.store))
    if (made.length > 0) calls.push({ op, inputs: images, params, made })
    return result
  }
  const noted = Object.entries(registry).map(([name, op]) => [
    name,
    (...args: unknown[]) => {
      const promise = call(op as unknown as AnyOp, args)
      // A node that stops at the first of several errors does not wait for the others.
      promise.catch(() => undefined)
      return promise
    },
  ])
  try {
    return { calls, outputs: await run(Object.fromEntries(noted) as Ops) }
  } catch {
    // Where something is wrong, running the node tells it.
    return undefined
  }
}

/** What ops write goes nowhere. One that says what it needs reads nothing. */
function noting(): CpuContext {
  return {
    signal: new AbortController().signal,
    device: {
      threads: 1,
      get memory(): never {
        throw new NotSketched()
      },
      dispatch: async () => undefined,
      close: async () => undefined,
    },
    image: blank,
    eightBitImage: blank,
    tensor: blank,
    address: () => 0,
    stored: () => ({ address: 0, eightBit: false }),
    reading: () => ({ address: 0, stride: 0, height: 0, rows: same }),
    upload: () => 0,
    temporary: () => 0,
    float32: (_, length) => new Float32Array(length),
    float64: (_, length) => new Float64Array(length),
    int32: (_, length) => new Int32Array(length),
    uint8: (_, length) => new Uint8Array(length),
    tensorflow: async ({ shape }) => blank(shape),
  }
}

/** Part of a picture: where it lies in all of it. */
export interface Portion {
  readonly image: ImageValue
  readonly extent: Extent
}

interface Job {
  readonly call: Call
  readonly part: Extent
  readonly needs: readonly (Extent | null)[]
}

/** What has to be done for parts of the outputs. */
export interface PartPlan {
  readonly jobs: readonly Job[]
  /** The part that is needed of a blank picture, inputs among them. */
  of(image: ImageValue): Extent | undefined
}

/** @param wanted parts of blank pictures among the outputs */
export function planParts({ calls }: Sketch, wanted: Iterable<Portion>): PartPlan {
  const parts = new Map<Store, Extent>()
  const need = ({ store }: ImageValue, extent: Extent): void => {
    parts.set(store, union(extent, parts.get(store)))
  }
  for (const { image, extent } of wanted) need(image, extent)
  const jobs: Job[] = []
  for (const call of calls.toReversed()) {
    const part = call.made.reduce<Extent | undefined>((all, { image }) => {
      const own = parts.get(image.store)
      return own ? union(own, all) : all
    }, undefined)
    if (!part) continue
    const needs = givenFor(call.op, part, call.inputs, call.params)
    jobs.unshift({ call, part, needs })
    for (const [i, input] of call.inputs.entries()) {
      const extent = needs[i]
      if (extent) need(input, extent)
    }
  }
  return { jobs, of: ({ store }) => parts.get(store) }
}

/**
 * Makes the parts.
 * @param given what there is of each input, by its blank picture: at least the part that is needed
 * @returns what there is of a blank picture: exactly this part
 */
export async function makeParts(
  ops: Ops,
  { jobs }: PartPlan,
  given: Iterable<readonly [blank: ImageValue, portion: Portion]>,
): Promise<(image: ImageValue, extent: Extent) => Promise<ImageValue>> {
  const there = new Map<Store, Portion>()
  for (const [{ store }, portion] of given) there.set(store, portion)
  const perform: PerformOp = (op, inputs, params) =>
    (ops[op.name as keyof Ops] as unknown as (...args: unknown[]) => Promise<never>)(...inputs, params)
  const take = async ({ store }: ImageValue, extent: Extent): Promise<ImageValue> => {
    const portion = there.get(store)
    if (!portion) throw new Error('a part was asked for that nothing makes')
    if (sameExtent(portion.extent, extent)) return portion.image
    const { x, y, width, height } = rectangleOf(extent)
    return ops.crop(portion.image, { x: x - portion.extent.left, y: y - portion.extent.top, width, height })
  }
  for (const { call, part, needs } of jobs) {
    const inputs = await Promise.all(
      call.inputs.map(async (input, i) => {
        const extent = needs[i]
        return extent ? take(input, extent) : undefined
      }),
    )
    const { result, from } = await makePart(perform, call.op, {
      ...{ part, inputs, needs },
      shapes: call.inputs,
      params: call.params,
    })
    for (const { output, image } of call.made) {
      const made = (output === undefined ? result : (result as Record<string, unknown>)[output]) as ImageValue
      const { right, bottom } = whole(made)
      const extent = { left: from.x, top: from.y, right: from.x + right, bottom: from.y + bottom }
      there.set(image.store, { image: made, extent })
    }
  }
  return take
}
