/** Sockets that follow from parameters, as the definitions tell them: for a window's document, or for one run. */
import type { Catalogue } from '../graph/catalogue.ts'
import type { Document, Graph, NodeRecord } from '../graph/document.ts'
import { insideOf } from '../graph/info.ts'
import { migrateParams } from '../graph/migrate.ts'
import type { Sockets } from '../graph/node.ts'
import { checkRecord, unchosenFile } from '../graph/record.ts'
import { socketsKey, withSockets } from '../graph/sockets.ts'
import type { Problem } from '../types/problem.ts'
import type { Services } from '../types/services.ts'
import { Answers, type Question, watchedBy } from './answers.ts'
import type { Definitions } from './definitions.ts'

export class DynamicSockets {
  readonly #definitions: Definitions
  readonly #services: Services
  readonly #abort = new AbortController()
  readonly #answers = new Answers<Sockets>()
  /** Of the document prepared last. */
  #keys: readonly string[] = []
  #catalogue: Catalogue

  constructor(definitions: Definitions, services: Services, catalogue: Catalogue = definitions.catalogue) {
    this.#definitions = definitions
    this.#services = services
    this.#catalogue = catalogue
  }

  /** Asks for what is not known of the nodes of a document, its subgraphs and composites. Undefined: everything is known. */
  prepare(document: Document): Promise<void> | undefined {
    const within = ({ nodes }: Pick<Graph, 'nodes'>): NodeRecord[] =>
      Object.values(nodes).flatMap((node) => {
        const inside = insideOf(document, this.#catalogue, node)
        return inside?.builtIn ? [node, ...within(inside.graph)] : [node]
      })
    const nodes = [document, ...Object.values(document.graphs)].flatMap(within)
    const questions = nodes.flatMap((node) => this.#question(node) ?? [])
    this.#keys = [...new Set(questions.map(({ key }) => key))]
    return this.#answers.prepare(questions)
  }

  /** The types, with the sockets known now. The same object while these are the same. */
  get catalogue(): Catalogue {
    const known = new Map<string, Sockets>()
    for (const key of this.#keys) {
      const answer = this.#answers.of(key)
      if (answer && 'value' in answer) known.set(key, answer.value)
    }
    this.#catalogue = withSockets(this.#catalogue, known)
    return this.#catalogue
  }

  /** Why the sockets of a node are unknown; undefined also while they are pending. */
  problemOf(node: NodeRecord): Problem | undefined {
    const key = this.#question(node)?.key
    const answer = key === undefined ? undefined : this.#answers.of(key)
    return answer && 'problem' in answer ? answer.problem : undefined
  }

  /** The files to watch. */
  get paths(): readonly string[] {
    return this.#answers.paths
  }

  /** A file, or one in a watched folder, changed. Returns whether any sockets depend on it. */
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

  #question(node: NodeRecord): Question<Sockets> | undefined {
    const known = this.#definitions.get(node.type)
    const sockets = known?.definition.sockets
    if (!known || !sockets) return undefined
    const { definition, info } = known
    const { params } = checkRecord({ record: node, type: node.type }, info, (record) =>
      migrateParams(record, definition),
    )
    const key = socketsKey(info, node)
    // A file that is not chosen yet is not queried.
    if (key === undefined || unchosenFile(info, params)) return undefined
    return {
      key,
      paths: watchedBy(definition.watches, params),
      ask: () => sockets.of(params, this.#definitions.context(this.#services, this.#abort.signal)),
    }
  }
}
