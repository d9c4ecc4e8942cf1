/**
 * An edit is a list of patches; a patch replaces one entry of one table. Its inverse is the entry that was there, so undo,
 * the host's mirror and the property tests rest on this one function.
 */
import { z } from 'zod'
import { SightlineError } from '../types/problem.ts'
import {
  boundaryInputSchema,
  boundaryOutputSchema,
  type Document,
  frameSchema,
  idSchema,
  nodeSchema,
  noteSchema,
  portSchema,
  type Subgraph,
  unknownSchema,
} from './document.ts'

const graphName = idSchema.optional()

/** `graph`: the subgraph that is edited; absent: the document itself. `value: null` removes the entry. */
export const patchSchema = z.discriminatedUnion('table', [
  z.object({ graph: graphName, table: z.literal('nodes'), id: idSchema, value: nodeSchema.nullable() }),
  z.object({ graph: graphName, table: z.literal('edges'), id: portSchema, value: portSchema.nullable() }),
  z.object({ graph: graphName, table: z.literal('frames'), id: idSchema, value: frameSchema.nullable() }),
  z.object({ graph: graphName, table: z.literal('notes'), id: idSchema, value: noteSchema.nullable() }),
  z.object({ graph: idSchema, table: z.literal('inputs'), id: idSchema, value: boundaryInputSchema.nullable() }),
  z.object({
    graph: idSchema,
    table: z.literal('outputs'),
    id: idSchema,
    value: boundaryOutputSchema.nullable(),
  }),
  /** A whole subgraph comes or goes. Its content is made by patches that follow (or precede) it, but for what is unknown. */
  z.object({
    graph: z.undefined().optional(),
    table: z.literal('graphs'),
    id: idSchema,
    value: z.union([z.literal(true), unknownSchema]).nullable(),
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

const emptySubgraph: Subgraph = { nodes: {}, edges: {}, frames: {}, notes: {}, inputs: {}, outputs: {} }

const tablesOf = ({ nodes, edges, frames, notes, inputs, outputs }: Subgraph): readonly object[] => [
  nodes,
  edges,
  frames,
  notes,
  inputs,
  outputs,
]

const impossible = (message: string): SightlineError => new SightlineError('edit.impossible', { message })

/** What `graphs` takes for this subgraph when it is made again. */
function unknownOf(graph: Subgraph | undefined): z.infer<typeof unknownSchema> | true | null {
  if (!graph) return null
  const { extra, wireExtra } = graph
  return extra || wireExtra ? { ...(extra && { extra }), ...(wireExtra && { wireExtra }) } : true
}

type Table = Record<string, unknown>

/** The edited document (the given one is unchanged) and the edit that takes it back. Throws `edit.impossible`. */
export function applyEdit(document: Document, edit: Edit): { document: Document; inverse: Edit } {
  if (edit.length === 0) return { document, inverse: [] }
  const next: Table = { ...document }
  const inverse: Patch[] = []
  // A table is copied once an edit, however many of its entries change: pasting a thousand nodes stays linear.
  const copies = new Set<unknown>()
  const own = (holder: Table, key: string): Table => {
    if (copies.has(holder[key])) return holder[key] as Table
    const copy = { ...(holder[key] as Table) }
    copies.add(copy)
    holder[key] = copy
    return copy
  }
  for (const patch of edit) {
    const { table: name, id, value } = patch
    let table: Table
    let was: unknown
    let becomes: unknown = value
    if (name === 'title') {
      table = next
      was = next.title ?? null
    } else if (name === 'graphs') {
      table = own(next, 'graphs')
      const there = (table as Record<string, Subgraph>)[id]
      was = unknownOf(there)
      if (value === null && there && tablesOf(there).some((part) => Object.keys(part).length > 0))
        throw impossible(`the subgraph "${id}" is removed before its content`)
      if (value) becomes = { ...(there ?? emptySubgraph), ...(value === true ? {} : value) }
    } else {
      if (patch.graph !== undefined && !Object.hasOwn(next.graphs as Table, patch.graph))
        throw impossible(`there is no subgraph "${patch.graph}"`)
      table = own(patch.graph === undefined ? next : own(own(next, 'graphs'), patch.graph), name)
      was = table[id] ?? null
    }
    const key = name === 'title' ? 'title' : id
    if (becomes === null) delete table[key]
    else table[key] = becomes
    inverse.push({ ...patch, value: was } as Patch)
  }
  return { document: next as unknown as Document, inverse: inverse.reverse() }
}
