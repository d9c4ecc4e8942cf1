/**
 * The messages between the window and the engine, validated on both ends. Every message is one frame: a JSON head and a binary
 * tail (`frame.ts`). Requests carry an `id` and get one `reply`.
 */
import { z } from 'zod'
import { idSchema } from '../graph/document.ts'
import { patchSchema } from '../graph/edit.ts'
import { networkSchema } from '../graph/network.ts'
import { socketsSchema } from '../graph/sockets.ts'
import type { DeviceWords } from '../types/device.ts'
import { displaySchema } from '../values/display.ts'
import { markSchema } from '../values/mark.ts'
import { algorithmStepSchema } from '../values/step.ts'
import { estimateSchema } from './estimate.ts'
import { holdingsSchema, releaseSchema } from './memory.ts'
import { fileCheck, modelEntry, modelName, modelPulls } from './models.ts'
import { amount, provenanceSchema, spot } from './provenance.ts'
import { nodeRef, port } from './refs.ts'
import { largestScene, sceneHead } from './scene.ts'
import { machineSettings, settingsState } from './settings.ts'

/** Incremented with every change that an older window or engine would misread. */
export const protocolVersion = 1

const path = z.string().min(1).max(4096)
const side = z.number().int().min(1).max(8192)
/** A card is no larger on any screen. */
const cardSide = z.number().int().min(1).max(2048)
const finite = z.number().finite()

const problemSchema = z.object({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  /** Of one element of a sequence: which. */
  element: z.string().optional(),
})
/** A camera that the engine has opened in the window. */
const captureId = z.string().min(1).max(64)

/** A rectangle of a value in its own pixels (fractions allowed), drawn `width` × `height` device pixels large. */
const regionSchema = z.object({ x: finite, y: finite, width: finite.positive(), height: finite.positive() })

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

/** A file or folder outside the document's own, and what the user allows it. */
const fileUse = z.object({ path, access: z.enum(['read', 'write']) })

/** The file form of a document (`engine/graph/file.ts` validates it fully). */
const documentFile = z.record(z.string(), z.unknown())

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

const count = z.number().int().nonnegative()

/**
 * Where the time of a run went, in ms. `ms`: from the request until the last node that was needed is done; `between`: the part in
 * which no node worked (planning, reading what files are). The most expensive nodes first; `count`: how many there are.
 */
const profileSchema = z.object({
  ms: z.number(),
  between: z.number(),
  nodes: z.array(
    z.object({
      node: nodeRef,
      compute: z.number(),
      /** To and from the GPU, and back from spilled memory. */
      transfer: z.number(),
      /** For its turn, and for elements of sequences. */
      wait: z.number(),
      /** How often it ran: once for each element of a sequence. */
      runs: count,
    }),
  ),
  count,
})
export type Profile = z.infer<typeof profileSchema>

