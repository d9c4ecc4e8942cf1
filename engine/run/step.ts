/** One step of a plan: a node with all that its result depends on. */
import type { NodeDefinition } from '../types/node.ts'
import type { ParamValue } from '../types/param.ts'
import type { Shape } from '../types/value.ts'
import type { Key } from './keys.ts'

export interface Step {
  /** The node, as `outer/inner`. Of a step between nodes (a converter, a reduction for a quick preview): the node it is for. */
  readonly node: string
  /** A step between nodes: only its errors are told. */
  readonly hidden: boolean
  readonly definition: NodeDefinition
  /** Checked, with defaults, `px` scaled. */
  readonly params: Readonly<Record<string, ParamValue>>
  readonly key: Key
  /** Of a quick preview: its result is kept apart. */
  readonly draft: boolean
  readonly scale: number
  readonly wants: ReadonlySet<string>
  readonly inputs: Readonly<Record<string, Link>>
  /** What is known of the outputs beforehand. */
  readonly shapes?: Readonly<Record<string, Shape>>
}

/** What feeds an input. */
export interface Link {
  readonly step: Step
  readonly port: string
}
