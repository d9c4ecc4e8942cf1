/** What a run will take, reckoned before it: times from earlier runs on this machine, memory from shapes. */
import { z } from 'zod'
import { nodeRef } from './refs.ts'

const amount = z.number().nonnegative()

export const estimateSchema = z.object({
  /** Of all nodes whose time is known, one after the other, in ms. */
  ms: amount,
  /** The most that results and models take at one time beside what they take now, as far as it is known. */
  bytes: amount,
  /** Those that have to run, in running order. */
  nodes: z.array(
    z.object({
      node: nodeRef,
      /** Absent: it never ran here, or how often it will run is not known. */
      ms: amount.optional(),
      /** Of its results, and of its model where that is not loaded. Absent: their shapes are not known. */
      bytes: amount.optional(),
      /** How often it runs: once for each element of a sequence. Absent: not known. */
      runs: z.number().int().nonnegative().optional(),
    }),
  ),
  /** How many have their result already. */
  kept: z.number().int().nonnegative(),
})
export type Estimate = z.output<typeof estimateSchema>