/** The parameters and results of every request. The tail of `upload` is the file; those of the replies to `card`, `scene`, `splats` and `inflate` are the picture, the parts and the unpacked data. */
export const methods = {
  /** The numbers of one pixel, full size. */
  probe: {
    params: z.object({ node: nodeRef, port, x: z.number().int(), y: z.number().int() }),
    result: z.object({
      values: z.array(z.number().nullable()),
      /** What the number stands for, where that is known: the name of a label. */
      meaning: z.string().optional(),
      /** Of a value that is marks over a picture: those under the pixel. */
      marks: z.array(markSchema).optional(),
      draft: z.boolean(),
    }),
  },
  /** The numbers of a part of a picture, to be written into its pixels. Positions outside are left out: `x` to `height` tell what was returned. */
  numbers: {
    params: z.object({ node: nodeRef, port, x: z.number().int(), y: z.number().int(), width: side, height: side }),
    result: z.object({
      x: z.number().int(),
      y: z.number().int(),
      width: count,
      height: count,
      channels: count,
      /** Row-major, channels last. */
      values: z.array(amount),
      draft: z.boolean(),
    }),
  },
  /**
   * How one number was computed, and from what: the steps of the node that made it, the last op first, and the part of every
   * earlier output that it may depend on. At full size, for the elements on display.
   */
  provenance: {
    params: z.object({ node: nodeRef, port, ...spot }),
    result: provenanceSchema,
  },
  /** The algorithm of a node step by step, on the inputs that it has. A newer request cancels an older one. */
  steps: {
    params: z.object({ node: nodeRef }),
    result: z.object({
      steps: z.array(algorithmStepSchema),
      /** The output whose picture the marks lie over. */
      over: z.object({ node: nodeRef, port }).optional(),
      /** There are more steps than were told. */
      cut: z.boolean(),
    }),
  },
  /** The operators of the network that a node runs, without its weights. */
  network: {
    params: z.object({ node: nodeRef }),
    result: networkSchema,
  },
  /**
   * The numbers of a scene of splats, a part at a time. The tail of the reply: float32 of the splats `from` to `to`, first all
   * means, then quaternions, sizes, opacities and harmonics. Parts with different names are not of the same scene.
   */
  splats: {
    params: z.object({ node: nodeRef, port, from: z.number().int().nonnegative() }),
    result: sceneHead.extend({ name: z.string(), from: z.number().int(), to: z.number().int() }),
  },
  /** Statistics of a value, per channel. */
  statistics: {
    params: z.object({ node: nodeRef, port, bins: z.number().int().min(2).max(1024).default(256) }),
    result: z.object({
      shape: z.unknown(),
      channels: z.array(
        z.object({
          min: z.number().nullable(),
          max: z.number().nullable(),
          mean: z.number().nullable(),
          std: z.number().nullable(),
          nan: z.number(),
          histogram: z.array(z.number()),
          range: z.tuple([z.number(), z.number()]),
        }),
      ),
    }),
  },
  /** Where the time of the last run went; absent: nothing has run. */
  profile: {
    params: z.object({}),
    result: z.object({ profile: profileSchema.optional() }),
  },
  /** What a run will take, reckoned from shapes and earlier runs. `nodes`: only these, and what they need. */
  estimate: {
    params: z.object({ nodes: z.array(nodeRef).max(1000).optional() }),
    result: estimateSchema,
  },
  /** The content of a folder; `path` absent: the home folder. */
  list: {
    params: z.object({ path: path.optional() }),
    result: z.object({
      path: z.string(),
      parent: z.string().nullable(),
      entries: z.array(z.object({ name: z.string(), path: z.string(), folder: z.boolean(), bytes: z.number() })),
    }),
  },
  /** Makes a folder; one that is there stays. */
  makeFolder: {
    params: z.object({ path }),
    result: z.object({ path: z.string() }),
  },
  /** Reads a pipeline file; the window then sends it back with `open`. */
  load: {
    params: z.object({ path }),
    result: z.object({ document: documentFile, path: z.string(), stamp: z.string() }),
  },
  /** The document with nodes of older versions brought to the current ones. */
  upgrade: {
    params: z.object({ document: documentFile }),
    result: z.object({ document: documentFile }),
  },
  /**
   * Writes the session's document atomically, with copies of dropped pictures beside it. `stamp`: of the file as it was read; a
   * missing or different file is not overwritten without `overwrite`. `also`: files that only an undo brings back. `renamed`: the
   * new names of files in the document, old and new.
   */
  save: {
    params: z.object({
      path,
      stamp: z.string().optional(),
      overwrite: z.boolean().default(false),
      also: z.array(fileUse).readonly().default([]),
    }),
    result: z.object({
      path: z.string(),
      stamp: z.string(),
      renamed: z.array(z.tuple([z.string(), z.string()])),
    }),
  },
  /** The user chose these files, or allows the document what it names: kept with its file. */
  allow: {
    params: z.object({ uses: z.array(fileUse).min(1).max(100).readonly() }),
    result: z.object({}),
  },
  /** Which of these files still exist. */
  there: {
    params: z.object({ paths: z.array(path).max(100) }),
    result: z.object({ paths: z.array(z.string()) }),
  },
  /** The gallery, by chapter. `hash`: of the content; another hash is another picture. */
  gallery: {
    params: z.object({}),
    result: z.object({
      entries: z.array(
        z.object({
          id: z.string(),
          hash: z.string(),
          title: z.string(),
          chapter: z.string(),
          order: z.number(),
          summary: z.string(),
          /** Of its lesson; 0: it has none. */
          steps: z.number().int(),
          /** How many of them ask a question. */
          asks: z.number().int(),
          /** The lesson's id: the key of its progress. */
          lesson: z.string().optional(),
          problem: problemSchema.optional(),
        }),
      ),
    }),
  },
  /** A pipeline of the gallery. */
  entry: {
    params: z.object({ id: z.string().min(1).max(255) }),
    result: z.object({ document: documentFile }),
  },
  /** The picture of an entry's card, drawn by running it; at most the requested size. The tail of the reply: RGBA. */
  card: {
    params: z.object({ id: z.string().min(1).max(255), width: cardSide, height: cardSide }),
    result: z.object({ width: z.number().int(), height: z.number().int() }),
  },
  /** Unsaved work that other windows left behind when they ended without asking. Newest first; `time` in ms since 1970. */
  copies: {
    params: z.object({}),
    result: z.object({
      copies: z.array(
        z.object({ session: z.string(), title: z.string(), path: z.string().optional(), time: z.number() }),
      ),
    }),
  },
  /** One of them. */
  copy: {
    params: z.object({ session: z.string() }),
    result: z.object({
      document: documentFile,
      path: z.string().optional(),
      stamp: z.string().optional(),
      allowed: z.array(fileUse).readonly().optional(),
    }),
  },
  /** Discards it; without `session`: that of this window, which closes without saving. */
  forget: {
    params: z.object({ session: z.string().optional() }),
    result: z.object({}),
  },
  /** The user's settings of the engine. `change`: stored, effective at the next start. */
  settings: {
    params: z.object({ change: machineSettings.optional() }),
    result: settingsState,
  },
  /**
   * A part of a 3D scene's file (the tail of the reply), from `offset` on. `size`: of the whole; parts with different stamps are
   * not of the same file. Of an unpacked .sog `path` is its list, and `file` one of the pictures that it names.
   */
  scene: {
    params: z.object({ path, offset: count, file: z.string().min(1).max(255).optional() }),
    result: z.object({ size: count, stamp: z.string() }),
  },
  /**
   * Unpacks a stream of Zstandard, which browsers do not, a part at a time. The tail of the request is the next packed part; that
   * of the reply, at most `scenePart` bytes, what follows of the result. `first`: of another stream, which goes before one that
   * has not ended; `last`: the stream ends with this part; `size`: of the whole result. `more`: it goes on without another part.
   */
  inflate: {
    params: z.object({ size: count.max(largestScene), first: z.boolean(), last: z.boolean() }),
    result: z.object({ more: z.boolean() }),
  },
  /** What the memory for results holds. */
  memory: {
    params: z.object({}),
    result: holdingsSchema,
  },
  /** Gives memory back: results are computed again, models loaded again, when they are needed. What is in use stays. */
  release: {
    params: releaseSchema,
    result: z.object({ freed: z.number().nonnegative() }),
  },
  /** The models that can be installed, and the downloads under way. */
  models: {
    params: z.object({}),
    result: z.object({ entries: z.array(modelEntry), pulls: modelPulls }),
  },
  /** The text of a model's licence, before anything is downloaded. */
  modelLicence: {
    params: z.object({ name: modelName }),
    result: z.object({ text: z.string() }),
  },
  /** Downloads and installs a model; the user has agreed. `installed`: false if it was cancelled. */
  installModel: {
    params: z.object({ name: modelName }),
    result: z.object({ installed: z.boolean() }),
  },
  /** Stops the download; nothing of it is kept. */
  cancelModel: {
    params: z.object({ name: modelName }),
    result: z.object({}),
  },
  /** Compares every file of a model with its hash. */
  verifyModel: {
    params: z.object({ name: modelName }),
    result: z.object({ files: z.array(fileCheck) }),
  },
  removeModel: {
    params: z.object({ name: modelName }),
    result: z.object({}),
  },
  /**
   * Keeps a dropped file (the tail) and returns the path under which nodes read it. `beside`: the path of an earlier one, in whose
   * folder it is kept, as a model's weights.
   */
  upload: {
    params: z.object({ name: z.string().min(1).max(255), beside: path.optional() }),
    result: z.object({ path: z.string() }),
  },
} as const
export type Method = keyof typeof methods
export type MethodParams<M extends Method> = z.input<(typeof methods)[M]['params']>
export type MethodResult<M extends Method> = z.output<(typeof methods)[M]['result']>

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

const nodeReport = z.object({
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

const wireReport = z.object({
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

const previewItem = z.object({
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

export { idSchema }
