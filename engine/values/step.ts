/** A step of an algorithm with control flow, told for small inputs: a sentence with its numbers, its state, marks over the picture. */
import { z } from 'zod'
import { markSchema } from './mark.ts'

const short = z.union([z.string().max(2000), z.number(), z.boolean()])

export const algorithmStepSchema = z.object({
  /** "Box 3 overlaps box 1 by 0.62 > 0.45: it is removed." */
  say: z.string().min(1).max(2000),
  /** What the algorithm knows now, by name: a few numbers or words each. */
  state: z.record(z.string().max(100), z.union([short, z.array(short).max(200)])).optional(),
  /** In pixels of the full-size picture. */
  marks: z.array(markSchema).max(1000).optional(),
})
export type AlgorithmStep = z.infer<typeof algorithmStepSchema>
