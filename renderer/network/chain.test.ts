/** A chain lies as ELK lays it out. */
import { createRequire } from 'node:module'
import type { ELK, ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js'
import { expect, test } from 'vitest'
import { layChain } from './chain.ts'
import { betweenLayers, layoutOptions } from './layout-options.ts'

const Elk = createRequire(import.meta.url)('elkjs/lib/elk.bundled.js') as new () => ELK

function item(id: string, width: number, height: number, ports: readonly [number, number] = [width / 2, width / 2]) {
  const port = (side: 'in' | 'out', x: number, y: number) => ({ id: `${side}:${id}`, x, y, width: 0, height: 0 })
  return {
    ...{ id, width, height, layoutOptions: { 'elk.portConstraints': 'FIXED_POS' } },
    ports: [port('in', ports[0], 0), port('out', ports[1], height)],
  }
}

const edgeOfFold = (id: string, constraint: string): ElkNode => ({
  ...{ id, width: 1, height: 1 },
  layoutOptions: { 'elk.layered.layering.layerConstraint': constraint },
})

const graphOf = (children: ElkNode[], joints: readonly (readonly [string, string])[]): ElkNode => ({
  ...{ id: 'whole', layoutOptions, children },
  edges: joints.map(([from, to], i): ElkExtendedEdge => ({ id: `${i}`, sources: [from], targets: [to] })),
})

/** What the layout takes from it. */
function told({ width, height, children = [], edges = [] }: ElkNode) {
  const sections = edges.map(({ id, sections: [section] = [] }) => [id, section?.startPoint, section?.endPoint])
  return { width, height, places: children.map(({ id, x, y }) => [id, x, y]), sections }
}

const [a, b, d] = [item('a', 148, 52), item('b', 176, 74), item('d', 148, 52)]
const chains: Readonly<Record<string, ElkNode>> = {
  'of cards': graphOf([a, b, d], [['out:a', 'in:b'], ['out:b', 'in:d']]), // biome-ignore format: joints
  'with an open fold, whose edges are not in its middle': graphOf(
    [a, item('c', 296, 384, [60, 130]), b],
    [['out:a', 'in:c'], ['out:c', 'in:b']], // biome-ignore format: joints
  ),
  'in a fold': graphOf(
    [edgeOfFold('in', 'FIRST_SEPARATE'), a, b, edgeOfFold('out', 'LAST_SEPARATE')],
    [['in', 'in:a'], ['out:a', 'in:b'], ['out:b', 'out']], // biome-ignore format: joints
  ),
  'in another order than that of its edges': graphOf([b, a, d], [['out:a', 'in:b'], ['out:b', 'in:d']]), // biome-ignore format: joints
  'of one item': graphOf([a], []),
}

test.each(Object.entries(chains))('a chain %s', async (_, graph) => {
  const own = layChain(graph, betweenLayers)
  const elk = await new Elk().layout(structuredClone(graph))
  expect(told(own as ElkNode)).toEqual(told(elk))
})

test('what branches, goes round or is apart is left to ELK', () => {
  const branch = graphOf([a, b, d], [['out:a', 'in:b'], ['out:a', 'in:d']]) // biome-ignore format: joints
  const circle = graphOf([a, b, d], [['out:b', 'in:d'], ['out:d', 'in:b']]) // biome-ignore format: joints
  for (const graph of [branch, circle, graphOf([a, b], []), graphOf([], [])])
    expect(layChain(graph, betweenLayers)).toBeUndefined()
})
