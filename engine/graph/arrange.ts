/** Aligning and distributing: new positions, given the drawn sizes. */
import type { Placed, PlacedTable, Point, Size } from './changes.ts'

export type Box = Point & Size
export type Edge = 'left' | 'centre' | 'right' | 'top' | 'middle' | 'bottom'

/** An item that has a position. */
export interface Item {
  readonly table: PlacedTable
  readonly id: string
  readonly box: Box
}

export const itemsOf = (boxes: Placed<Box>): Item[] =>
  (Object.keys(boxes) as PlacedTable[]).flatMap((table) =>
    Object.entries(boxes[table] ?? {}).map(([id, box]) => ({ table, id, box })),
  )

/** The same items by table and id, each at the position from `place`. */
export function placesOf<T>(items: readonly Item[], place: (item: Item) => T): Placed<T> {
  const result: { [K in PlacedTable]?: Record<string, T> } = {}
  for (const item of items) {
    const table = result[item.table] ?? {}
    table[item.id] = place(item)
    result[item.table] = table
  }
  return result
}

/** All at one edge, or on one axis, of their bounding box. */
export function align(boxes: Placed<Box>, edge: Edge): Placed<Point> {
  const items = itemsOf(boxes)
  const left = Math.min(...items.map(({ box }) => box.x))
  const right = Math.max(...items.map(({ box }) => box.x + box.width))
  const top = Math.min(...items.map(({ box }) => box.y))
  const bottom = Math.max(...items.map(({ box }) => box.y + box.height))
  return placesOf(items, ({ box: { x, y, width, height } }) => {
    switch (edge) {
      case 'left':
        return { x: left, y }
      case 'centre':
        return { x: (left + right - width) / 2, y }
      case 'right':
        return { x: right - width, y }
      case 'top':
        return { x, y: top }
      case 'middle':
        return { x, y: (top + bottom - height) / 2 }
      case 'bottom':
        return { x, y: bottom - height }
    }
  })
}

/** Equal gaps between neighbours; the first and the last stay. */
export function distribute(boxes: Placed<Box>, axis: 'horizontal' | 'vertical'): Placed<Point> {
  const across = axis === 'horizontal'
  const start = ({ box }: Item): number => (across ? box.x : box.y)
  const size = ({ box }: Item): number => (across ? box.width : box.height)
  const items = itemsOf(boxes).sort((a, b) => start(a) - start(b))
  const [first, last] = [items[0], items.at(-1)]
  if (!first || !last || first === last) return {}
  const room = start(last) + size(last) - start(first) - items.reduce((sum, item) => sum + size(item), 0)
  const gap = room / (items.length - 1)
  const starts = new Map<Item, number>()
  let at = start(first)
  for (const item of items) {
    starts.set(item, at)
    at += size(item) + gap
  }
  return placesOf(items, (item) => {
    const place = starts.get(item) ?? 0
    return across ? { x: place, y: item.box.y } : { x: item.box.x, y: place }
  })
}
