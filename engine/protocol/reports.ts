/** What the engine tells of nodes, wires and views. */
import { z } from 'zod'
import { displaySchema } from '../values/display.ts'
import { markSchema } from '../values/mark.ts'
import { count, problemSchema, regionSchema } from './parts.ts'
import { nodeRef, port } from './refs.ts'

/**
 * idle: nothing to do yet; waiting: an input is missing (no error); queued; running; done: has its full result;
 * draft: has a quick preview, the full result follows; unchanged: the last run had nothing to compute for it; error; skipped: something before it failed;
 * manual: runs only on an explicit run; paused: a job that was stopped and can go on from its checkpoint; bypassed.
 */
export const nodeStatus = z.enum([
  'idle',
  'waiting',
  'queued',
  'running',
  'draft',
  'done',
  'unchanged',
  'error',
  'skipped',
  'manual',
  'paused',
  'bypassed',
])
export type NodeStatus = z.infer<typeof nodeStatus>

const feedReport = z.object({
  playing: z.boolean(),
  /** Frames since Play: those that were shown, and those that came too fast. */
  shown: count,
  dropped: count,
  /** Frames shown in a second, and their median age then in ms. */
  fps: z.number().optional(),
  latency: z.number().optional(),
})
export type FeedReport = z.infer<typeof feedReport>

export const nodeReport = z.object({
  status: nodeStatus,
  /** What its result took, without waiting. Of a subgraph: as long as any node inside worked in the last run. */
  ms: z.number().optional(),
  /** Its result is another than before, but was in the cache. */
  cached: z.literal(true).optional(),
  /** The part spent in kernels on the GPU, by its own clock. */
  gpuMs: z.number().optional(),
  /** Of a paused job: where it goes on. */
  progress: z.object({ fraction: z.number(), say: z.string().optional() }).optional(),
  /** A job runs, or was asked to pause and runs on to its next checkpoint. */
  job: z.enum(['running', 'pausing']).optional(),
  /** Of a live source. */
  feed: feedReport.optional(),
  problem: problemSchema.optional(),
  /** A note that is not an error: "converted from Display P3 to sRGB". */
  note: z.string().optional(),
  /** Output → its shape, where a full run found another than was known before it: how many boxes, say. */
  found: z.record(z.string(), z.unknown()).optional(),
  /** Of a run for all elements of a sequence, some of which failed. `problems`: of each that failed, up to a hundred. */
  elements: z.object({ total: count, done: count, failed: count, problems: z.array(problemSchema) }).optional(),
  /** Of a sequence: the number of elements, and the one on display. */
  sequence: z.object({ length: z.number(), index: z.number() }).optional(),
})
export type NodeReport = z.infer<typeof nodeReport>

export const wireReport = z.object({
  problem: problemSchema.optional(),
  /** What is probably wrong, but runs all the same. */
  advice: problemSchema.optional(),
  /** One end is a socket that is not known yet. */
  waiting: z.literal(true).optional(),
  /** The converter inserted on this wire: "RGB → gray". */
  converter: z.string().optional(),
  /** The node runs once per element. */
  each: z.boolean().optional(),
})
export type WireReport = z.infer<typeof wireReport>

export const previewItem = z.object({
  view: z.string(),
  node: nodeRef,
  port,
  /** The size of the RGBA pixels in the tail, and their offset. */
  width: z.number().int(),
  height: z.number().int(),
  offset: z.number().int(),
  /** The value's own shape (full size), and the drawn part. */
  shape: z.unknown(),
  region: regionSchema,
  /** How the numbers were displayed. */
  display: displaySchema,
  /** Text, table, number, plot: displayed as it is instead of pixels (`width` and `height` are 0). */
  value: z.unknown().optional(),
  /** The pixels are a small picture for the node; `value` says what a large view draws by itself. */
  sketch: z.literal(true).optional(),
  /** What lies over the picture, in its full-size pixels; the pixels are then those of the picture underneath. */
  marks: z.array(markSchema).optional(),
})
export type PreviewItem = z.infer<typeof previewItem>
