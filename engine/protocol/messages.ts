/**
 * The messages between the window and the engine, validated on both ends. Every message is one frame: a JSON head and a binary
 * tail (`frame.ts`). Requests carry an `id` and get one `reply`.
 */
import { z } from 'zod'
import { patchSchema } from '../graph/edit.ts'
import { socketsSchema } from '../graph/sockets.ts'
import type { DeviceWords } from '../types/device.ts'
import { displaySchema } from '../values/display.ts'
import { modelPulls } from './models.ts'
import { captureId, documentFile, fileUse, path, problemSchema, regionSchema, side } from './parts.ts'
import { nodeRef, port } from './refs.ts'
import { nodeReport, previewItem, wireReport } from './reports.ts'

/** Incremented with every change that an older window or engine would misread. */
export const protocolVersion = 1

/** Something on the screen that wants pixels. `id` is the window's own name for it. */
export const viewSchema = z.object({
  id: z.string().min(1).max(128),
  node: nodeRef,
  port,
  /** The largest size in device pixels; the aspect ratio is kept. */
  width: side,
  height: side,
  /** Absent: the whole value. */
  region: regionSchema.optional(),
  display: displaySchema.prefault({}),
  /** Subtracts this output, number by number, while another view shows it; pictures of one size only. */
  minus: z.object({ node: nodeRef, port }).optional(),
})
export type View = z.infer<typeof viewSchema>

export const clientMessage = z.discriminatedUnion('type', [
  /** The first message. The window chooses `session` and keeps it across reconnections. */
  z.object({ type: z.literal('hello'), protocol: z.number().int(), session: z.string().min(8).max(64) }),
  /**
   * The whole document: at the start, after a reconnection, when out of step. `path`: the file it belongs to, `stamp`: of that file
   * when it was last read or written; `unsaved`: it has unsaved changes; `allowed`: what the user chose or allowed for it in this
   * window.
   */
  z.object({
    type: z.literal('open'),
    rev: z.number().int(),
    document: documentFile,
    path: path.optional(),
    stamp: z.string().max(128).optional(),
    unsaved: z.boolean().optional(),
    allowed: z.array(fileUse).readonly().optional(),
  }),
  /** The step from `rev - 1` to `rev`. `draft`: a slider is moving; a quick preview is enough. */
  z.object({
    type: z.literal('edit'),
    rev: z.number().int(),
    edit: z.array(patchSchema),
    draft: z.boolean().default(false),
  }),
  /** The slider rests: compute the full result. */
  z.object({ type: z.literal('settle') }),
  /** Everything on the screen now. */
  z.object({ type: z.literal('views'), views: z.array(viewSchema).max(2000) }),
  /**
   * An explicit run, including effects and jobs; `nodes`: only these and what they need. Jobs continue from their checkpoint if they
   * have one; `restart`: they start from the beginning, even if they are finished.
   */
  z.object({ type: z.literal('run'), nodes: z.array(nodeRef).optional(), restart: z.boolean().default(false) }),
  /** Running jobs end at their next checkpoint; `nodes`: only these. `run` continues them. */
  z.object({ type: z.literal('pause'), nodes: z.array(nodeRef).optional() }),
  z.object({ type: z.literal('cancel') }),
  /** Starts live sources; `nodes`: only these. Those that play go on. */
  z.object({ type: z.literal('play'), nodes: z.array(nodeRef).optional() }),
  /** Stops them; their last frames stay. */
  z.object({ type: z.literal('stop'), nodes: z.array(nodeRef).optional() }),
  /**
   * The picture that a `capture` asked for; its RGB bytes are the tail. `index`: its number at the camera, from 0; `age`: how long
   * ago it was taken, in ms.
   */
  z.object({
    type: z.literal('frame'),
    id: captureId,
    index: z.number().int().nonnegative(),
    age: z.number().nonnegative(),
    width: side,
    height: side,
  }),
  /** The camera could not be opened, or has been lost. */
  z.object({ type: z.literal('camera-failed'), id: captureId, problem: problemSchema }),
  /** The element of a sequence that the previews show. */
  z.object({ type: z.literal('scrub'), node: nodeRef, index: z.number().int().nonnegative() }),
  z.object({ type: z.literal('request'), id: z.number().int(), method: z.string().max(64), params: z.unknown() }),
])
export type ClientMessage = z.infer<typeof clientMessage>
export type ClientMessageInput = z.input<typeof clientMessage>

