/**
 * An edit is a list of patches; a patch replaces one entry of one table. Its inverse is the previous entry, so undo, the host's
 * mirror and the property tests rest on this one function.
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
  paramNameSchema,
  portSchema,
  type Subgraph,
  unknownSchema,
} from './document.ts'
import { checkJson, faultWords } from './json.ts'

const graphName = idSchema.optional()

/** `graph`: the subgraph being edited; absent: the document itself. `value: null` removes the entry. */
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
  z.object({ graph: idSchema, table: z.literal('params'), id: paramNameSchema, value: boundaryInputSchema.nullable() }),
  /** Adds or removes a whole subgraph. Its content is patched separately, after (or before) this, except for unknown keys. */
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

const tablesOf = ({ nodes, edges, frames, notes, inputs, outputs, params = {} }: Subgraph): readonly object[] => [
  nodes,
  edges,
  frames,
  notes,
  inputs,
  outputs,
  params,
]

/**
 * Refuses what a file with it could not hold: an edit is checked as a file is.
 * @throws `edit.impossible`
 */
function checkPatch({ graph, table, id, value }: Patch): void {
  // Where it stands in the file: `graphs.NAME.nodes[0]`, `nodes[0]`. What a file does not know of a subgraph is its own.
  const place = table === 'graphs' ? ['graphs'] : graph === undefined ? [table, 0] : ['graphs', graph, table, 0]
  try {
    checkJson(value, place, true)
  } catch (error) {
    if (error instanceof SightlineError) throw impossible(`"${id}": ${faultWords(error)}`)
    throw error
  }
}

export const impossible = (message: string): SightlineError => new SightlineError('edit.impossible', { message })

/** The value of `graphs` for this subgraph when it is made again. */
function unknownOf(graph: Subgraph | undefined): z.infer<typeof unknownSchema> | true | null {
  if (!graph) return null
  const { extra, wireExtra } = graph
  return extra || wireExtra ? { ...(extra && { extra }), ...(wireExtra && { wireExtra }) } : true
}

type Table = Record<string, unknown>

/** What an edit made of a document. */
export interface Applied {
  readonly document: Document
  readonly inverse: Edit
}

/**
 * What edits have made already of the document that they were written for: whoever builds an edit has to apply it, and whoever
 * commits it takes the result from here.
 */
const outcomes = new WeakMap<Edit, { readonly from: Document; readonly applied: Applied }>()

/** Names the result of applying `edit` to `from`, so that `applyEdit` need not make it again. */
export function noteApplied(from: Document, edit: Edit, applied: Applied): void {
  outcomes.set(edit, { from, applied })
}

/**
 * A document being changed: its tables are copied once and then changed in place, so that many patches cost what they change.
 * The original document stays unchanged.
 */
export class WorkingCopy {
  #document: Table
  readonly #copies = new Set<unknown>()
  readonly #inverse: Patch[] = []

  constructor(document: Document) {
    this.#document = { ...document }
  }

  /** The current document; the next patch changes it. */
  get document(): Document {
    return this.#document as unknown as Document
  }

  /** The document as it is now, and what takes it back. Later patches leave both as they are. */
  seal(): Applied {
    const { document } = this
    this.#document = { ...this.#document }
    this.#copies.clear()
    return { document, inverse: this.#inverse.toReversed() }
  }

  /** Throws `edit.impossible`. */
  apply(patch: Patch): void {
    checkPatch(patch)
    this.#inverse.push(this.#apply(patch))
  }

  #apply(patch: Patch): Patch {
    const { table: name, id, value } = patch
    if (name === 'title') return this.#replace(patch, this.#document, 'title', value)
    if (name === 'graphs') {
      const graphs = this.#own(this.#document, 'graphs')
      const there = (graphs as Record<string, Subgraph>)[id]
      if (value === null && there && tablesOf(there).some((table) => Object.keys(table).length > 0))
        throw impossible(`the subgraph "${id}" is removed before its content`)
      const next = value && { ...(there ?? emptySubgraph), ...(value === true ? {} : value) }
      return { ...this.#replace(patch, graphs, id, next), value: unknownOf(there) } as Patch
    }
    if (patch.graph === undefined) return this.#replace(patch, this.#own(this.#document, name), id, value)
    if (!Object.hasOwn(this.document.graphs, patch.graph)) throw impossible(`there is no subgraph "${patch.graph}"`)
    const graph = this.#own(this.#own(this.#document, 'graphs'), patch.graph)
    const inverse = this.#replace(patch, this.#own(graph, name), id, value)
    // A subgraph without parameters has no table of them.
    if (name === 'params' && Object.keys(graph.params as Table).length === 0) delete graph.params
    return inverse
  }

  #replace(patch: Patch, table: Table, key: string, value: unknown): Patch {
    const was = table[key] ?? null
    if (value === null) delete table[key]
    else table[key] = value
    return { ...patch, value: was } as Patch
  }

  #own(holder: Table, key: string): Table {
    if (this.#copies.has(holder[key])) return holder[key] as Table
    const copy = { ...(holder[key] as Table) }
    this.#copies.add(copy)
    holder[key] = copy
    return copy
  }
}

/** The edited document (the given one is unchanged) and the inverse edit. Throws `edit.impossible`. */
export function applyEdit(document: Document, edit: Edit): Applied {
  if (edit.length === 0) return { document, inverse: [] }
  const known = outcomes.get(edit)
  if (known?.from === document) {
    // Taken once: the history holds edits, and must not hold every document with them.
    outcomes.delete(edit)
    return known.applied
  }
  const copy = new WorkingCopy(document)
  for (const patch of edit) copy.apply(patch)
  return copy.seal()
}
