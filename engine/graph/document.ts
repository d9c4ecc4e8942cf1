/**
 * The document: what the user makes and the file holds. In memory everything is a record by id, so an edit replaces one entry.
 * An input takes one wire, so wires are kept by where they end: `edges['blur.image'] = 'photo.image'`.
 */
import { z } from 'zod'
import { keptScenes } from './scene.ts'

/** The version that this Sightline writes. */
export const formatVersion = 1

export const idPattern = /^[a-z0-9_-]{1,64}$/
/** NODE.PORT. An id has no dot, so the first one is between them; a port may be called as a model calls its inputs: `input:0`. */
export const portPattern = /^[a-z0-9_-]{1,64}\.[^\p{Cc}]{1,256}$/u
const unsafeKeys = new Set(['__proto__', 'constructor', 'prototype'])

const safe = (name: string): boolean => !unsafeKeys.has(name)
const finite = z.number().finite()
export const idSchema = z
  .string()
  .regex(idPattern, 'is not an id (a-z, 0-9, _ and -)')
  .refine(safe, 'is a reserved word')
export const portSchema = z
  .string()
  .regex(portPattern, 'is not NODE.PORT')
  .refine((ref) => splitPort(ref).every(safe), 'has a reserved word')
/** Any JSON. Files and edits have passed `checkJson` before; checking each value again would take long. */
const jsonSchema = z.unknown() as unknown as z.ZodType<z.core.util.JSONType>
/** A parameter's name is an identifier of code. */
export const paramNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'is not the name of a parameter')
  .refine(safe, 'is a reserved word')

export const positionSchema = z.looseObject({ x: finite, y: finite })
const sizeSchema = z.looseObject({ width: finite.positive(), height: finite.positive() })

/** A node: its type, parameters that differ from the defaults, and its position. */
export const nodeSchema = z.looseObject({
  type: z.string().min(1).max(200),
  /** The node type's version when it was saved; absent: 1. */
  version: z.number().int().positive().optional(),
  params: z.record(z.string().refine(safe, 'is a reserved word'), jsonSchema).optional(),
  position: positionSchema,
  title: z.string().max(500).optional(),
  bypass: z.literal(true).optional(),
  /** No preview. */
  collapsed: z.literal(true).optional(),
  /** What is kept of the scenes that it gives, by output: views, a ruler, notes. */
  scenes: keptScenes.optional(),
})

/** A coloured box behind nodes, with a title. */
export const frameSchema = z.looseObject({
  title: z.string().max(500),
  position: positionSchema,
  size: sizeSchema,
  colour: z.string().max(32).optional(),
})

/** Markdown with formulas on the canvas. */
export const noteSchema = z.looseObject({
  text: z.string().max(100_000),
  position: positionSchema,
  size: sizeSchema,
})

/** What an input of a subgraph feeds inside, or a parameter of it sets; and which output inside it exposes. */
export const boundaryInputSchema = z.looseObject({ to: z.array(portSchema).min(1) })
export const boundaryOutputSchema = z.looseObject({ from: portSchema })
const unknownKeys = z.record(z.string(), z.unknown())
/** Keys of a graph or its wires in the file that this version does not know. */
export const unknownSchema = z.object({
  extra: unknownKeys.optional(),
  wireExtra: z.record(portSchema, unknownKeys).optional(),
})

export type NodeRecord = Readonly<z.infer<typeof nodeSchema>>
export type FrameRecord = Readonly<z.infer<typeof frameSchema>>
export type NoteRecord = Readonly<z.infer<typeof noteSchema>>
export type BoundaryInput = Readonly<z.infer<typeof boundaryInputSchema>>
export type BoundaryOutput = Readonly<z.infer<typeof boundaryOutputSchema>>
export type Position = Readonly<z.infer<typeof positionSchema>>
/** `blur.image` */
export type PortRef = string

export interface Graph {
  readonly nodes: Readonly<Record<string, NodeRecord>>
  /** Where a wire ends → where it starts. */
  readonly edges: Readonly<Record<PortRef, PortRef>>
  readonly frames: Readonly<Record<string, FrameRecord>>
  readonly notes: Readonly<Record<string, NoteRecord>>
  /** Unknown keys of the file, kept as they are. */
  readonly extra?: Readonly<Record<string, unknown>>
  /** Wires with unknown keys in the file: those keys, without `to`. Written again while the wire exists. */
  readonly wireExtra?: Readonly<Record<PortRef, Readonly<Record<string, unknown>>>>
}

/** A definition used by nodes of type `graph/NAME`. */
export interface Subgraph extends Graph {
  readonly inputs: Readonly<Record<string, BoundaryInput>>
  readonly outputs: Readonly<Record<string, BoundaryOutput>>
  /** The parameters of nodes inside (`blur.sigma`) that its own set. Absent: it has none. */
  readonly params?: Readonly<Record<string, BoundaryInput>>
}

export interface Document extends Graph {
  readonly title?: string
  readonly graphs: Readonly<Record<string, Subgraph>>
}

export const emptyGraph: Graph = { nodes: {}, edges: {}, frames: {}, notes: {} }
export const emptyDocument: Document = { ...emptyGraph, graphs: {} }

const withId = <T extends z.ZodRawShape>(schema: z.ZodObject<T>) => schema.extend({ id: idSchema })
/** Of a whole file, all graphs together. */
export const fileLimits = { nodes: 5000, wires: 20_000, subgraphs: 1000 } as const

/** The lists of a graph in the file. */
export const fileGraph = {
  /** Files written by hand need no positions: nodes without one are placed in columns. */
  nodes: z.array(withId(nodeSchema).extend({ position: positionSchema.optional() }).loose()),
  edges: z.array(z.looseObject({ from: portSchema, to: portSchema })).default([]),
  frames: z.array(withId(frameSchema).loose()).default([]),
  notes: z.array(withId(noteSchema).loose()).default([]),
}

/** The file, version 1. Unknown keys are kept. */
export const fileSchema = z.looseObject({
  format: z.literal('sightline'),
  version: z.literal(formatVersion),
  title: z.string().max(500).optional(),
  ...fileGraph,
  graphs: z
    .record(
      idSchema,
      z.looseObject({
        ...fileGraph,
        inputs: z.record(idSchema, boundaryInputSchema).default({}),
        outputs: z.record(idSchema, boundaryOutputSchema).default({}),
        params: z.record(paramNameSchema, boundaryInputSchema).optional(),
      }),
    )
    .default({}),
})
export type DocumentFile = z.infer<typeof fileSchema>

/** "blur.image" → ["blur", "image"], "net./head/out.1" → ["net", "/head/out.1"] */
export function splitPort(ref: PortRef): readonly [node: string, port: string] {
  const dot = ref.indexOf('.')
  return [ref.slice(0, dot), ref.slice(dot + 1)]
}
