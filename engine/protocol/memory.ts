/** What takes the memory for results: for the panel that shows and releases it. */
import { z } from 'zod'
import { nodeRef } from './refs.ts'

const bytes = z.number().nonnegative()

/** The kept result of a node, in bytes. What two results share counts for both. */
const kept = z.object({
  node: nodeRef,
  /** In the memory that is computed in. */
  arena: bytes,
  /** Moved out of it, because it was short. */
  spilled: bytes,
  gpu: bytes,
  /** Somebody uses it, such as a view: it stays until nobody does. */
  held: z.boolean(),
})

const loaded = z.object({
  id: z.string().max(128),
  /** As the pipeline names it: `model:NAME/FILE`, or a path. */
  path: z.string(),
  /** Of its process. */
  bytes,
  /** It runs now. */
  busy: z.boolean(),
})

export const holdingsSchema = z.object({
  /** Of this pipeline as it is now, the largest first. */
  results: z.array(kept),
  /** Of earlier states of the pipeline and of other windows. */
  others: z.object({ count: z.number().int().nonnegative(), bytes }),
  /** Of quick previews. */
  drafts: bytes,
  models: z.array(loaded),
  /** All of these together, without the GPU, and how much they may take. */
  used: bytes,
  budget: bytes,
  gpu: z.object({ used: bytes, budget: bytes }).optional(),
})
export type Holdings = z.output<typeof holdingsSchema>

export const releaseSchema = z.object({
  /** Forgets the result of this node. */
  node: nodeRef.optional(),
  /** Unloads this model. */
  model: z.string().max(128).optional(),
  /** Forgets results that are not of this pipeline as it is now. */
  others: z.literal(true).optional(),
})
