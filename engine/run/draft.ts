/**
 * Quick previews: the same plan on smaller pictures. Sources' results are reduced by area averaging, once; nodes run on that with
 * their `px` parameters scaled. Nodes that need full size get it, and their results are reduced.
 */
import type { NodeDefinition } from '../graph/node.ts'
import { type ParamValue, scaleParam } from '../types/param.ts'
import { kindOf, type TensorValue, type Value } from '../values/index.ts'
import type { Scaling } from '../values/kind.ts'
import { socket } from '../values/sockets.ts'
import { keyOf, type Plan } from './plan.ts'
import type { Link, PlannedNode } from './planned-node.ts'
import type { Pool } from './pool.ts'

/** Reduces what a quick preview takes from full size. */
export const reduce: NodeDefinition = {
  type: 'engine/reduce',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'Reduce',
  summary: 'Whatever has a size in pixels, smaller for quick previews.',
  inputs: { value: socket.any() },
  params: {},
  outputs: { value: socket.any() },
  run: async ({ value, scale }, { ops }) => {
    const given = value as Value
    const scaling: Scaling = {
      resize: (image, size) => ops.resize(image, { ...size, method: 'area' }),
      read: (tensor) => ops.read(tensor, {}),
      tensor: async (shape, numbers) => (await ops.fromNumbers({ shape, numbers })) as TensorValue,
    }
    return { value: (await kindOf(given).scaled?.(given, Number(scale), scaling)) ?? given }
  },
  explain: { idea: 'Neighbouring pixels become one, their average.', reference: 'OpenCV resize, INTER_AREA' },
}

export interface Draft {
  readonly scale: number
  /** The node's quick version; undefined if it has none. */
  node(node: string): PlannedNode | undefined
}

/** `full`: where full-size results are, for nodes that a quick preview must not run. */
export function draftOf(plan: Plan, scale: number, full: Pool): Draft {
  const drafts = new Map<PlannedNode, PlannedNode | undefined>()
  const reductions = new Map<string, PlannedNode>()

  const there = (planned: PlannedNode): boolean => full.has(planned.key, planned.wants)

  /** The node as a quick preview runs it: at full size if necessary. */
  const draft = (planned: PlannedNode): PlannedNode | undefined => {
    if (drafts.has(planned)) return drafts.get(planned)
    const made = make(planned)
    drafts.set(planned, made)
    return made
  }

  const make = (planned: PlannedNode): PlannedNode | undefined => {
    const { definition } = planned
    const reserved = definition.draft === 'none' || definition.kind === 'job' || definition.kind === 'effect'
    if (reserved) return there(planned) ? planned : undefined
    const links = Object.entries(planned.inputs)
    if (scale === 1 || definition.draft === 'exact' || definition.kind === 'source' || links.length === 0)
      return links.every(([, link]) => atFullSize(link.from)) ? planned : undefined
    const inputs: Record<string, Link> = {}
    for (const [port, { from, port: output }] of links) {
      const before = draft(from)
      if (!before) return undefined
      inputs[port] = before.draft ? { from: before, port: output } : reduced(before, output)
    }
    const params = scaledParams(definition, planned.params, scale)
    const { shapes: _, ...rest } = planned
    const key = keyOf(definition, params, inputs, `scale ${scale} ${planned.identity}`)
    return { ...rest, params, inputs, draft: true, scale, key }
  }

  /** Whether everything the node needs may run now, at full size. */
  const whole = new Map<PlannedNode, boolean>()
  const atFullSize = (planned: PlannedNode): boolean => {
    const known = whole.get(planned)
    if (known !== undefined) return known
    const { definition } = planned
    const reserved = definition.draft === 'none' || definition.kind === 'job' || definition.kind === 'effect'
    const may = there(planned) || (!reserved && Object.values(planned.inputs).every((link) => atFullSize(link.from)))
    whole.set(planned, may)
    return may
  }

  const reduced = (from: PlannedNode, port: string): Link => {
    const at = `${from.key}.${port}`
    let planned = reductions.get(at)
    if (!planned) {
      const inputs = { value: { from, port } }
      const params = { scale }
      planned = {
        node: from.node,
        hidden: true,
        definition: reduce,
        sockets: reduce,
        params,
        identity: '',
        inputs,
        key: keyOf(reduce, params, inputs),
        draft: true,
        scale,
        wants: new Set(['value']),
      }
      reductions.set(at, planned)
    }
    return { from: planned, port: 'value' }
  }

  return {
    scale,
    node: (node) => {
      const planned = plan.nodes.get(node)
      return planned && draft(planned)
    },
  }
}

/** A scaled length outside the parameter's range is set to its nearest end. */
function scaledParams(
  { params: specs }: NodeDefinition,
  params: PlannedNode['params'],
  scale: number,
): Readonly<Record<string, ParamValue>> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      const spec = specs[name]
      const scaled = spec ? scaleParam(spec, value, scale) : value
      if (typeof scaled !== 'number' || (spec?.type !== 'number' && spec?.type !== 'integer')) return [name, scaled]
      return [name, Math.min(Math.max(scaled, spec.min ?? scaled), spec.max ?? scaled)]
    }),
  )
}
