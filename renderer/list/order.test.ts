import { expect, it } from 'vitest'
import { inOrder } from './order.ts'

const graph = (ids: string, edges: Record<string, string>) => ({
  nodes: Object.fromEntries([...ids].map((id) => [id, { type: 't', position: { x: 0, y: 0 } }])),
  edges,
})

it('puts each node after what feeds it', () => {
  const order = inOrder(graph('dcba', { 'b.x': 'a.y', 'c.x': 'b.y', 'd.x': 'c.y', 'd.z': 'a.y' }))
  expect(order).toEqual(['a', 'b', 'c', 'd'])
})

it('has every node once, in a circle too', () => {
  expect([...inOrder(graph('abc', { 'a.x': 'b.y', 'b.x': 'a.y', 'c.x': 'b.y' }))].sort()).toEqual(['a', 'b', 'c'])
})

it('goes through a long chain', () => {
  const nodes = Object.fromEntries(
    Array.from({ length: 20_000 }, (_, i) => [`n${i}`, { type: 't', position: { x: 0, y: 0 } }]),
  )
  const edges = Object.fromEntries(Array.from({ length: 19_999 }, (_, i) => [`n${i}.x`, `n${i + 1}.y`]))
  expect(inOrder({ nodes, edges })[0]).toBe('n19999')
})
