/** Which item lies beside another. */
import type { Box, Point } from '../canvas/geometry.ts'
import type { PlacedItem } from './layout.ts'

export type Direction = 'left' | 'right' | 'up' | 'down'

const middle = ({ x, y, width, height }: Box): Point => ({ x: x + width / 2, y: y + height / 2 })
const steps: Readonly<Record<Direction, Point>> = {
  ...{ left: { x: -1, y: 0 }, right: { x: 1, y: 0 }, up: { x: 0, y: -1 }, down: { x: 0, y: 1 } },
}

/**
 * The nearest item in a direction, of those that are not around open ones; what lies to the side counts double. The first one where
 * nothing is selected; from an open fold to the right, the first in it.
 */
export function beside(items: readonly PlacedItem[], id: string | undefined, direction: Direction): string | undefined {
  const from = items.find(({ item }) => item.id === id)
  if (!from) return items[0]?.item.id
  const { x: dx, y: dy } = steps[direction]
  const start = from.open ? { x: from.x, y: from.y } : middle(from)
  let best: { readonly id: string; readonly far: number } | undefined
  for (const other of items) {
    if (other === from || other.open) continue
    const at = middle(other)
    const along = (at.x - start.x) * dx + (at.y - start.y) * dy
    const across = Math.abs((at.x - start.x) * dy) + Math.abs((at.y - start.y) * dx)
    const far = along + 2 * across
    if (along > 1 && (!best || far < best.far)) best = { id: other.item.id, far }
  }
  return best?.id
}
