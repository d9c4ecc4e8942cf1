/**
 * What sources depend on besides their parameters: the identity of their files. Asked for once and kept until a file is said
 * to have changed, so that an edit does not ask the file system about every source.
 */
import { checkRecord } from '../graph/check.ts'
import { migrateParams } from '../graph/migrate.ts'
import type { FlatGraph, FlatNode } from '../graph/topology.ts'
import type { NodeDefinition } from '../types/node.ts'
import type { ParamValue } from '../types/param.ts'
import { type Problem, toProblem } from '../types/problem.ts'
import type { Services } from '../types/services.ts'
import type { Definitions } from './definitions.ts'

/** The identity, or why there is none. */
export type Identity = { readonly text: string } | { readonly problem: Problem }

interface Asked {
  readonly paths: readonly string[]
  readonly promise: Promise<unknown>
  /** Absent while asked for. */
  identity?: Identity
}

export class Identities {
  readonly #definitions: Definitions
  readonly #services: Services
  readonly #abort = new AbortController()
  /** By type and parameters. */
  #asked = new Map<string, Asked>()

  constructor(definitions: Definitions, services: Services) {
    this.#definitions = definitions
    this.#services = services
  }

  /** Asks for what is not known of this graph's sources, and forgets what others had. Undefined: all is known. */
  prepare(flat: FlatGraph): Promise<void> | undefined {
    const now = new Map<string, Asked>()
    const waits: Promise<unknown>[] = []
    for (const node of flat.nodes.values()) {
      const source = this.#source(node)
      if (!source) continue
      const asked = now.get(source.key) ?? this.#asked.get(source.key) ?? this.#ask(source.definition, source.params)
      now.set(source.key, asked)
      if (!asked.identity) waits.push(asked.promise)
    }
    this.#asked = now
    return waits.length > 0 ? Promise.all(waits).then(() => undefined) : undefined
  }

  /** Undefined of nodes that have none, and of those that were not prepared. */
  of(node: FlatNode): Identity | undefined {
    const source = this.#source(node)
    return source && this.#asked.get(source.key)?.identity
  }

  /** The files to watch. */
  get paths(): readonly string[] {
    return [...new Set([...this.#asked.values()].flatMap(({ paths }) => paths))].sort()
  }

  /** A file, or one in a watched folder, changed: it is asked about again. Gives whether anybody reads it. */
  changed(path: string): boolean {
    let found = false
    for (const [key, { paths }] of this.#asked)
      if (
        paths.some((watched) => path === watched || path.startsWith(`${watched}/`) || path.startsWith(`${watched}\\`))
      ) {
        this.#asked.delete(key)
        found = true
      }
    return found
  }

  forget(): void {
    this.#asked.clear()
  }

  close(): void {
    this.#abort.abort()
    this.#asked.clear()
  }

  #source(
    node: FlatNode,
  ): { key: string; definition: NodeDefinition; params: Readonly<Record<string, ParamValue>> } | undefined {
    if (node.bypass) return undefined
    const known = this.#definitions.get(node.type)
    if (!known?.definition.identity) return undefined
    const { params } = checkRecord(node, known.info, (record) => migrateParams(record, known.definition))
    return { key: `${node.type} ${JSON.stringify(params)}`, definition: known.definition, params }
  }

  #ask(definition: NodeDefinition, params: Readonly<Record<string, ParamValue>>): Asked {
    const context = { signal: this.#abort.signal, services: this.#services }
    const promise = Promise.resolve()
      .then(() => definition.identity?.(params, context) ?? '')
      .then(
        (text): Identity => ({ text }),
        (error: unknown): Identity => ({ problem: toProblem(error) }),
      )
      .then((identity) => {
        asked.identity = identity
      })
    const asked: Asked = { paths: pathsOf(definition, params), promise }
    return asked
  }
}

function pathsOf(definition: NodeDefinition, params: Readonly<Record<string, ParamValue>>): readonly string[] {
  return definition.watches?.(params).filter((path) => path !== '') ?? []
}
