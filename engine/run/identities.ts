/** What sources depend on besides their parameters: the identity of their files. */

import { migrateParams } from '../graph/migrate.ts'
import { checkRecord } from '../graph/record.ts'
import type { FlatGraph, FlatNode } from '../graph/topology.ts'
import type { Services } from '../types/services.ts'
import { type Answer, Answers, type Question, watchedBy } from './answers.ts'
import type { Definitions } from './definitions.ts'

/** The identity, or why there is none. */
export type Identity = Answer<string>

export class Identities {
  readonly #definitions: Definitions
  readonly #services: Services
  readonly #abort = new AbortController()
  readonly #answers = new Answers<string>()

  constructor(definitions: Definitions, services: Services) {
    this.#definitions = definitions
    this.#services = services
  }

  /** Asks for what is not known of this graph's sources, and forgets the others. Undefined: everything is known. */
  prepare(flat: FlatGraph): Promise<void> | undefined {
    return this.#answers.prepare([...flat.nodes.values()].flatMap((node) => this.#question(node) ?? []))
  }

  /** Undefined for nodes that have none, or were not prepared. */
  of(node: FlatNode): Identity | undefined {
    const question = this.#question(node)
    return question && this.#answers.of(question.key)
  }

  /** The files to watch. */
  get paths(): readonly string[] {
    return this.#answers.paths
  }

  /** A file, or one in a watched folder, changed. Returns whether anybody reads it. */
  changed(path: string): boolean {
    return this.#answers.changed(path)
  }

  forget(): void {
    this.#answers.forget()
  }

  close(): void {
    this.#abort.abort()
    this.#answers.forget()
  }

  #question(node: FlatNode): Question<string> | undefined {
    if (node.bypass) return undefined
    const known = this.#definitions.get(node.type)
    const identity = known?.definition.identity
    if (!known || !identity) return undefined
    const { definition, info } = known
    const { params } = checkRecord(node, info, (record) => migrateParams(record, definition))
    return {
      key: `${node.type} ${JSON.stringify(params)}`,
      paths: watchedBy(definition.watches, params),
      ask: () => identity(params, this.#definitions.context(this.#services, this.#abort.signal)),
    }
  }
}
