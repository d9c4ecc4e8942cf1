/** The outline of rectangles that may touch, without the edges that two of them share. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** From (x0, y0) to (x1, y1), along one axis. */
export type Edge = readonly [x0: number, y0: number, x1: number, y1: number]

/** The parts covered an odd number of times; each stretch is [from, to]. */
function once(stretches: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  const ends = stretches.flat().sort((a, b) => a - b)
  const left: [number, number][] = []
  for (let i = 0; i < ends.length; i += 2) {
    const [from, to] = [ends[i] as number, ends[i + 1] as number]
    const last = left.at(-1)
    if (from === to) continue
    if (last?.[1] === from) last[1] = to
    else left.push([from, to])
  }
  return left
}

/** The edges of the union; the boxes do not overlap. */
export function boundary(boxes: readonly Box[]): readonly Edge[] {
  const rows = new Map<number, [number, number][]>()
  const columns = new Map<number, [number, number][]>()
  const put = (lines: typeof rows, at: number, from: number, length: number): void => {
    lines.set(at, [...(lines.get(at) ?? []), [from, from + length]])
  }
  for (const { x, y, width, height } of boxes) {
    for (const at of [y, y + height]) put(rows, at, x, width)
    for (const at of [x, x + width]) put(columns, at, y, height)
  }
  return [
    ...[...rows].flatMap(([y, stretches]) => once(stretches).map(([a, b]): Edge => [a, y, b, y])),
    ...[...columns].flatMap(([x, stretches]) => once(stretches).map(([a, b]): Edge => [x, a, x, b])),
  ]
}

/** The bounding box of all of them. */
export function around(boxes: readonly Box[]): Box | undefined {
  if (boxes.length === 0) return undefined
  const x = Math.min(...boxes.map((box) => box.x))
  const y = Math.min(...boxes.map((box) => box.y))
  const right = Math.max(...boxes.map((box) => box.x + box.width))
  const bottom = Math.max(...boxes.map((box) => box.y + box.height))
  return { x, y, width: right - x, height: bottom - y }
}
