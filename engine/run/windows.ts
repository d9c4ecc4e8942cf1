/**
 * Quick previews of windows: of a view that shows only a part of a picture, only that part is computed, and of everything before
 * it the part that this one needs. Which part a node needs is found by a sketch of it; a node that has none (statistics, files,
 * anything but pictures) is run whole, as is all that it depends on.
 */

import type { Models } from '../graph/models.ts'
import type { Extent } from '../ops/op.ts'
import { rectangleOf, union, whole } from '../ops/parts.ts'
import { partRead } from '../ops/preview/part.ts'
import { blank, makeParts, type PartPlan, planParts, type Sketch, sketch } from '../ops/sketch.ts'
import type { View } from '../protocol/messages.ts'
import type { ImageShape, ImageValue, Shape, Size } from '../values/index.ts'
import { reduce } from './draft.ts'
import { hashText } from './keys.ts'
import { shapeOfValue } from './outside.ts'
import type { Cut, Link, PlannedNode } from './planned-node.ts'
import type { Pool } from './pool.ts'
import { seedOf, settled } from './run-node.ts'

/** A view that shows a part of an output. */
export interface Window {
  /** As a quick preview runs it whole. */
  readonly planned: PlannedNode
  readonly port: string
  readonly view: View
  /** The size of the full result, in whose pixels the view's region is, from that of this node's. */
  readonly fullSize: (own: Size) => Size
}

/** What is known of a node's outputs before it runs. */
interface Known {
  readonly shapes: Readonly<Record<string, Shape | undefined>>
  /** Absent: it is run whole. */
  readonly made?: Sketched
}

interface Sketched {
  readonly sketch: Sketch
  readonly inputs: Readonly<Record<string, ImageValue>>
}

/** Above this share of a picture its parts are not worth the trouble: all of it is computed, and kept. */
export const largest = 0.5

/** How many places of a slider are remembered of each node. */
const remembered = 8

export interface Results {
  readonly full: Pool
  readonly drafts: Pool
}

/**
 * For each node that has to make only a part of its outputs, what makes that part. The values of such a node are cut pictures;
 * `cuts` says where they lie. Nodes that are not in the answer run as they are.
 */
export async function cutToWindows(
  windows: readonly Window[],
  results: Results,
): Promise<ReadonlyMap<PlannedNode, PlannedNode>> {
  const known = new Map<PlannedNode, Known>()
  for (const { planned } of windows) await look(planned, known, results)

  const demands = new Map<PlannedNode, Map<string, Extent>>()
  const demand = (planned: PlannedNode, port: string, extent: Extent): void => {
    const own = demands.get(planned) ?? new Map<string, Extent>()
    own.set(port, union(extent, own.get(port)))
    demands.set(planned, own)
  }
  for (const { planned, port, view, fullSize } of windows) {
    if (view.minus) continue
    const shape = known.get(planned)?.shapes[port]
    if (shape?.kind !== 'image') continue
    const extent = shownOf(view, shape, fullSize(shape))
    if (extent) demand(planned, port, extent)
  }

  // Each node comes after its inputs here, so that backwards all demands on a node are known when its turn comes.
  const plans = new Map<PlannedNode, PartPlan>()
  for (const [planned, { made, shapes }] of [...known].reverse()) {
    const parts = demands.get(planned)
    if (!parts || !made || isWhole(parts, shapes)) continue
    const { sketch, inputs } = made
    const portions = [...parts].map(([port, extent]) => ({ image: sketch.outputs[port] as ImageValue, extent }))
    const plan = planParts(sketch, portions)
    plans.set(planned, plan)
    for (const [port, { from, port: output }] of Object.entries(planned.inputs)) {
      const extent = plan.of(inputs[port] as ImageValue)
      if (extent) demand(from, output, extent)
    }
  }

  const cut = new Map<PlannedNode, PlannedNode>()
  for (const [planned, { made, shapes }] of known) {
    const [parts, plan] = [demands.get(planned), plans.get(planned)]
    if (!parts || !plan || !made) continue
    const node = cutNode(planned, made, plan, parts, shapes, cut)
    cut.set(planned, node)
    const family = `${node.node} ${node.definition.type} ${[...parts.keys()].join(' ')}`
    results.drafts.keepNewest(family, node.key, remembered)
  }
  return cut
}

/** Learns the shapes of a node's outputs, and sketches it, after all that it depends on. */
async function look(planned: PlannedNode, known: Map<PlannedNode, Known>, results: Results): Promise<Known> {
  const before = known.get(planned)
  if (before) return before
  const made = await find(planned, known, results)
  known.set(planned, made)
  return made
}

