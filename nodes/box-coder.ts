/** How far a box is from another, as networks learn it: R-CNN's four numbers. Plain functions over arrays. */

/** No side becomes more than 1000 / 16 times as long: exp of a wild number would be endless. */
const largestScale = Math.log(1000 / 16)

/** What the four numbers are multiplied with: they are small, and what is learned from them should not be. */
export type CoderWeights = readonly [x: number, y: number, width: number, height: number]

const sidesOf = (boxes: ArrayLike<number>, i: number) => {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = [0, 1, 2, 3].map((side) => boxes[4 * i + side])
  return { x: (x0 + x1) / 2, y: (y0 + y1) / 2, width: x1 - x0, height: y1 - y0 }
}

/**
 * dx, dy, dw, dh from box `i` of `boxes` to box `j` of `truth`: by how many of its widths and heights the middle is off, and the
 * logarithms of how much wider and higher it should be.
 * @see R-CNN (Girshick et al. 2014), appendix C, equations 6 to 9; torchvision BoxCoder.encode
 */
export function encoded(
  boxes: ArrayLike<number>,
  i: number,
  truth: ArrayLike<number>,
  j: number,
  weights: CoderWeights,
): readonly [number, number, number, number] {
  const [from, to] = [sidesOf(boxes, i), sidesOf(truth, j)]
  return [
    (weights[0] * (to.x - from.x)) / from.width,
    (weights[1] * (to.y - from.y)) / from.height,
    weights[2] * Math.log(to.width / from.width),
    weights[3] * Math.log(to.height / from.height),
  ]
}

/**
 * Box `i` of `boxes`, moved and stretched by the four numbers of `deltas` from `at` on.
 * @see R-CNN, appendix C, equations 1 to 4; torchvision BoxCoder.decode
 */
export function decoded(
  boxes: ArrayLike<number>,
  i: number,
  deltas: ArrayLike<number>,
  at: number,
  weights: CoderWeights,
): readonly [x0: number, y0: number, x1: number, y1: number] {
  const from = sidesOf(boxes, i)
  const [dx, dy, dw, dh] = [0, 1, 2, 3].map((k) => (deltas[at + k] ?? Number.NaN) / (weights[k] ?? 1))
  const scale = (by: number | undefined) => Math.exp(Math.min(by ?? Number.NaN, largestScale))
  const [x, y] = [from.x + (dx ?? Number.NaN) * from.width, from.y + (dy ?? Number.NaN) * from.height]
  const [width, height] = [from.width * scale(dw), from.height * scale(dh)]
  return [x - width / 2, y - height / 2, x + width / 2, y + height / 2]
}
