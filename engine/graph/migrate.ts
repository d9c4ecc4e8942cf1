/**
 * Migrations of older files and nodes. A migration takes a file of version n to n + 1; it is written with version n + 1, never
 * changed afterwards, and tested with a fixture of every version ever released (`fixtures/`).
 */

import { SightlineError } from '../types/problem.ts'
import { type Document, formatVersion, type Graph, type NodeRecord } from './document.ts'
import { givenWords } from './json.ts'
import type { NodeDefinition } from './node.ts'

type RawFile = Readonly<Record<string, unknown>>
export type Migration = (file: RawFile) => RawFile

/** `migrations[n]` takes a file of version n to n + 1. Version 1 is the first. */
export const migrations: Readonly<Record<number, Migration>> = {}

/** The file in version `to`. Throws `document.newer`, and `document.not-a-pipeline` for an invalid version. */
export function migrate(
  file: RawFile,
  by: Readonly<Record<number, Migration>> = migrations,
  to: number = formatVersion,
): RawFile {
  const { version } = file
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1)
    throw new SightlineError('document.not-a-pipeline', {
      where: 'version',
      message: `is ${version === undefined ? 'missing' : givenWords(version)}; wanted a whole number from 1`,
    })
  if (version > to) throw new SightlineError('document.newer', { version, known: to })
  let current = file
  for (let v = version; v < to; v++) {
    const migration = by[v]
    if (!migration) throw new Error(`there is no migration from version ${v} to ${v + 1}`)
    current = { ...migration(current), version: v + 1 }
  }
  return current
}

type Versioned = Pick<NodeDefinition, 'version' | 'migrate'>
/** What is known of a type, by its name. */
type Types<T> = { get(type: string): T | undefined }

const isOlder = ({ version = 1 }: NodeRecord, known: Pick<Versioned, 'version'> | undefined): boolean =>
  known !== undefined && version < known.version

/** Whether `upgradeNodes` would change anything. A catalogue is enough to tell. */
export const hasOlderNodes = (document: Document, types: Types<Pick<Versioned, 'version'>>): boolean =>
  [document, ...Object.values(document.graphs)].some(({ nodes }) =>
    Object.values(nodes).some((record) => isOlder(record, types.get(record.type))),
  )

/** A node's parameters in the definition's version. `record.version` must not be newer. */
export function migrateParams(record: NodeRecord, { version, migrate: by }: Versioned): Record<string, unknown> {
  let params: Record<string, unknown> = { ...record.params }
  for (let v = record.version ?? 1; v < version; v++) params = by?.[v]?.(params) ?? params
  return params
}

/**
 * The document with every node of an older version brought to the version of its definition, so that a form never writes new
 * parameters beside old ones. Unknown and newer nodes stay as they are. The same object if nothing is old.
 */
export function upgradeNodes(document: Document, definitions: Types<Versioned>): Document {
  const upgraded = <G extends Graph>(graph: G): G => {
    let nodes: Record<string, NodeRecord> | undefined
    for (const [id, record] of Object.entries(graph.nodes)) {
      const definition = definitions.get(record.type)
      if (!definition || !isOlder(record, definition)) continue
      const params = migrateParams(record, definition) as NonNullable<NodeRecord['params']>
      nodes ??= { ...graph.nodes }
      nodes[id] = { ...record, version: definition.version, params }
    }
    return nodes ? { ...graph, nodes } : graph
  }
  let changed = false
  const graphs = Object.fromEntries(
    Object.entries(document.graphs).map(([name, graph]) => {
      const next = upgraded(graph)
      changed ||= next !== graph
      return [name, next]
    }),
  )
  const top = upgraded(document)
  return changed ? { ...top, graphs } : top
}
