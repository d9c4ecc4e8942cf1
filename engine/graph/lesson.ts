/**
 * A lesson: an ordered walk over a pipeline's frames, `"lesson"` in its file. Like `about.ts` it is read on demand: a mistake in
 * it does not prevent opening the pipeline. No question has its answer in the file: the engine computes what is right
 * (`answer.ts`).
 */
import { z } from 'zod'
import type { Catalogue } from './catalogue.ts'
import { type Document, idSchema, portSchema, splitPort } from './document.ts'
import { schemaProblem } from './file-words.ts'
import { infoOf, own } from './info.ts'

const finite = z.number().finite()
const words = z.string().min(1).max(10_000)
const index = z.number().int().nonnegative()

/** A number that the engine computes: an output that is a number, a pixel, or a measure of a picture. */
export const quantitySchema = z
  .object({
    of: portSchema,
    /** x, y */
    pixel: z.tuple([index, index]).optional(),
    measure: z.enum(['mean', 'min', 'max', 'std', 'width', 'height', 'channels', 'numbers']).optional(),
    channel: index.default(0),
  })
  .refine(({ pixel, measure }) => !pixel || !measure, 'names a pixel and a measure: wanted one of them')
export type Quantity = Readonly<z.infer<typeof quantitySchema>>

const common = {
  question: words,
  /** A hint after a wrong answer. */
  hint: words.optional(),
  /** Shown once it is answered. */
  reveal: words,
  /** Outputs shown in the viewer once it is answered; before, the probe would give it away. */
  look: z.array(portSchema).max(4).default([]),
}

/** Predict a number. */
const numberSchema = z.object({
  kind: z.literal('number'),
  ...common,
  answer: quantitySchema,
  /** The tolerance of a right answer. */
  tolerance: finite.positive(),
  unit: z.string().max(20).optional(),
  /** The result of a common mistake: this much of each named number of the step. */
  mistakes: z.array(z.object({ weights: z.record(idSchema, finite), say: words })).default([]),
})

/** Choose which of several has the largest or smallest number. */
const choiceSchema = z.object({
  kind: z.literal('choice'),
  ...common,
  options: z
    .array(z.object({ label: z.string().min(1).max(80), value: quantitySchema, picture: portSchema.optional() }))
    .min(2)
    .max(4),
  wanted: z.enum(['largest', 'smallest']),
  /** What the numbers are: "PSNR". */
  name: z.string().max(40),
  unit: z.string().max(20).optional(),
})

const settingsSchema = z.record(portSchema, z.json())

/** Move parameters until a number passes a bound. */
const goalSchema = z
  .object({
    kind: z.literal('goal'),
    ...common,
    value: quantitySchema,
    name: z.string().max(40),
    unit: z.string().max(20).optional(),
    above: finite.optional(),
    below: finite.optional(),
    /** Parameters (NODE.PARAM) that reach it. */
    example: settingsSchema,
  })
  .refine(({ above, below }) => above !== undefined || below !== undefined, 'needs "above" or "below"')

export const askSchema = z.discriminatedUnion('kind', [numberSchema, choiceSchema, goalSchema])
export type Ask = Readonly<z.infer<typeof askSchema>>
export type Choice = Extract<Ask, { kind: 'choice' }>
export type Goal = Extract<Ask, { kind: 'goal' }>
export type Prediction = Extract<Ask, { kind: 'number' }>
export type Settings = Goal['example']

const stepSchema = z.object({
  title: z.string().min(1).max(120),
  /** Markdown with formulas. `[[name]]` stands for one of `numbers`. */
  text: words,
  /** Numbers from the engine for the text. */
  numbers: z.record(idSchema, z.object({ ...quantitySchema.shape, digits: index.max(6).default(3) })).default({}),
  /** Where to look; absent: at everything. */
  frame: idSchema.optional(),
  /** Outputs in the viewer. */
  show: z.array(portSchema).max(4).default([]),
  /** The pixel of the shown pictures that the probe is pinned to: x, y. */
  pin: z.tuple([index, index]).optional(),
  /** The zoom, in screen pixels per pixel; absent: all of the picture. */
  zoom: finite.positive().max(96).optional(),
  /** Parameters (NODE.PARAM) at the start of the step. */
  set: settingsSchema.default({}),
  ask: askSchema.optional(),
})
export type LessonStep = Readonly<z.infer<typeof stepSchema>>

