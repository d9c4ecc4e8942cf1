/** The plan of a document for one run from start to end. What was found out about the document is kept for its next run. */
import { analyse, type Memo, newMemo } from '../graph/analyse.ts'
import type { Catalogue } from '../graph/catalogue.ts'
import type { Document } from '../graph/document.ts'
import { type FlatGraph, type FlatNode, flatten } from '../graph/topology.ts'
import type { Services } from '../types/services.ts'
import type { Definitions } from './definitions.ts'
import { DynamicSockets } from './dynamic-sockets.ts'
import { Identities } from './identities.ts'
import { makePlan, newPlanMemo, type Plan, type PlanMemo } from './plan.ts'
import type { World } from './world.ts'

/** What was found out about a document, for its next run. */
interface Known {
  readonly definitions: Definitions
  /** With the sockets that were found. */
  catalogue: Catalogue
  flat: FlatGraph
  readonly memo: Memo
  readonly planned: PlanMemo
}
const documents = new WeakMap<Document, Known>()

function knownOf(document: Document, definitions: Definitions): Known {
  const known = documents.get(document)
  if (known?.definitions === definitions) return known
  const { catalogue } = definitions
  const made = { definitions, catalogue, flat: flatten(document, catalogue), memo: newMemo(), planned: newPlanMemo() }
  documents.set(document, made)
  return made
}

/** Asks for everything that is known of the document before it runs. All outputs are wanted. */
export async function planOf(
  { machine, definitions }: World,
  document: Document,
  services: Services,
  signal: AbortSignal,
): Promise<Plan> {
  const known = knownOf(document, definitions)
  const { memo, planned } = known
  const sockets = new DynamicSockets(definitions, services, known.catalogue)
  const identities = new Identities(definitions, services)
  try {
    await sockets.prepare(document)
    const { catalogue } = sockets
    if (catalogue !== known.catalogue) Object.assign(known, { catalogue, flat: flatten(document, catalogue) })
    const { flat } = known
    await identities.prepare(flat)
    const identity = (id: string) => {
      const node = flat.nodes.get(id)
      return node && identities.of(node)
    }
    const stamp = (node: FlatNode): string => JSON.stringify(identities.of(node) ?? null)
    const analysis = await analyse(flat, catalogue, {
      ...definitions.analysis(services, signal),
      sequenceDepth: machine.sequenceDepth,
      stamp,
      socketsProblem: ({ record }) => sockets.problemOf(record),
      memo,
    })
    return makePlan(analysis, { definitions, identity, sights: [], everything: true, memo: planned })
  } finally {
    identities.close()
    sockets.close()
  }
}
