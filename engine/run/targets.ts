/**
 * What one run writes. Every effect claims its files before the first byte, so that none is lost in silence: neither to another
 * picture with the same name, nor to another node, nor over a file that the pipeline reads.
 */
import type { FileTarget } from '../graph/node.ts'
import { SightlineError } from '../types/problem.ts'
import type { Services } from '../types/services.ts'
import { watchedBy } from './answers.ts'
import type { Definitions } from './definitions.ts'
import type { Key } from './keys.ts'
import type { PlannedNode } from './planned-node.ts'

export interface TargetsOptions {
  readonly definitions: Definitions
  readonly services: Services
  readonly signal: AbortSignal
  /** All nodes of the plan: their sources are not written over. */
  readonly nodes: Iterable<PlannedNode>
  /** Those that run. */
  readonly running: readonly PlannedNode[]
}

/** Whoever claims a file. */
interface Owner {
  readonly node: string
  /** Of one element, where the node runs for each: an element that is run again may write its files again. */
  readonly key: Key
}

export class Targets {
  readonly #options: TargetsOptions
  readonly #owners = new Map<string, Owner>()
  #read: Promise<ReadonlyMap<string, string>> | undefined

  constructor(options: TargetsOptions) {
    this.#options = options
  }

  /** @throws `file.target-twice`, `file.target-shared`, `file.target-read`; then none of them is claimed */
  async claim(planned: PlannedNode, key: Key, targets: readonly FileTarget[]): Promise<void> {
    const { services, signal } = this.#options
    const { node } = planned
    const places = await services.places(
      targets.map(({ path }) => path),
      signal,
    )
    this.#read ??= this.#readers()
    const read = await this.#read
    const rival = await this.#rivalOf(planned)
    if (rival) throw new SightlineError('file.target-shared', { path: rival.path, node: rival.node })
    const own = new Map<string, FileTarget>()
    for (const [i, target] of targets.entries()) {
      const place = places[i] ?? target.path
      const { path } = target
      const twin = own.get(place)
      if (twin) throw new SightlineError('file.target-twice', { path, first: twin.of, second: target.of })
      const reader = read.get(place)
      if (reader !== undefined) throw new SightlineError('file.target-read', { path, node: reader })
      const owner = this.#owners.get(place)
      if (owner && owner.key !== key) throw new SightlineError('file.target-shared', { path, node: owner.node })
      own.set(place, target)
    }
    for (const place of own.keys()) this.#owners.set(place, { node, key })
  }

  /** What the sources read: the node, by place. A source that fails has its own error. */
  async #readers(): Promise<ReadonlyMap<string, string>> {
    const { definitions, services, signal, nodes } = this.#options
    const context = definitions.context(services, signal)
    const readers = new Map<string, string>()
    for (const { definition, params, node } of nodes) {
      if (definition.kind !== 'source') continue
      const paths = (await definition.reads?.(params, context).catch(() => [])) ?? watchedBy(definition.watches, params)
      for (const place of await services.places(paths, signal).catch(() => [])) readers.set(place, node)
    }
    return readers
  }

  /**
   * Another node of this run that names the same file, or the same pattern for pictures of the same source: there both would
   * write the same names, which is known before either starts.
   */
  async #rivalOf(planned: PlannedNode): Promise<{ readonly node: string; readonly path: string } | undefined> {
    const { services, signal, running } = this.#options
    for (const path of writtenBy(planned)) {
      const [place] = await services.places([path], signal)
      for (const other of running) {
        if (other.node === planned.node) continue
        const theirs: readonly string[] = await services.places(writtenBy(other), signal).catch(() => [])
        if (theirs.includes(place ?? path) && (!isPattern(path) || shareSource(planned, other)))
          return { node: other.node, path }
      }
    }
    return undefined
  }
}

/** The files that a node's parameters name for writing. */
function writtenBy({ definition, params }: PlannedNode): string[] {
  return Object.entries(definition.params).flatMap(([name, spec]) => {
    const path = params[name]
    return spec.type === 'file' && spec.mode === 'save' && typeof path === 'string' && path !== '' ? [path] : []
  })
}

/** Stands for a name for each picture. */
const isPattern = (path: string): boolean => /\{\w+\}/.test(path)

/** The keys of the nodes that a node's inputs come from in the end. */
function sourcesOf(planned: PlannedNode): Set<string> {
  const found = new Set<string>()
  const seen = new Set([planned])
  for (const { key, inputs } of seen) {
    const links = Object.values(inputs)
    if (links.length === 0) found.add(key)
    for (const { from } of links) seen.add(from)
  }
  return found
}

const shareSource = (a: PlannedNode, b: PlannedNode): boolean => !sourcesOf(a).isDisjointFrom(sourcesOf(b))
