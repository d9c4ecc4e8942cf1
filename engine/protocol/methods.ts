/** The requests that a window makes of the engine. */
import { z } from 'zod'
import { networkSchema } from '../graph/network.ts'
import { markSchema } from '../values/mark.ts'
import { algorithmStepSchema } from '../values/step.ts'
import { estimateSchema } from './estimate.ts'
import { holdingsSchema, releaseSchema } from './memory.ts'
import { fileCheck, modelEntry, modelName, modelPulls } from './models.ts'
import { cardSide, count, documentFile, fileUse, path, problemSchema, side } from './parts.ts'
import { amount, provenanceSchema, spot } from './provenance.ts'
import { nodeRef, port } from './refs.ts'
import { largestScene, sceneHead } from './scene.ts'
import { pageLook } from './scene-page.ts'
import { machineSettings, settingsState } from './settings.ts'

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

/** The parameters and results of every request. The tail of `upload` is the file; those of the replies to `card`, `scene`, `splats`, `sharePart` and `inflate` are the picture, the parts and the unpacked data. */
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
      /** Row-major, channels last. Null: nothing is there, in an empty cell of a grid of pictures. */
      values: z.array(amount.nullable()),
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
  /**
   * Packs a scene to be given away: an output, or a file. Says how large it is, in bytes: as one page, and as a zip of a page and a
   * .sog. The last that was packed is kept for `sharePart`, by its number. Problem `scene.packing-cancelled` after `cancelShare`.
   */
  share: {
    params: z.object({
      of: z.union([z.object({ node: nodeRef, port }), z.object({ path })]),
      look: pageLook,
    }),
    result: z.object({ packed: count, splats: count, page: count, folder: count }),
  },
  /** How far packing is, 0 to 1; absent: nothing is packed. */
  shareProgress: {
    params: z.object({}),
    result: z.object({ part: z.number().min(0).max(1).optional() }),
  },
  /** Ends packing within 100 ms, if there is any. */
  cancelShare: {
    params: z.object({}),
    result: z.object({}),
  },
  /** What was packed, a part at a time: the tail of the reply. `total`: bytes. */
  sharePart: {
    params: z.object({ packed: count, form: z.enum(['page', 'folder']), from: count }),
    result: z.object({ total: count }),
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
  /** What is at an address of a model hub (`hf:OWNER/REPO/FILE`); from then on it is among the models, by this name. */
  hubModel: {
    params: z.object({ address: z.string().max(1000) }),
    result: z.object({ name: modelName }),
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
