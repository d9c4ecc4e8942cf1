/**
 * A part of a value, seen as a picture: single numbers while they are few, a bounding rectangle when they are many.
 */

import type { Extent, StoredShape } from '../ops/op.ts'
import { pictureOf } from '../ops/preview/place.ts'

/** One number of a value seen as a picture. */
export interface Spot {
  readonly y: number
  readonly x: number
  readonly c: number
}

/** This many numbers are kept individually. */
export const mostSpots = 2048
/** The number of samples along the edge of a rectangle that stand for its inside. */
const edgeSteps = 6

const keyOf = ({ y, x, c }: Spot): string => `${y} ${x} ${c}`

/** Evenly from one end to the other, at integers, each once. */
function along(from: number, to: number): readonly number[] {
  const places = Array.from({ length: edgeSteps + 1 }, (_, i) => Math.round(from + ((to - from) * i) / edgeSteps))
  return [...new Set(places)]
}

export class Area {
  #spots: Map<string, Spot> | undefined = new Map()
  #box: Extent | undefined
  readonly #channels = new Set<number>()

  /** Whether it is exact, not a bounding rectangle. */
  get exact(): boolean {
    return this.#spots !== undefined
  }

  get empty(): boolean {
    return this.#box === undefined
  }

  get box(): Extent | undefined {
    return this.#box
  }

  get channels(): ReadonlySet<number> {
    return this.#channels
  }

  /** An upper bound of its number of sites. */
  get count(): number {
    if (this.#spots) return this.#spots.size
    const box = this.#box
    return box ? (box.right - box.left + 1) * (box.bottom - box.top + 1) * this.#channels.size : 0
  }

  add(spot: Spot): void {
    this.#grow({ left: spot.x, top: spot.y, right: spot.x, bottom: spot.y })
    this.#channels.add(spot.c)
    this.#spots?.set(keyOf(spot), spot)
    if (this.#spots && this.#spots.size > mostSpots) this.#spots = undefined
  }

  addBox(box: Extent, channels: Iterable<number>): void {
    this.#grow(box)
    for (const c of channels) this.#channels.add(c)
    this.#spots = undefined
  }

  addAll(shape: StoredShape): void {
    const { width, height, channels } = pictureOf(shape).image
    this.addBox(
      { left: 0, top: 0, right: width - 1, bottom: height - 1 },
      Array.from({ length: channels }, (_, c) => c),
    )
  }

  addArea(area: Area): void {
    if (area.#spots) for (const spot of area.#spots.values()) this.add(spot)
    else if (area.#box) this.addBox(area.#box, area.#channels)
  }

  #grow({ left, top, right, bottom }: Extent): void {
    const box = this.#box
    this.#box = box
      ? {
          left: Math.min(box.left, left),
          top: Math.min(box.top, top),
          right: Math.max(box.right, right),
          bottom: Math.max(box.bottom, bottom),
        }
      : { left, top, right, bottom }
  }

  /** Its sites; of a rectangle those along its edges. */
  spots(): readonly Spot[] {
    return this.#spots ? [...this.#spots.values()] : this.edge()
  }

  /** Sites whose reach encloses that of all the others, for the usual ops. */
  edge(): readonly Spot[] {
    const box = this.#box
    if (!box) return []
    const places = new Map<string, { x: number; y: number }>()
    const put = (x: number, y: number): void => {
      places.set(`${x} ${y}`, { x, y })
    }
    for (const x of along(box.left, box.right)) for (const y of [box.top, box.bottom]) put(x, y)
    for (const y of along(box.top, box.bottom)) for (const x of [box.left, box.right]) put(x, y)
    return [...places.values()].flatMap((place) => [...this.#channels].map((c) => ({ ...place, c })))
  }

  /** As rectangles that do not overlap, channels merged; the bounding rectangle if there are more than `most`. */
  boxes(most: number): readonly Extent[] {
    if (!this.#box) return []
    if (!this.#spots) return [this.#box]
    const boxes = rectangles([...this.#spots.values()])
    return boxes.length > most ? [this.#box] : boxes
  }
}

/** Runs along the rows, joined downwards where they are the same. */
function rectangles(spots: readonly Spot[]): readonly Extent[] {
  const rows = new Map<number, Set<number>>()
  for (const { y, x } of spots) rows.set(y, (rows.get(y) ?? new Set()).add(x))
  const done: Extent[] = []
  let open: Extent[] = []
  for (const [y, columns] of [...rows].sort(([a], [b]) => a - b)) {
    const runs: Extent[] = []
    for (const x of [...columns].sort((a, b) => a - b)) {
      const last = runs.at(-1)
      if (last && last.right === x - 1) runs[runs.length - 1] = { ...last, right: x }
      else runs.push({ left: x, right: x, top: y, bottom: y })
    }
    const next = runs.map((run) => {
      const above = open.find(({ left, right, bottom }) => left === run.left && right === run.right && bottom === y - 1)
      return above ? { ...above, bottom: y } : run
    })
    done.push(...open.filter((box) => !next.some(({ left, top }) => left === box.left && top === box.top)))
    open = next
  }
  return [...done, ...open]
}
