/** Where a number came from, as the engine tells it: the ops that computed it, and the parts of earlier outputs that it may depend on. */
import { z } from 'zod'
import { nodeRef, port } from './refs.ts'

/** A number of a value: JSON has no NaN or infinity. */
export const amount = z.union([z.number(), z.enum(['NaN', '∞', '−∞'])])
export type Amount = z.infer<typeof amount>

const count = z.number().int().nonnegative()
const combine = z.enum(['sum', 'min', 'max', 'median', 'function'])
export const spot = { x: count, y: count, c: count }

const termSchema = z.object({
  /** Where it is read: the index of the derivation's source, and the position there. Absent: a constant, named by `says`. */
  from: z.object({ input: count, ...spot }).optional(),
  weight: amount,
  value: amount,
  /** How many times the border rule brought it in. */
  times: count.optional(),
  says: z.string().optional(),
})
export type ProvenanceTerm = z.infer<typeof termSchema>

const termsSchema = z.object({
  combine,
  /** The function in plain text. */
  says: z.string().optional(),
  /** The largest ones, in their own order. */
  terms: z.array(termSchema),
  /** The omitted ones: how many, and their total. */
  rest: z.object({ count, sum: amount }).optional(),
  result: amount,
})
export type ProvenanceTerms = z.infer<typeof termsSchema>

const derivationSchema = termsSchema.extend({
  /** The op's name; empty for the node itself. */
  op: z.string(),
  /** Where its inputs come from: an input of the node, or the result of a later derivation (-1: of none). */
  sources: z.array(z.union([z.object({ port: z.string() }), z.object({ step: z.number().int() })])),
  /** The position in the op's result. Absent if it returned numbers of the whole. */
  at: z.object(spot).optional(),
  /** How many numbers of its result enter the derivation before; this is one of them. */
  places: count,
  /** How many numbers it is made of. */
  count,
  /** The sums that enter a function, by the names that `says` gives them. */
  parts: z.record(z.string(), termsSchema).optional(),
  /** The result of a measuring op. */
  facts: z.array(z.object({ name: z.string(), value: amount })).optional(),
})
export type ProvenanceDerivation = z.infer<typeof derivationSchema>

const outlineSchema = z.object({
  node: nodeRef,
  port,
  /** Of the whole value, seen as a picture; absent if it is not one. */
  size: z.object({ width: count, height: count }).optional(),
  /** In whole pixels, without overlap. */
  boxes: z.array(z.object({ x: count, y: count, width: count, height: count })),
  /** False: a bounding rectangle, because there was too much to follow number by number. */
  exact: z.boolean(),
})
export type ProvenanceOutline = z.infer<typeof outlineSchema>

export const provenanceSchema = z.object({
  /** Of the number; `c` of `channels`. */
  ...spot,
  channels: count,
  value: amount,
  /** The last op first. */
  steps: z.array(derivationSchema),
  outlines: z.array(outlineSchema),
  /** Not everything before it was followed. */
  cut: z.boolean(),
})
