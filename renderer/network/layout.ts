/**
 * Where everything of a network lies, from top to bottom, as far as its folds are open. Each fold is laid out by itself, by ELK in a
 * thread of its own unless it is a mere chain, and kept as long as what is in it has the same sizes: opening one lays out that fold and those around it.
 */
import type { ELK, ElkNode } from 'elkjs/lib/elk-api.js'
import {
  after,
  before,
  type FoldedNetwork,
  type NetworkFold,
  type NetworkItem,
} from '../../engine/graph/network-folds.ts'
import type { Box, Point, Size } from '../canvas/geometry.ts'
import { layChain } from './chain.ts'
import { betweenLayers, layoutOptions } from './layout-options.ts'

export const cardMetrics = {
  operator: { width: 176, height: 74 },
  fold: { width: 196, height: 84 },
  end: { width: 148, height: 52 },
  /** Of an open fold: around what is in it. */
  frame: { top: 26, side: 24, bottom: 8 },
} as const

export interface PlacedItem extends Box {
  readonly item: NetworkItem
  /** A fold that is open: what is in it lies over it. */
  readonly open: boolean
  /** Where its sockets are, from its left: one at the top, one at the bottom. Undefined: it has none. */
  readonly sockets: { readonly in: number | undefined; readonly out: number | undefined }
}

export interface PlacedLink {
  readonly id: string
  /** The operators or folds that it joins; of the edge of a fold, that fold. */
  readonly from: string
  readonly to: string
  readonly path: string
}

export interface NetworkLayout extends Size {
  /** Folds before what is in them. */
  readonly items: readonly PlacedItem[]
  readonly links: readonly PlacedLink[]
}

/** One fold, its content placed from its own corner. */
interface Level extends Size {
  readonly places: ReadonlyMap<string, Point>
  readonly links: readonly { readonly from: string; readonly to: string; readonly points: readonly Point[] }[]
  /** Where what comes in and goes out crosses its edge. */
  readonly in: number | undefined
  readonly out: number | undefined
}

interface Card extends Size {
  readonly in: number
  readonly out: number
}

const cardOf = ({ kind }: NetworkItem): Card => {
  const size = kind === 'fold' ? cardMetrics.fold : kind === 'operator' ? cardMetrics.operator : cardMetrics.end
  return { ...size, in: size.width / 2, out: size.width / 2 }
}

const portOf = (side: 'in' | 'out', id: string): string => `${side}:${id}`

export class NetworkPlaces {
  readonly #folded: FoldedNetwork
  readonly #levels = new Map<string, { readonly key: string; readonly level: Promise<Level> }>()
  readonly #elk: () => Promise<ELK>

  /** @param elk asked for when there is something that only it lays out */
  constructor(folded: FoldedNetwork, elk: () => Promise<ELK>) {
    this.#folded = folded
    this.#elk = elk
  }

  /** @param open ids of the folds that are open */
  async layout(open: ReadonlySet<string>): Promise<NetworkLayout> {
    const { whole } = this.#folded
    const levels = new Map<string, Level>()
    const level = await this.#level(whole, open, levels)
    const items: PlacedItem[] = []
    const links: PlacedLink[] = []
    this.#place(whole, { x: 0, y: 0 }, levels, { items, links })
    return { width: level.width, height: level.height, items, links }
  }

  #children(fold: NetworkFold): NetworkItem[] {
    return fold.children.flatMap((id) => this.#folded.items.get(id) ?? [])
  }

