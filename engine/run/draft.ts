/**
 * Quick previews: the same plan on smaller pictures. What sources give is reduced by area averages, once; nodes run on that with
 * their `px` parameters scaled along. Nodes that need full size get it, and what they give is reduced.
 */
import type { NodeDefinition } from '../types/node.ts'
import { type ParamValue, scaleParam } from '../types/param.ts'
import { socket } from '../types/sockets.ts'
import type { Value } from '../types/value.ts'
import { keyOf, type Plan } from './plan.ts'
import type { Pool } from './pool.ts'
import type { Link, Step } from './step.ts'

/** Stands behind whatever a quick preview takes from full size. */
const reduce: NodeDefinition = {
  type: 'engine/reduce',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'Reduce',
  summary: 'A smaller picture for quick previews.',
  inputs: { value: socket.any() },
  params: {},
  outputs: { value: socket.any() },
  run: async ({ value, scale }, { ops }) => {
    const given = value as Value
    if (given.kind !== 'image') return { value: given }
    const side = (length: number): number => Math.max(1, Math.round(length * Number(scale)))
    return { value: await ops.resize(given, { width: side(given.width), height: side(given.height), method: 'area' }) }
  },
  explain: { idea: 'Neighbouring pixels become one, their average.', reference: 'OpenCV resize, INTER_AREA' },
}

export interface Draft {
  readonly scale: number
  /** What shows the node quickly; undefined where there is nothing quick. */
  step(node: string): Step | undefined
}

/** `full`: where results of full size are, for those that a quick preview must not run. */
export function draftOf(plan: Plan, scale: number, full: Pool): Draft {
  const steps = new Map<Step, Step | undefined>()
  const reductions = new Map<string, Step>()

  const there = (step: Step): boolean => full.has(step.key, step.wants)

  /** The step as a quick preview runs it: at full size where it must be. */
  const draft = (step: Step): Step | undefined => {
    if (steps.has(step)) return steps.get(step)
    const made = make(step)
    steps.set(step, made)
    return made
  }

  const make = (step: Step): Step | undefined => {
    const { definition } = step
    const reserved = definition.draft === 'none' || definition.kind === 'job' || definition.kind === 'effect'
    if (reserved) return there(step) ? step : undefined
    const links = Object.entries(step.inputs)
    if (scale === 1 || definition.draft === 'exact' || definition.kind === 'source' || links.length === 0)
      return links.every(([, link]) => atFullSize(link.step)) ? step : undefined
    const inputs: Record<string, Link> = {}
    for (const [port, { step: from, port: output }] of links) {
      const before = draft(from)
      if (!before) return undefined
      inputs[port] = before.draft ? { step: before, port: output } : reduced(before, output)
    }
    const params = scaledParams(definition, step.params, scale)
    const { shapes: _, ...rest } = step
    return { ...rest, params, inputs, draft: true, scale, key: keyOf(definition, params, inputs, `scale ${scale}`) }
  }

  /** Whether all that the step needs may run now, at full size. */
  const whole = new Map<Step, boolean>()
  const atFullSize = (step: Step): boolean => {
    const known = whole.get(step)
    if (known !== undefined) return known
    const { definition } = step
    const reserved = definition.draft === 'none' || definition.kind === 'job' || definition.kind === 'effect'
    const may = there(step) || (!reserved && Object.values(step.inputs).every((link) => atFullSize(link.step)))
    whole.set(step, may)
    return may
  }

  const reduced = (from: Step, port: string): Link => {
    const at = `${from.key}.${port}`
    let step = reductions.get(at)
    if (!step) {
      const inputs = { value: { step: from, port } }
      const params = { scale }
      step = {
        node: from.node,
        hidden: true,
        definition: reduce,
        params,
        inputs,
        key: keyOf(reduce, params, inputs),
        draft: true,
        scale,
        wants: new Set(['value']),
      }
      reductions.set(at, step)
    }
    return { step, port: 'value' }
  }

  return {
    scale,
    step: (node) => {
      const step = plan.steps.get(node)
      return step && draft(step)
    },
  }
}

/** Short lengths may leave what a parameter takes: then its nearest end. */
function scaledParams(
  { params: specs }: NodeDefinition,
  params: Step['params'],
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
