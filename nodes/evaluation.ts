/** What the measures of detectors have in common: pairs found boxes with ground truth, picture by picture and class by class. */
import type { NodeContext } from '../engine/graph/node.ts'
import { failureOf } from '../engine/run/task.ts'
import { SightlineError, wordsOf } from '../engine/types/problem.ts'
import type { BoxesValue, SequenceValue, Value } from '../engine/values/index.ts'
import { socket } from '../engine/values/sockets.ts'
import { stemOf } from './annotations.ts'
import { arraysOf } from './boxes.ts'
import { type BoxSides, type FoundBox, type MatchRule, matchBoxes, type OneClass, type TrueBox } from './matching.ts'

export const evaluationInputs = {
  boxes: socket.boxes({ collect: true, help: 'What a detector found, in one picture or many.' }),
  truth: socket.boxes({
    collect: true,
    help: 'The right boxes of the same pictures. A score of 0 marks a crowd or a difficult box, which counts neither way.',
  }),
}

/** One picture: the boxes of each class, by `classKey`. */
export interface PictureCase {
  readonly name: string
  readonly classes: ReadonlyMap<string, OneClass>
}

export interface Evaluation {
  readonly pictures: readonly PictureCase[]
  /** The classes that ground truth has, with their names, in alphabetical order. */
  readonly classes: ReadonlyMap<string, string>
}

/** VOC and COCO name the same things differently. */
const synonyms: Readonly<Record<string, string>> = {
  aeroplane: 'airplane',
  diningtable: 'dining table',
  motorbike: 'motorcycle',
  pottedplant: 'potted plant',
  sofa: 'couch',
  tvmonitor: 'tv',
}

/** Names that mean the same class have the same key. */
function classKey(name: string): string {
  const lower = name.trim().toLowerCase().replaceAll('_', ' ')
  return synonyms[lower] ?? lower
}

/** Numbers for classes by their names: names that mean the same class have the same number. */
export class ClassNames {
  /** By `classKey`. */
  readonly #ids = new Map<string, number>()
  /** As they came first. */
  readonly #names: string[] = []

  /** The number of the class that is called so. */
  of(name: string): number {
    const key = classKey(name)
    const id = this.#ids.get(key) ?? this.#names.push(name) - 1
    this.#ids.set(key, id)
    return id
  }

  readonly nameOf = (id: number): string => this.#names[id] ?? String(id)

  /** All numbers, in the alphabetical order of the names. */
  get ids(): readonly number[] {
    return this.#names.map((_, id) => id).sort((a, b) => this.nameOf(a).localeCompare(this.nameOf(b), 'en'))
  }
}

export interface NamedBox {
  readonly name: string
  readonly box: BoxSides
  readonly score: number
}

/** @throws boxes.no-score where a score is NaN */
export async function boxesIn(value: BoxesValue, ops: NodeContext['ops']): Promise<readonly NamedBox[]> {
  const { boxes, scores, classes } = await arraysOf(value, ops)
  const broken = Array.from(scores).filter(Number.isNaN).length
  if (broken > 0) throw new SightlineError('boxes.no-score', { count: broken, of: scores.length })
  return Array.from(scores, (score, i) => {
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = [0, 1, 2, 3].map((side) => boxes[4 * i + side])
    const id = classes[i] ?? 0
    return { name: value.names[id] ?? String(id), box: [x0, y0, x1, y1], score }
  })
}

/** The boxes of one picture, class by class. */
export async function caseOf(
  name: string,
  boxes: BoxesValue,
  truth: BoxesValue,
  ops: NodeContext['ops'],
): Promise<PictureCase & { readonly names: ReadonlyMap<string, string> }> {
  const [found, right] = await Promise.all([boxesIn(boxes, ops), boxesIn(truth, ops)])
  const classes = new Map<string, { found: FoundBox[]; truth: TrueBox[] }>()
  const of = (name: string) => {
    const key = classKey(name)
    const one = classes.get(key) ?? { found: [], truth: [] }
    classes.set(key, one)
    return one
  }
  for (const { name, box, score } of found) of(name).found.push({ box, score })
  for (const { name, box, score } of right) of(name).truth.push({ box, ignored: score <= 0 })
  return { name, classes, names: new Map(right.map(({ name }) => [classKey(name), name])) }
}

