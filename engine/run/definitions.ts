/** The node types of an engine, with the functions that the graph needs of them. */

import type { AnalyseOptions } from '../graph/analyse.ts'
import { type Catalogue, type NodeInfo, nodeInfo } from '../graph/catalogue.ts'
import type { Document } from '../graph/document.ts'
import { migrateParams, upgradeNodes } from '../graph/migrate.ts'
import type { NodeDefinition, ShapeContext } from '../graph/node.ts'
import { modelFacts } from '../models/models.ts'
import type { Shelf } from '../models/shelf.ts'
import type { Services } from '../types/services.ts'

export interface Known {
  readonly definition: NodeDefinition
  readonly info: NodeInfo
}

export class Definitions {
  readonly catalogue: Catalogue
  readonly #types: ReadonlyMap<string, Known>
  readonly #shelf: Shelf | undefined

  /** Throws if two have the same type. `shelf`: absent where nothing runs models. */
  constructor(nodes: readonly NodeDefinition[], shelf?: Shelf) {
    this.#shelf = shelf
    const types = new Map<string, Known>()
    for (const definition of nodes) {
      if (types.has(definition.type)) throw new Error(`two nodes are called "${definition.type}"`)
      types.set(definition.type, { definition, info: nodeInfo(definition) })
    }
    this.#types = types
    this.catalogue = new Map([...types].map(([type, { info }]) => [type, info]))
  }

  get(type: string): Known | undefined {
    return this.#types.get(type)
  }

  /** With nodes of older versions brought to the current ones. */
  upgraded(document: Document): Document {
    return upgradeNodes(document, { get: (type) => this.#types.get(type)?.definition })
  }

  /** What nodes may ask before anything runs. */
  context(services: Services, signal: AbortSignal): ShapeContext {
    return { services, signal, models: modelFacts({ shelf: this.#shelf, services, signal }) }
  }

  /** How `analyse` learns what these types say about themselves. */
  analysis(services: Services, signal: AbortSignal): Pick<AnalyseOptions, 'shapeOf' | 'migrate' | 'signal'> {
    const context = this.context(services, signal)
    return {
      signal,
      shapeOf: (type) => {
        const shape = this.#types.get(type)?.definition.shape
        return shape && ((given) => shape(given, context))
      },
      migrate: (record, info) => {
        const known = this.#types.get(info.type)
        return known ? migrateParams(record, known.definition) : (record.params ?? {})
      },
    }
  }
}
