/** Results in which a click chooses something: it sets parameters of the node that made them. */

interface In<O extends string> {
  /** The output that is clicked. */
  readonly in: O
}

/**
 * A cell of a table whose first column names the rows: the `text` parameters get the names of its row and its column. The name of a
 * row or a column by itself leaves the other parameter empty.
 */
interface CellPick<O extends string, P extends string> extends In<O> {
  readonly kind: 'cell'
  readonly params: Readonly<Record<'row' | 'column', P>>
}

/** A row of a table: each parameter gets what stands in the column that is named. */
interface RowPick<O extends string, P extends string> extends In<O> {
  readonly kind: 'row'
  readonly columns: Readonly<Partial<Record<P, string>>>
}

/** A place on the axis of a plot: the `number` parameter gets what the plot's `picks` say for it. */
interface PlacePick<O extends string, P extends string> extends In<O> {
  readonly kind: 'place'
  readonly param: P
}

export type Pick<O extends string = string, P extends string = string> =
  | CellPick<O, P>
  | RowPick<O, P>
  | PlacePick<O, P>