async function find(planned: PlannedNode, known: Map<PlannedNode, Known>, { full, drafts }: Results): Promise<Known> {
  const pool = planned.draft ? drafts : full
  const there = pool.has(planned.key, planned.wants) && pool.get(planned.key)
  if (there) {
    const entries = Object.entries(there.outputs).map(([port, value]) => [port, shapeOfValue(value)] as const)
    return { shapes: Object.fromEntries(entries) }
  }
  const shapes = planned.shapes ?? {}
  const { definition } = planned
  if (definition.kind !== 'pure' || definition.draft === 'none') return { shapes }
  const inputs: Record<string, ImageValue> = {}
  for (const [port, { from, port: output }] of Object.entries(planned.inputs)) {
    const shape = (await look(from, known, { full, drafts })).shapes[output]
    if (shape?.kind !== 'image') return { shapes }
    inputs[port] = blank(shape)
  }
  if (Object.keys(inputs).length === 0) return { shapes }
  const made = await sketchOf(planned, inputs)
  if (!made) return { shapes }
  const found = Object.entries(made.outputs).flatMap(([port, value]) => {
    const shape = shapeOfValue(value as ImageValue)
    return [[port, shape] as const]
  })
  // What is reduced is kept whole: it is the source of everything else.
  const kept = definition === reduce
  return { shapes: Object.fromEntries(found), ...(!kept && { made: { sketch: made, inputs } }) }
}

/** What the node does with pictures of these shapes; undefined where it makes anything else than pictures of them. */
async function sketchOf(
  planned: PlannedNode,
  inputs: Readonly<Record<string, ImageValue>>,
): Promise<Sketch | undefined> {
  const { definition, params, scale, wants } = planned
  const refuse = (): never => {
    throw new Error('only ops can be sketched')
  }
  // Named, but not used.
  const models = new Proxy({} as Models, { get: refuse })
  const made = await sketch(async (ops) => {
    const outputs = await definition.run(
      { ...inputs, ...params },
      {
        inputs,
        ops,
        apart: (of) => of(ops, models),
        signal: new AbortController().signal,
        get services(): never {
          return refuse()
        },
        models,
        scale,
        seed: seedOf(planned),
        wants: (output) => wants.has(output),
        progress: () => undefined,
        note: () => undefined,
        claim: refuse,
        work: refuse,
      },
    )
    return settled(planned, outputs)
  })
  return made && Object.values(made.outputs).every(isPlain) ? made : undefined
}

/** A picture, or a value without numbers in a store. */
const isPlain = (value: unknown): boolean => {
  const { kind } = value as ImageValue
  return kind === 'image' || kind === ('number' as string) || kind === ('text' as string)
}

/** The part of a picture that a view shows. */
function shownOf(view: View, shape: ImageShape, full: Size): Extent | null {
  const { width, height, region, display } = view
  const [fx, fy] = [shape.width / full.width, shape.height / full.height]
  const own = region && { x: region.x * fx, y: region.y * fy, width: region.width * fx, height: region.height * fy }
  return partRead(shape, { width, height, display, ...(own && { region: own }) })
}

const areaOf = (extent: Extent): number => rectangleOf(extent).width * rectangleOf(extent).height

/** Whether nearly everything is needed, so that the whole may as well be computed. */
function isWhole(parts: ReadonlyMap<string, Extent>, shapes: Known['shapes']): boolean {
  for (const [port, extent] of parts) {
    const shape = shapes[port]
    if (shape?.kind !== 'image' || areaOf(extent) > 0.9 * shape.width * shape.height) return true
  }
  return false
}

function cutNode(
  planned: PlannedNode,
  { sketch, inputs: blanks }: Sketched,
  plan: PartPlan,
  parts: ReadonlyMap<string, Extent>,
  shapes: Known['shapes'],
  cut: ReadonlyMap<PlannedNode, PlannedNode>,
): PlannedNode {
  const inputs: Record<string, Link> = {}
  const extents: Record<string, Extent> = {}
  for (const [port, { from, port: output }] of Object.entries(planned.inputs)) {
    const blank = blanks[port]
    if (!blank || !plan.of(blank)) continue
    const before = cut.get(from)
    inputs[port] = { from: before ?? from, port: output }
    extents[port] = before?.cuts?.[output]?.extent ?? whole(blank)
  }
  const cuts: Record<string, Cut> = {}
  for (const [port, extent] of parts) cuts[port] = { extent, of: shapes[port] as ImageShape }
  const where = [...parts].map(([port, { left, top, right, bottom }]) => `${port} ${left} ${top} ${right} ${bottom}`)
  const { shapes: _, ...rest } = planned
  return {
    ...rest,
    inputs,
    cuts,
    draft: true,
    wants: new Set(parts.keys()),
    // What a part contains follows from what all of it contains, and from where it lies.
    key: hashText(`${planned.key}\npart ${where.sort().join('\n')}`),
    definition: {
      ...planned.definition,
      async run(given, { ops }) {
        const portions = Object.entries(extents).map(([port, extent]) => {
          const blank = blanks[port] as ImageValue
          return [blank, { image: checked(given[port] as ImageValue, blank, extent), extent }] as const
        })
        const take = await makeParts(ops, plan, portions)
        const outputs = [...parts].map(async ([port, extent]) => {
          const told = sketch.outputs[port] as ImageValue
          const { store, width, height } = await take(told, extent)
          return [port, { ...told, store, width, height }] as const
        })
        return Object.fromEntries(await Promise.all(outputs))
      },
    },
  }
}

/** The sketch holds only for inputs of the shape that was expected. */
function checked(image: ImageValue, blank: ImageValue, extent: Extent): ImageValue {
  const { width, height } = rectangleOf(extent)
  const { channels, space, alpha } = image
  const same = channels === blank.channels && space === blank.space && alpha === blank.alpha
  if (!same || image.width !== width || image.height !== height)
    throw new Error(`a picture of ${image.width} × ${image.height} came, not one of ${width} × ${height}`)
  return image
}
