/** A picture cut into tiles that overlap. */

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Tile {
  /** What is looked at: as much more on each side as the picture has, up to the overlap. */
  readonly seen: Rectangle
  /** What the tile is for. These parts cover the picture, each place once. */
  readonly kept: Rectangle
}

interface Span {
  readonly seen: readonly [from: number, to: number]
  readonly kept: readonly [from: number, to: number]
}

/** Along one side, in parts of about the same length. */
function spansOf(length: number, tile: number, overlap: number): readonly Span[] {
  const count = Math.ceil(length / tile)
  const edge = (i: number): number => Math.round((i * length) / count)
  return Array.from({ length: count }, (_, i) => ({
    seen: [Math.max(0, edge(i) - overlap), Math.min(length, edge(i + 1) + overlap)],
    kept: [edge(i), edge(i + 1)],
  }))
}

/** Row by row. @param tile the most pixels of a side, without the overlap */
export function tilesOf(size: { width: number; height: number }, tile: number, overlap: number): readonly Tile[] {
  const rectangle = ([x0, x1]: Span['seen'], [y0, y1]: Span['seen']): Rectangle => ({
    ...{ x: x0, y: y0, width: x1 - x0, height: y1 - y0 },
  })
  return spansOf(size.height, tile, overlap).flatMap((row) =>
    spansOf(size.width, tile, overlap).map((column) => ({
      seen: rectangle(column.seen, row.seen),
      kept: rectangle(column.kept, row.kept),
    })),
  )
}
