/**
 * The run record: what a run was made from and what came out, in one file that is enough to repeat it. It may come from anywhere,
 * so it is read as carefully as a pipeline.
 */
import { z } from 'zod'
import { idPattern } from '../../engine/graph/document.ts'
import { parseFile } from '../../engine/graph/file.ts'
import { schemaProblem } from '../../engine/graph/file-words.ts'
import { jsonLimits, parseJson } from '../../engine/graph/json.ts'
import { jsonText } from '../../engine/types/json.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { writeAtomic } from '../files/atomic.ts'
import { readContent } from '../server/pipeline-file.ts'

export const recordFormat = 'sightline-run'
export const recordVersion = 1

/** Text of a record that is printed has no control characters: it may come from a stranger. */
const line = z
  .string()
  .max(4096)
  .regex(/^\P{Cc}*$/u, 'has control characters')
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256 (64 hexadecimal digits)')
const count = z.number().int().nonnegative()
const figure = z.number().nullable()
/** `outer/inner` */
const node = line.refine((id) => id.split('/').every((part) => idPattern.test(part)), 'is not the id of a node')
const versions = z.record(line, line)

const inputSchema = z.object({
  node,
  /** Relative to the record; for a picture that ships with Sightline its name. */
  path: line,
  sample: z.literal(true).optional(),
  bytes: count,
  sha256,
})

/** An array of numbers as they are stored, row-major: what follows the header of a .npy. */
const arraySchema = z.object({
  /** How a number is stored. */
  type: z.enum(['float32', 'uint8', 'uint16', 'int32']),
  shape: z.array(count).max(16),
  sha256,
  min: figure,
  max: figure,
  mean: figure,
  notFinite: count,
})

const outputSchema = z.object({
  node,
  /** Absent: a picture that the node saved. */
  port: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'is not the name of an output')
    .optional(),
  /** Which element of (nested) sequences, or which of the pictures that the node saved. */
  element: z.array(count).max(8).optional(),
  /** A kind of value, or `picture`. */
  kind: z.string().regex(/^[a-z]{1,64}$/),
  ...arraySchema.pick({ type: true, shape: true }).partial().shape,
  /** Of a value with one array: of its numbers. With several: of `head` and of `parts`, line by line. With none: of its file's text. */
  sha256,
  /** Of everything but the numbers, as JSON (`engine/values/head.ts`). */
  head: sha256.optional(),
  /** Of a value with several arrays: each by its name. */
  parts: z.record(line, arraySchema).optional(),
  min: figure.optional(),
  max: figure.optional(),
  mean: figure.optional(),
  notFinite: count.optional(),
})

const recordSchema = z.object({
  format: z.literal(recordFormat),
  version: z.literal(recordVersion),
  made: z.iso.datetime(),
  ok: z.boolean(),
  ms: z.number().nonnegative(),
  device: z.object({ name: line, threads: count }),
  versions,
  decoders: versions,
  /**
   * `bit-equal`: the same bits on any number of threads and any machine, as long as these are the same. `not-promised`: something
   * that computed does not report its version.
   */
  expected: z.object({ result: z.enum(['bit-equal', 'not-promised']), whileSame: z.array(line).max(32) }),
  /** How many frames the live sources gave, if more than one. */
  frames: count.optional(),
  inputs: z.array(inputSchema),
  outputs: z.array(outputSchema),
  nodes: z.array(
    z.object({
      id: node,
      type: line,
      version: count.optional(),
      seed: z.number().optional(),
      status: z.enum(['done', 'cached', 'error', 'skipped']),
      ms: z.number().nonnegative(),
      /** What there is to know that is no error. */
      note: z.string().optional(),
    }),
  ),
  pipeline: z.object({
    /** Where its relative paths start, relative to the record. */
    folder: line,
    /** Of the text of `document` in its pipeline-file form. */
    sha256,
    document: z.unknown(),
  }),
})

export type RunRecord = Readonly<z.infer<typeof recordSchema>>
export type InputRecord = Readonly<z.infer<typeof inputSchema>>
export type OutputRecord = Readonly<z.infer<typeof outputSchema>>

/** Throws `record.*`. */
function parseRecord(raw: Record<string, unknown>): RunRecord {
  if (typeof raw.version === 'number' && raw.version > recordVersion)
    throw new SightlineError('record.newer', { version: raw.version, known: recordVersion })
  const parsed = recordSchema.safeParse(raw)
  if (!parsed.success) throw schemaProblem(parsed.error, raw, 'record.wrong')
  return parsed.data
}

/** A pipeline, or the record of a run with the pipeline in it. Throws `file.*`, `document.*`, `record.*`. */
export async function readRunnable(path: string) {
  const raw = parseJson((await readContent(path)).toString('utf8'))
  const isRecord = typeof raw === 'object' && raw !== null && 'format' in raw && raw.format === recordFormat
  if (!isRecord) return { document: parseFile(raw) }
  const record = parseRecord(raw as Record<string, unknown>)
  return { document: parseFile(record.pipeline.document), record }
}

/** Throws `record.too-large` (a record too large to be read again), and what `writeAtomic` throws. */
export async function writeRecord(path: string, record: RunRecord, signal: AbortSignal): Promise<void> {
  const text = `${jsonText(record)}\n`
  if (text.length > jsonLimits.bytes)
    throw new SightlineError('record.too-large', { bytes: text.length, limit: jsonLimits.bytes })
  await writeAtomic(path, text, { signal })
}