/** Which elements of two sequences belong together: by the names of their files, or one after the other. */
function pairsOf(boxes: SequenceValue, truth: SequenceValue): readonly (readonly [number, number])[] {
  const { labels } = truth
  if (boxes.labels && labels) {
    const whole = new Map(labels.map((name, i) => [name, i]))
    const places = new Map(labels.map((name, i) => [stemOf(name), i]))
    const pairs = boxes.labels.flatMap((name, i): [number, number][] => {
      const place = whole.get(name) ?? places.get(stemOf(name))
      return place === undefined ? [] : [[i, place]]
    })
    if (pairs.length === 0) throw new SightlineError('measure.no-common', { found: boxes.length, known: truth.length })
    return pairs
  }
  if (boxes.length !== truth.length)
    throw new SightlineError('sequence.lengths', { a: 'boxes', b: 'truth', na: boxes.length, nb: truth.length })
  return Array.from({ length: boxes.length }, (_, i) => [i, i])
}

const listed = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')

/** What a picture is called that came from no file. */
export const pictureName = (index: number): string => `picture ${index + 1}`

/**
 * Goes through the pictures that two sequences have in common. Pictures that only the first has, or that failed before, are left
 * out and named in the note.
 * @param each gets the two elements and the picture's name
 * @throws sequence.lengths without names, measure.no-common, and a picture's problem if no picture is left
 */
export async function throughPairs<A extends Value, B extends Value>(
  given: { readonly found: A; readonly truth: B },
  { signal, progress, note }: Pick<NodeContext, 'signal' | 'progress' | 'note'>,
  each: (found: A, truth: B, name: string) => Promise<void>,
): Promise<void> {
  // A collecting input gets a sequence of what its socket says.
  const found = given.found as Value as SequenceValue
  const truth = given.truth as Value as SequenceValue
  const pairs = pairsOf(found, truth)
  const failed: string[] = []
  let problem: unknown
  for (const [count, [i, j]] of pairs.entries()) {
    const name = found.labels?.[i] ?? truth.labels?.[j] ?? pictureName(i)
    try {
      await each((await found.at(i, signal)) as A, (await truth.at(j, signal)) as B, name)
    } catch (error) {
      // One picture does not decide for the others.
      const failure = failureOf(error)
      if (signal.aborted || !failure) throw error
      problem ??= error
      failed.push(`${name} (${wordsOf(failure)})`)
    }
    progress((count + 1) / pairs.length, `${count + 1} of ${pairs.length}`)
  }
  if (failed.length === pairs.length && problem !== undefined) throw problem
  const lone = found.length - pairs.length
  if (lone === 0 && failed.length === 0) return
  note(
    [
      `${pairs.length - failed.length} of ${found.length} pictures measured.`,
      ...(lone > 0 ? [`Without ground truth: ${lone}.`] : []),
      ...(failed.length > 0 ? [`Failed: ${listed(failed)}.`] : []),
    ].join(' '),
  )
}

/** Everything that was found and is right, of all pictures. */
export async function evaluationOf(
  { boxes, truth }: { readonly boxes: BoxesValue; readonly truth: BoxesValue },
  context: NodeContext,
): Promise<Evaluation> {
  const pictures: PictureCase[] = []
  const names = new Map<string, string>()
  await throughPairs({ found: boxes, truth }, context, async (found, truth, name) => {
    const { names: own, ...picture } = await caseOf(name, found, truth, context.ops)
    pictures.push(picture)
    for (const [key, called] of own) if (!names.has(key)) names.set(key, called)
  })
  return { pictures, classes: new Map([...names].sort(([, a], [, b]) => a.localeCompare(b, 'en'))) }
}

/** The boxes of one class in every picture. */
export const ofClass = ({ pictures }: Evaluation, key: string): readonly OneClass[] =>
  pictures.map(({ classes }) => classes.get(key) ?? { found: [], truth: [] })

/** Right, false and missed boxes of a picture at a least score. */
export function countsOf({ classes }: PictureCase, limit: number, rule: MatchRule, score: number) {
  const counts = { right: 0, false: 0, missed: 0 }
  for (const { found, truth } of classes.values()) {
    const sure = found.filter((one) => one.score >= score)
    const matched = matchBoxes({ found: sure, truth }, limit, rule)
    const right = matched.filter((one) => one?.outcome === 'right').length
    counts.right += right
    counts.false += matched.filter((one) => one?.outcome === 'false').length
    counts.missed += truth.filter(({ ignored }) => !ignored).length - right
  }
  return counts
}

/** Harmonic mean of precision and recall; 1 where there is nothing to find and nothing was found. */
export const f1Of = (counts: { readonly right: number; readonly false: number; readonly missed: number }): number => {
  const all = 2 * counts.right + counts.false + counts.missed
  return all === 0 ? 1 : (2 * counts.right) / all
}
