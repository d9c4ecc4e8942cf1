/**
 * An edit is a list of patches; a patch replaces one entry of one table. Its inverse is the entry that was there, so undo,
 * the host's mirror and the property tests rest on this one function.
 */
import { z } from 'zod'
import { SightlineError } from '../types/problem.ts'
import {
  type Document,
  frameSchema,
  type Graph,
  idSchema,
  nodeSchema,
  noteSchema,
  portSchema,
  type Subgraph,
} from './document.ts'

const graphName = idSchema.optional()
const boundary = z.object({ to: z.array(portSchema).min(1) })

/** `graph`: the subgraph that is edited; absent: the document itself. `value: null` removes the entry. */
export const patchSchema = z.discriminatedUnion('table', [
  z.object({ graph: graphName, table: z.literal('nodes'), id: idSchema, value: nodeSchema.nullable() }),
  z.object({ graph: graphName, table: z.literal('edges'), id: portSchema, value: portSchema.nullable() }),
  z.object({ graph: graphName, table: z.literal('frames'), id: idSchema, value: frameSchema.nullable() }),
  z.object({ graph: graphName, table: z.literal('notes'), id: idSchema, value: noteSchema.nullable() }),
  z.object({ graph: idSchema, table: z.literal('inputs'), id: idSchema, value: boundary.nullable() }),
  z.object({
    graph: idSchema,
    table: z.literal('outputs'),
    id: idSchema,
    value: z.object({ from: portSchema }).nullable(),
  }),
  /** A whole subgraph comes or goes. Its content is made by patches that follow (or precede) it. */
  z.object({
    graph: z.undefined().optional(),
    table: z.literal('graphs'),
    id: idSchema,
    value: z.literal(true).nullable(),
  }),
  z.object({
    graph: z.undefined().optional(),
    table: z.literal('title'),
    id: z.literal(''),
    value: z.string().max(500).nullable(),
  }),
])
export type Patch = z.infer<typeof patchSchema>
export type Edit = readonly Patch[]

type Table = Readonly<Record<string, unknown>>

function replaced(table: Table, id: string, value: unknown): Table {
  if (value !== null) return { ...table, [id]: value }
  const { [id]: _, ...rest } = table
  return rest
}

const emptySubgraph: Subgraph = { nodes: {}, edges: {}, frames: {}, notes: {}, inputs: {}, outputs: {} }

const isEmpty = (graph: Subgraph): boolean => Object.values(graph).every((table) => Object.keys(table).length === 0)

function apply(document: Document, patch: Patch): { document: Document; inverse: Patch } {
  if (patch.table === 'title') {
    const { title, ...rest } = document
    return {
      document: patch.value === null ? rest : { ...rest, title: patch.value },
      inverse: { ...patch, value: title ?? null },
    }
  }
  if (patch.table === 'graphs') {
    const there = document.graphs[patch.id]
    if (patch.value === null && there && !isEmpty(there))
      throw new SightlineError('edit.impossible', {
        message: `the subgraph "${patch.id}" is removed before its content`,
      })
    const keep = patch.value !== null && there
    return {
      document: {
        ...document,
        graphs: replaced(document.graphs, patch.id, patch.value && (keep || emptySubgraph)) as Document['graphs'],
      },
      inverse: { ...patch, value: there ? true : null },
    }
  }
  const graph: Graph | undefined = patch.graph === undefined ? document : document.graphs[patch.graph]
  if (!graph) throw new SightlineError('edit.impossible', { message: `there is no subgraph "${patch.graph}"` })
  const table = (graph as unknown as Record<string, Table>)[patch.table] as Table
  const next = { ...graph, [patch.table]: replaced(table, patch.id, patch.value) }
  return {
    document:
      patch.graph === undefined
        ? (next as Document)
        : { ...document, graphs: { ...document.graphs, [patch.graph]: next as Subgraph } },
    inverse: { ...patch, value: table[patch.id] ?? null } as Patch,
  }
}

/** The edited document (the given one is unchanged) and the edit that takes it back. Throws `edit.impossible`. */
export function applyEdit(document: Document, edit: Edit): { document: Document; inverse: Edit } {
  let current = document
  const inverse: Patch[] = []
  for (const patch of edit) {
    const step = apply(current, patch)
    current = step.document
    inverse.unshift(step.inverse)
  }
  return { document: current, inverse }
}