  async #level(fold: NetworkFold, open: ReadonlySet<string>, all: Map<string, Level>): Promise<Level> {
    const children = this.#children(fold)
    const cards = new Map(
      await Promise.all(
        children.map(async (item): Promise<[string, Card]> => {
          if (item.kind !== 'fold' || !open.has(item.id)) return [item.id, cardOf(item)]
          const { width, height, in: before = 0, out: after = 0 } = await this.#level(item, open, all)
          return [item.id, { width, height, in: before, out: after }]
        }),
      ),
    )
    const key = JSON.stringify([...cards.values()])
    const known = this.#levels.get(fold.id)
    const level = known?.key === key ? known.level : this.#compute(fold, cards)
    this.#levels.set(fold.id, { key, level })
    const made = await level
    all.set(fold.id, made)
    return made
  }

  async #compute(fold: NetworkFold, cards: ReadonlyMap<string, Card>): Promise<Level> {
    const links = this.#folded.links(fold.id)
    const comes = links.some(({ from }) => from === before)
    const goes = links.some(({ to }) => to === after)
    const edge = (id: string, constraint: string): ElkNode => ({
      ...{ id, width: 1, height: 1 },
      layoutOptions: { 'elk.layered.layering.layerConstraint': constraint },
    })
    const nodes = [...cards].map(([id, card]): ElkNode => {
      const port = (side: 'in' | 'out', y: number) => ({ id: portOf(side, id), x: card[side], y, width: 0, height: 0 })
      return {
        ...{ id, width: card.width, height: card.height },
        layoutOptions: { 'elk.portConstraints': 'FIXED_POS' },
        ports: [port('in', 0), port('out', card.height)],
      }
    })
    const graph: ElkNode = {
      id: fold.id || 'whole',
      layoutOptions,
      children: [
        ...(comes ? [edge(before, 'FIRST_SEPARATE')] : []),
        ...nodes,
        ...(goes ? [edge(after, 'LAST_SEPARATE')] : []),
      ],
      edges: links.map(({ from, to }, i) => ({
        id: `${i}`,
        sources: [from === before ? before : portOf('out', from)],
        targets: [to === after ? after : portOf('in', to)],
      })),
    }
    const laid = layChain(graph, betweenLayers) ?? (await (await this.#elk()).layout(graph))
    const { top, side, bottom } = fold.id === '' ? { top: 0, side: 0, bottom: 0 } : cardMetrics.frame
    const shifted = ({ x = 0, y = 0 }: Partial<Point>): Point => ({ x: x + side, y: y + top })
    const places = new Map((laid.children ?? []).map((child) => [child.id, shifted(child)]))
    const height = (laid.height ?? 0) + top + bottom
    return {
      ...{ width: (laid.width ?? 0) + 2 * side, height, places },
      in: places.get(before)?.x,
      out: places.get(after)?.x,
      links: links.flatMap((link, i) => {
        const [section] = laid.edges?.[i]?.sections ?? []
        if (!section) return []
        const points = [section.startPoint, ...(section.bendPoints ?? []), section.endPoint].map(shifted)
        // What crosses the edge of a fold is drawn up to it.
        const [first, last] = [points[0], points.at(-1)]
        const lead = link.from === before && first ? [{ ...first, y: 0 }] : []
        const tail = link.to === after && last ? [{ ...last, y: height }] : []
        return [{ ...link, points, lead, tail }]
      }),
    }
  }

  #place(
    fold: NetworkFold,
    origin: Point,
    levels: ReadonlyMap<string, Level>,
    into: { readonly items: PlacedItem[]; readonly links: PlacedLink[] },
  ): void {
    const level = levels.get(fold.id)
    if (!level) return
    const [from, to] = [new Set<string>(), new Set<string>()]
    for (const link of level.links) {
      from.add(link.from)
      to.add(link.to)
      const id = `${fold.id} ${link.from} ${link.to}`
      const ends = { from: link.from === before ? fold.id : link.from, to: link.to === after ? fold.id : link.to }
      into.links.push({ id, ...ends, path: pathOf(link, origin) })
    }
    for (const item of this.#children(fold)) {
      const place = level.places.get(item.id)
      if (!place) continue
      const inner = item.kind === 'fold' ? levels.get(item.id) : undefined
      const card = cardOf(item)
      const at = { x: origin.x + place.x, y: origin.y + place.y }
      into.items.push({
        ...at,
        ...{ width: inner?.width ?? card.width, height: inner?.height ?? card.height },
        ...{ item, open: inner !== undefined },
        sockets: {
          in: to.has(item.id) ? (inner ? inner.in : card.in) : undefined,
          out: from.has(item.id) ? (inner ? inner.out : card.out) : undefined,
        },
      })
      if (item.kind === 'fold' && inner) this.#place(item, at, levels, into)
    }
  }
}

/** ELK's splines: the start, then two control points and an end for each piece. */
function pathOf(
  { points, lead = [], tail = [] }: { points: readonly Point[]; lead?: readonly Point[]; tail?: readonly Point[] },
  origin: Point,
): string {
  const at = ({ x, y }: Point): string => `${round(origin.x + x)} ${round(origin.y + y)}`
  const [start = { x: 0, y: 0 }, ...rest] = points
  let path = `M ${at(lead[0] ?? start)}`
  if (lead.length > 0) path += ` L ${at(start)}`
  let i = 0
  for (; i + 2 < rest.length; i += 3)
    path += ` C ${rest
      .slice(i, i + 3)
      .map(at)
      .join(' ')}`
  for (; i < rest.length; i++) path += ` L ${at(rest[i] as Point)}`
  return [path, ...tail.map((point) => `L ${at(point)}`)].join(' ')
}

const round = (n: number): number => Math.round(n * 10) / 10

/** A thread of its own: end it with `terminateWorker`. */
export async function openElk(): Promise<ELK> {
  const { default: Elk } = await import('elkjs/lib/elk-api.js')
  const { default: ElkWorker } = await import('elkjs/lib/elk-worker.min.js?worker')
  return new Elk({ workerFactory: () => new ElkWorker() })
}
