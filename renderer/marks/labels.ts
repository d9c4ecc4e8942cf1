/** Where the tags of marks go: on their box, on no other tag, and on as few other boxes as possible. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A mark that wants a tag, in device pixels of the stage; the most important first. */
export interface Wish {
  readonly index: number
  /** Of the mark. */
  readonly box: Box
  readonly width: number
  readonly height: number
}

export interface Tag extends Box {
  readonly index: number
}

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

/** The most neighbours looked at: among more, no place is free. */
const mostNeighbours = 160

/** Above the box, inside at its top, below it, inside at its bottom: as the eye looks for it. */
function places({ box, width, height }: Wish, stage: { width: number; height: number }): readonly Box[] {
  const x = Math.min(Math.max(box.x, 0), Math.max(0, stage.width - width))
  // Of a box that reaches out of sight, the tag stays in sight.
  const top = Math.max(box.y, 0)
  const bottom = Math.min(box.y + box.height, stage.height)
  return [box.y - height, top, box.y + box.height, bottom - height].map((y) => ({ x, y, width, height }))
}

const within = (place: Box, stage: { width: number; height: number }): boolean =>
  place.y >= 0 && place.y + place.height <= stage.height

/**
 * A place for each tag, where there is one; without one the tag is left out. `always` keeps its tag whatever it covers (the
 * mark under the pointer, the selected one).
 */
export function placeTags(
  wishes: readonly Wish[],
  stage: { readonly width: number; readonly height: number },
  always: ReadonlySet<number>,
): readonly Tag[] {
  const tags: Tag[] = []
  const neighbours = wishes.length <= mostNeighbours ? wishes.map(({ box }) => box) : []
  for (const wish of [...wishes].sort((a, b) => Number(always.has(b.index)) - Number(always.has(a.index)))) {
    const free = places(wish, stage).filter(
      (place) => within(place, stage) && (always.has(wish.index) || !tags.some((tag) => overlap(tag, place))),
    )
    let best: { place: Box; covered: number } | undefined
    for (const place of free) {
      let covered = 0
      for (const box of neighbours) if (box !== wish.box && overlap(box, place)) covered++
      if (!best || covered < best.covered) best = { place, covered }
      if (covered === 0) break
    }
    if (best) tags.push({ index: wish.index, ...best.place })
  }
  return tags
}
