/** From a part of a node's output back to the parts of its inputs it may depend on, through every op of a trace. */
import type { At, StoredShape } from '../ops/op.ts'
import { siteOf, spotOf } from '../ops/preview/place.ts'
import { countOf } from '../ops/shape.ts'
import { Area, type Spot } from './area.ts'
import { type Call, keyOfSource, type Source, type Trace } from './trace.ts'

/** Above this number of sites a rectangle stands for them, so that the thread is not blocked. */
const mostSites = 30_000

/** The position in an output as its op counts it. Undefined in an empty cell of a grid of pictures. */
export function atOf(shape: StoredShape, { y, x, c }: Spot, output: string | undefined): At | undefined {
  const found = siteOf(shape, y, x, c)
  if (!found) return undefined
  const { input: _, ...site } = found
  return output === undefined ? site : { ...site, output }
}

/** Roughly, at least, how many numbers the output's number at `at` depends on. */
export function reachSize({ op, shapes, params }: Call, at: At): number {
  if (op.whole) return shapes.reduce((sum, shape) => sum + countOf(shape), 0)
  if (!op.extent) return op.reach(at, shapes, params).length
  const { left, top, right, bottom } = op.extent(at, shapes, params)
  return (right - left + 1) * (bottom - top + 1)
}

/** Adds what the call reads for `area` of one of its outputs; `areas`: one for each of its inputs. */
function addReach(call: Call, output: string | undefined, area: Area, areas: readonly Area[]): void {
  const shape = call.gives.get(output ?? '')
  if (!shape) return
  if (call.op.whole) {
    for (const [i, own] of areas.entries()) own.addAll(call.shapes[i] as StoredShape)
    return
  }
  const spots = area.spots()
  const [first] = spots
  const found = areas.map(() => new Area())
  if (!first) return
  const begin = atOf(shape, first, output)
  if (!begin) return
  const each = reachSize(call, begin)
  const exact = area.exact && each * spots.length <= mostSites
  for (const spot of exact ? spots : area.edge()) {
    const at = atOf(shape, spot, output)
    if (!at) continue
    if (!exact && call.op.extent) found[0]?.addBox(call.op.extent(at, call.shapes, call.params), [spot.c])
    else
      for (const site of call.op.reach(at, call.shapes, call.params)) {
        const read = call.shapes[site.input]
        if (read) found[site.input]?.add(spotOf(read, site))
      }
  }
  for (const [i, own] of areas.entries()) {
    const part = found[i]
    if (!part?.box) continue
    if (exact) own.addArea(part)
    else own.addBox(part.box, part.channels)
  }
}

/**
 * The part of each input (by port) that the output's `area` may depend on. `area` undefined: the output is not a picture, and
 * depends on whatever the node measured. Inputs that are not pictures are included with an empty area.
 */
export function reachOf(trace: Trace, port: string, area: Area | undefined): ReadonlyMap<string, Area> {
  const areas = new Map<string, Area>()
  const inputs = new Map<string, Area>()
  const areaOf = (source: Source): Area => {
    const key = keyOfSource(source)
    const known = areas.get(key) ?? new Area()
    areas.set(key, known)
    if (source.kind === 'input') inputs.set(source.port, known)
    return known
  }
  /** Calls before this one returned plain numbers that may have decided what follows. */
  let measured = 0
  const output = trace.outputs[port]
  if (!area || !output) {
    measured = trace.calls.length
    for (const { source, shape } of trace.parts[port] ?? []) if (source) areaOf(source).addAll(shape)
  }
  if (area && output?.source) areaOf(output.source).addArea(area)

  for (let at = trace.calls.length - 1; at >= 0; at--) {
    const call = trace.calls[at] as Call
    const wanted = [...call.gives.keys()].flatMap((name) => {
      const output = name || undefined
      const own = areas.get(keyOfSource({ kind: 'call', call: at, output }))
      return own ? [{ output, own }] : []
    })
    const own = call.sources.map((source) => (source ? areaOf(source) : new Area()))
    if (call.gives.size === 0 && at < measured)
      for (const [i, part] of own.entries()) part.addAll(call.shapes[i] as StoredShape)
    for (const { output, own: part } of wanted) {
      measured = Math.max(measured, at)
      addReach(call, output, part, own)
    }
  }
  for (const other of trace.others) inputs.set(other, new Area())
  return new Map([...inputs].filter(([name, part]) => !part.empty || trace.others.includes(name)))
}