const deviceWords = z.object({
  kind: z.enum(['cpu', 'gpu']),
  name: z.string(),
  threads: z.number().int(),
}) satisfies z.ZodType<DeviceWords>

export const engineMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('welcome'),
    protocol: z.number().int(),
    version: z.string(),
    device: deviceWords,
    /** `engine/graph/catalogue.ts` validates it. */
    catalogue: z.unknown(),
    samples: z.array(z.string()),
    /** What this session had open: its window is new, or has lost it. */
    resume: z
      .object({
        document: documentFile,
        path: z.string().optional(),
        stamp: z.string().optional(),
        unsaved: z.boolean(),
        allowed: z.array(fileUse).readonly().optional(),
      })
      .optional(),
    /** The pipeline to open first, if the window has none of its own. */
    start: z
      .object({
        document: documentFile,
        path: z.string().optional(),
        stamp: z.string().optional(),
        /** What the user named at the start. */
        allowed: z.array(fileUse).readonly().optional(),
        /** A 3D scene shown over it. */
        scene: z.string().optional(),
        /** Nobody asked for it: the default pipeline. */
        sample: z.boolean().optional(),
      })
      .optional(),
  }),
  /** Another device computes from now on. */
  z.object({ type: z.literal('device'), device: deviceWords }),
  /**
   * What is known before running: shapes (node → output → shape), reports of wires (by where they end), problems of the whole,
   * and sockets that follow from parameters (by `socketsKey`).
   */
  z.object({
    type: z.literal('analysis'),
    rev: z.number().int(),
    shapes: z.record(z.string(), z.record(z.string(), z.unknown())),
    wires: z.record(z.string(), wireReport),
    sockets: z.record(z.string(), socketsSchema).optional(),
    problems: z.array(problemSchema),
  }),
  /** Changed nodes only; `run` is about the whole. */
  z.object({
    type: z.literal('status'),
    rev: z.number().int(),
    nodes: z.record(z.string(), nodeReport),
    run: z.object({
      state: z.enum(['idle', 'draft', 'full', 'explicit']),
      /**
       * How long the last run took that computed anything: from the request until the last node that was needed was done. Work
       * for it that was under way before counts from where it began. `profile` tells more.
       */
      ms: z.number().optional(),
      /** Nodes that have their result, and all. */
      done: z.number(),
      total: z.number(),
      /** How much of an explicit run is done, 0..1: elements of sequences count too. */
      fraction: z.number().optional(),
      /** Bytes that results and models take: what `memory` lists. */
      memory: z.number().nonnegative().optional(),
      /** Bytes moved to the GPU and back since the run began. */
      moved: z.object({ up: z.number(), down: z.number() }).optional(),
    }),
  }),
  /** All previews of a run, one frame. */
  z.object({
    type: z.literal('previews'),
    rev: z.number().int(),
    quality: z.enum(['draft', 'full']),
    items: z.array(previewItem),
  }),
  /**
   * The document's relation to its file. own: this window may write it; elsewhere: another window has it, this one only reads;
   * changed, gone: another program wrote or removed it since it was read.
   */
  z.object({ type: z.literal('file'), state: z.enum(['own', 'elsewhere', 'changed', 'gone']) }),
  /** Asks for the newest picture of this camera that was not asked for before; the first time, the window opens it. */
  z.object({ type: z.literal('capture'), id: captureId, camera: z.string(), width: side, height: side }),
  /** The window may close the camera. */
  z.object({ type: z.literal('release'), id: captureId }),
  /** Models that are being downloaded. `changed`: the list of installed models is another. */
  z.object({ type: z.literal('models'), pulls: modelPulls, changed: z.boolean() }),
  /** A problem of this window outside any node or request. */
  z.object({ type: z.literal('notice'), problem: problemSchema }),
  /** The engine found the document out of step: send `open`. */
  z.object({ type: z.literal('resync'), problem: problemSchema }),
  z.object({
    type: z.literal('reply'),
    id: z.number().int(),
    result: z.unknown().optional(),
    problem: problemSchema.optional(),
  }),
])
export type EngineMessage = z.infer<typeof engineMessage>
