/** A node of a plan, with everything its result depends on. */
import type { NodeDefinition, Sockets } from '../graph/node.ts'
import type { Extent } from '../ops/op.ts'
import type { FeedFrame } from '../types/feed.ts'
import type { ParamValue } from '../types/param.ts'
import type { Shape, Size } from '../values/index.ts'
import type { Key } from './keys.ts'

/** Where a cut picture lies in all of it. */
export interface Cut {
  readonly extent: Extent
  /** The size of all of it. */
  readonly of: Size
}

export interface PlannedNode {
  /** The path `outer/inner`. Of a hidden one: the node it was put in for. */
  readonly node: string
  /** Put on a wire by the engine (a converter, a reduction for a quick preview): only its errors are reported. */
  readonly hidden: boolean
  readonly definition: NodeDefinition
  /** Those of the definition, and those that follow from its parameters. */
  readonly sockets: Sockets
  /** Checked, with defaults, `px` scaled. */
  readonly params: Readonly<Record<string, ParamValue>>
  /** What the result depends on in the world (the identity of a file); '' for nothing. */
  readonly identity: string
  readonly key: Key
  /** Of a quick preview: its result is kept separately. */
  readonly draft: boolean
  readonly scale: number
  readonly wants: ReadonlySet<string>
  readonly inputs: Readonly<Record<string, Link>>
  /** Of a live source: the frame that it runs on. Absent: it has none yet. */
  readonly frame?: FeedFrame
  /** It depends on a frame of a live source that plays: its result is kept only until the next. */
  readonly live?: true
  /** The key without frames, of what depends on one. */
  readonly base?: Key
  /** Of a quick preview of windows: which part of each output its value is. */
  readonly cuts?: Readonly<Record<string, Cut>>
  /** What is known of the outputs in advance. */
  readonly shapes?: Readonly<Record<string, Shape>>
}

/** What feeds an input. */
export interface Link {
  readonly from: PlannedNode
  readonly port: string
}

/** What an output lies over, as its socket says, nearest first: `over` is followed upstream as long as inputs lie over something. */
function linksUnder({ sockets, inputs }: PlannedNode, port: string): readonly Link[] {
  const over = sockets.outputs[port]?.over
  const link = over === undefined ? undefined : inputs[over]
  if (!link) return []
  const { from } = link
  const further = linksUnder(from, link.port)
  if (further.length > 0 || !from.hidden) return [link, ...further]
  // What the engine put on the wire lies over the same.
  const [behind] = Object.values(from.inputs)
  return behind ? [link, ...linksUnder(behind.from, behind.port)] : [link]
}

const sizeOf = (shape: Shape | undefined): string | undefined =>
  shape && 'width' in shape && 'height' in shape ? `${shape.width} × ${shape.height}` : undefined

/**
 * The picture that an output lies over: the farthest of its own size. What is found in a letterboxed picture is told in pixels of
 * the photograph by some nodes, in its own by others. Where no size is known, the farthest.
 */
export function underOf(planned: PlannedNode, port: string): Link | undefined {
  const links = linksUnder(planned, port)
  const size = sizeOf(planned.shapes?.[port])
  const own = links.filter(({ from, port }) => {
    const shape = from.shapes?.[port]
    return size !== undefined && shape?.kind === 'image' && sizeOf(shape) === size
  })
  return own.at(-1) ?? links.at(-1)
}
