/** The models that can be installed, as the window sees them. */
import { z } from 'zod'

export const modelName = z.string().min(1).max(64)

/** `incomplete`: some files are missing or of another size. Only `verifyModel` compares hashes. */
const modelState = z.enum(['installed', 'incomplete', 'absent'])

export const modelEntry = z.object({
  name: modelName,
  title: z.string(),
  task: z.string(),
  summary: z.string(),
  /** Of the installed files. */
  bytes: z.number(),
  /** Where it comes from, in words. */
  source: z.string(),
  licence: z.object({ id: z.string(), upstream: z.string() }),
  state: modelState,
})
export type ModelEntry = z.output<typeof modelEntry>

/** A download under way: how many bytes of the model's files are here, and of how many. */
export const modelPull = z.object({ bytes: z.number(), of: z.number() })
export type ModelPull = z.output<typeof modelPull>

/** By the model's name. */
export const modelPulls = z.record(modelName, modelPull)
export type ModelPulls = z.output<typeof modelPulls>

export const fileCheck = z.object({ name: z.string(), state: z.enum(['ok', 'missing', 'changed']) })
export type FileCheck = z.output<typeof fileCheck>
