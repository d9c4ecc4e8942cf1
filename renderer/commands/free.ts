/** Places where nothing lies yet. */
import { boxOf } from '../canvas/flow.ts'
import { type Box, overlap, type Point } from '../canvas/geometry.ts'
import { currentGraph, type EditorState } from '../state/editor.ts'

const gap = 16
const step = 32
const rings = 60

/** Every node and note; things may lie on a frame. */
function taken(s: EditorState): readonly Box[] {
  const { nodes, notes } = currentGraph(s)
  return [
    ...Object.entries(nodes).map(([id, node]) => boxOf(s, id, node)),
    ...Object.values(notes).map(({ position, size }) => ({ ...position, ...size })),
  ]
}

/** The ring of that radius, nearest first: right and below before left and above. */
function ring(radius: number): readonly Point[] {
  if (radius === 0) return [{ x: 0, y: 0 }]
  const points: Point[] = []
  for (let i = -radius; i <= radius; i++)
    points.push({ x: radius, y: i }, { x: i, y: radius }, { x: -radius, y: i }, { x: i, y: -radius })
  const far = ({ x, y }: Point): number => x * x + y * y - (x + y) / (4 * rings)
  return points.sort((a, b) => far(a) - far(b))
}

/** The wanted place, or the nearest where the box covers nothing. */
export function freePlace(s: EditorState, { x, y, width, height }: Box): Point {
  const boxes = taken(s)
  const wanted = { x: Math.round(x), y: Math.round(y) }
  for (let radius = 0; radius <= rings; radius++)
    for (const by of ring(radius)) {
      const place = { x: wanted.x + by.x * step, y: wanted.y + by.y * step }
      const box = { x: place.x - gap, y: place.y - gap, width: width + 2 * gap, height: height + 2 * gap }
      if (!boxes.some((other) => overlap(box, other))) return place
    }
  return wanted
}