export const lessonSchema = z.object({
  /** The key under which progress is kept, also for a copy. */
  id: idSchema,
  steps: z.array(stepSchema).min(1).max(100),
})
export type Lesson = Readonly<z.infer<typeof lessonSchema>>

const read = new WeakMap<object, Lesson>()

/** Undefined for a pipeline without a lesson; the same object for the same lesson. Throws `lesson.wrong`. */
export function lessonOf(document: Document): Lesson | undefined {
  const given = document.extra?.lesson
  if (given === undefined) return undefined
  const known = typeof given === 'object' && given !== null ? read.get(given) : undefined
  if (known) return known
  const parsed = lessonSchema.safeParse(given)
  if (!parsed.success) throw schemaProblem(parsed.error, given, 'lesson.wrong')
  read.set(given as object, parsed.data)
  return parsed.data
}

const marks = /\[\[([a-z0-9_-]+)\]\]/g
export const namesIn = (text: string): readonly string[] => [...text.matchAll(marks)].map(([, name]) => name ?? '')

/** The text with the known numbers filled in. */
export const filled = (text: string, numbers: ReadonlyMap<string, string>): string =>
  text.replace(marks, (_, name: string) => numbers.get(name) ?? '…')

function quantitiesOf(ask: Ask | undefined): readonly Quantity[] {
  if (!ask) return []
  if (ask.kind === 'number') return [ask.answer]
  return ask.kind === 'goal' ? [ask.value] : ask.options.map(({ value }) => value)
}

export interface Missing {
  /** From 1. */
  readonly step: number
  readonly what: 'the frame' | 'the output' | 'the parameter' | 'the number'
  readonly name: string
  readonly known: string
}

/** What the steps name that the pipeline does not have. */
export function missingIn(document: Document, lesson: Lesson, catalogue: Catalogue): readonly Missing[] {
  const infoAt = (node: string) => {
    const record = own(document.nodes, node)
    return record && infoOf(document, catalogue, record)
  }
  return lesson.steps.flatMap((step, i) => {
    const found: Missing[] = []
    const look = (what: Missing['what'], name: string, table: Readonly<Record<string, unknown>>, bare = name): void => {
      if (!Object.hasOwn(table, bare))
        found.push({ step: i + 1, what, name, known: Object.keys(table).join(', ') || 'none' })
    }
    const output = (ref: string): void => {
      const [node, port] = splitPort(ref)
      look('the output', ref, infoAt(node)?.outputs ?? {}, port)
    }
    const settings = (table: Settings): void => {
      for (const ref of Object.keys(table)) {
        const [node, name] = splitPort(ref)
        look('the parameter', ref, infoAt(node)?.params ?? {}, name)
      }
    }
    const { ask } = step
    if (step.frame !== undefined) look('the frame', step.frame, document.frames)
    for (const ref of [...step.show, ...(ask?.look ?? [])]) output(ref)
    for (const { of } of [...Object.values(step.numbers), ...quantitiesOf(ask)]) output(of)
    settings(step.set)
    const told = [step.text, ask?.question, ask?.hint, ask?.reveal].flatMap((text) => namesIn(text ?? ''))
    for (const name of told) look('the number', name, step.numbers)
    if (ask?.kind === 'goal') settings(ask.example)
    if (ask?.kind === 'choice') for (const { picture } of ask.options) if (picture) output(picture)
    if (ask?.kind === 'number')
      for (const { weights } of ask.mistakes)
        for (const name of Object.keys(weights)) look('the number', name, step.numbers)
    return found
  })
}
