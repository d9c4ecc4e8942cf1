/** How far a training is: what its checkpoint holds. */

export interface Epoch {
  /** Of its last step. */
  readonly rate: number
  readonly loss: number
  readonly accuracy: number
  /** On examples that it does not learn from. */
  readonly testLoss: number
  readonly testAccuracy: number
}

/** The part of an epoch that is drawn as one point of a curve. */
export interface Segment {
  readonly loss: number
  readonly accuracy: number
}

export interface Progressed {
  /** Steps that are done. */
  readonly step: number
  readonly epochs: readonly Epoch[]
  readonly segments: readonly Segment[]
  /** Of the segment that is not over yet: steps, and sums of loss and accuracy. */
  readonly open: readonly [number, number, number]
}

export interface TrainingState extends Progressed {
  /** By the names of the training's inputs: learned, fixed, moment1, moment2. Of the best epoch with `best:` before it. */
  readonly rows: Readonly<Record<string, Float32Array>>
}

/** The epoch with the lowest loss of the test, from 0; -1 before the first. */
export function bestEpoch(epochs: readonly Epoch[]): number {
  let best = -1
  for (const [i, { testLoss }] of epochs.entries())
    if (best < 0 || testLoss < (epochs[best]?.testLoss ?? Number.POSITIVE_INFINITY)) best = i
  return best
}

/** Whether the loss of the test has not fallen for so many epochs. 0: never. */
export const isStuck = (epochs: readonly Epoch[], patience: number): boolean =>
  patience > 0 && epochs.length - 1 - bestEpoch(epochs) >= patience

const mark = 'best:'
type Rows = TrainingState['rows']

/** What the network needs of these rows, kept beside those of the last step. */
export const namedBest = ({ learned, fixed }: Rows): Rows => ({
  ...(learned && { [`${mark}learned`]: learned }),
  ...(fixed && { [`${mark}fixed`]: fixed }),
})

/** The rows of the best epoch, by their own names; empty before the first. */
export const bestRows = ({ rows }: TrainingState): Rows =>
  Object.fromEntries(
    Object.entries(rows)
      .filter(([name]) => name.startsWith(mark))
      .map(([name, row]) => [name.slice(mark.length), row]),
  )

/** The rows of the last step. */
export const ownRows = ({ rows }: TrainingState): Rows =>
  Object.fromEntries(Object.entries(rows).filter(([name]) => !name.startsWith(mark)))

interface Kept {
  readonly rows: Readonly<Record<string, Float32Array>>
}

/** The length of the head, the head as JSON, padded to four bytes, and the rows in its order. */
export function bytesOf<T extends Kept>({ rows, ...progressed }: T): Uint8Array {
  const lengths = Object.entries(rows).map(([name, row]) => [name, row.length])
  const text = JSON.stringify({ ...progressed, lengths })
  const head = new TextEncoder().encode(text.padEnd(4 * Math.ceil(text.length / 4)))
  const all = Object.values(rows).reduce((sum, { byteLength }) => sum + byteLength, 0)
  const out = new Uint8Array(4 + head.length + all)
  new DataView(out.buffer).setUint32(0, head.length)
  out.set(head, 4)
  let at = 4 + head.length
  for (const { buffer, byteOffset, byteLength } of Object.values(rows)) {
    out.set(new Uint8Array(buffer, byteOffset, byteLength), at)
    at += byteLength
  }
  return out
}

export function stateOf<T extends Kept = TrainingState>(bytes: Uint8Array): T {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  const { lengths, ...progressed } = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as {
    readonly lengths: readonly (readonly [string, number])[]
  }
  let at = 4 + length
  const rows: Record<string, Float32Array> = {}
  for (const [name, count] of lengths) {
    rows[name] = new Float32Array(bytes.slice(at, at + 4 * count).buffer)
    at += 4 * count
  }
  return { ...progressed, rows } as unknown as T
}
