/** Aligning and distributing: where things go, given how large they are drawn. */
import type { PlacedTable, Point } from './changes.ts'

export interface Box extends Point {
  readonly width: number
  readonly height: number
}
export type Edge = 'left' | 'centre' | 'right' | 'top' | 'middle' | 'bottom'
/** Things by table and id, as `move` takes their new places. */
export type Placed<T> = { readonly [K in PlacedTable]?: Readonly<Record<string, T>> }

interface Item {
  readonly table: PlacedTable
  readonly id: string
  readonly box: Box
}

const itemsOf = (boxes: Placed<Box>): Item[] =>
  (Object.keys(boxes) as PlacedTable[]).flatMap((table) =>
    Object.entries(boxes[table] ?? {}).map(([id, box]) => ({ table, id, box })),
  )

function places(items: readonly Item[], place: (item: Item) => Point): Placed<Point> {
  const result: { [K in PlacedTable]?: Record<string, Point> } = {}
  for (const item of items) {
    const table = result[item.table] ?? {}
    table[item.id] = place(item)
    result[item.table] = table
  }
  return result
}

/** All at one edge, or on one axis, of the box around them. */
export function align(boxes: Placed<Box>, edge: Edge): Placed<Point> {
  const items = itemsOf(boxes)
  const left = Math.min(...items.map(({ box }) => box.x))
  const right = Math.max(...items.map(({ box }) => box.x + box.width))
  const top = Math.min(...items.map(({ box }) => box.y))
  const bottom = Math.max(...items.map(({ box }) => box.y + box.height))
  return places(items, ({ box: { x, y, width, height } }) => {
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

/** The same gap between each and the next, from the first to the last, which stay. */
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
  return places(items, (item) => {
    const place = starts.get(item) ?? 0
    return across ? { x: place, y: item.box.y } : { x: item.box.x, y: place }
  })
}
