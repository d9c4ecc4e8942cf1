import { coco80 } from '../../coco.ts'
import {
  type DecodeFormat,
  Gathered,
  type NumbersIn,
  type Size,
  sigmoid,
  tensorAt,
  unbatched,
  wrong,
} from '../../decode.ts'
import type { Candidates } from '../../nms.ts'

/** As many of the highest peaks are looked at, as in the published code. */
const most = 100

/**
 * CenterNet (Zhou et al., "Objects as Points", 2019): a heat map (1, C, rows, columns) of logits, sizes (1, 2, rows, columns) and
 * offsets (1, 2, rows, columns), both in cells. A box is where a class's heat is the highest of 3 × 3 cells: centre = cell + offset;
 * score = sigmoid of the heat. The peaks take the place of suppression.
 * @see xingyizhou/CenterNet, ctdet_decode
 */
export function decodeCenterNet(
  heat: NumbersIn,
  sizes: NumbersIn,
  offsets: NumbersIn,
  size: Size,
  least: number,
): Candidates {
  const [classes = 0, rows = 0, columns = 0] = unbatched(heat.shape, 4) ?? []
  if (classes < 1) throw wrong(heat.shape, 'heat 1 × classes × rows × columns')
  for (const [name, { shape }] of Object.entries({ sizes, offsets }))
    if (shape.join() !== `1,2,${rows},${columns}`) throw wrong(shape, `${name} 1 × 2 × ${rows} × ${columns}`)
  const plane = rows * columns
  const at = (c: number, y: number, x: number): number => heat.numbers[c * plane + y * columns + x] ?? Number.NaN
  const isPeak = (c: number, y: number, x: number): boolean => {
    for (let v = Math.max(0, y - 1); v <= Math.min(rows - 1, y + 1); v++)
      for (let u = Math.max(0, x - 1); u <= Math.min(columns - 1, x + 1); u++)
        if (at(c, v, u) > at(c, y, x)) return false
    return true
  }
  const peaks: { readonly of: number; readonly x: number; readonly y: number; readonly score: number }[] = []
  for (let of = 0; of < classes; of++)
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++) {
        const score = sigmoid(at(of, y, x))
        if (score >= least && isPeak(of, y, x)) peaks.push({ of, x, y, score })
      }
  const found = new Gathered()
  const [sx, sy] = [size.width / columns, size.height / rows]
  for (const { of, x, y, score } of peaks.sort((a, b) => b.score - a.score).slice(0, most)) {
    const n = ({ numbers }: NumbersIn, c: number): number => numbers[c * plane + y * columns + x] ?? Number.NaN
    found.add((x + n(offsets, 0)) * sx, (y + n(offsets, 1)) * sy, n(sizes, 0) * sx, n(sizes, 1) * sy, score, of)
  }
  return found.candidates
}

export const centernet: DecodeFormat = {
  title: 'CenterNet',
  inputs: {
    heat: 'Heat map, as logits: 1 × classes × rows × columns.',
    sizes: 'Widths and heights in cells: 1 × 2 × rows × columns.',
    offsets: 'Of the centres in their cells: 1 × 2 × rows × columns.',
  },
  coco: coco80,
  classes: ({ heat }) => heat?.[1] ?? 0,
  decode: (tensors, size, least) =>
    decodeCenterNet(tensorAt(tensors, 'heat'), tensorAt(tensors, 'sizes'), tensorAt(tensors, 'offsets'), size, least),
  formula: String.raw`p = \sigma(Y_{c, y, x}) \text{ where it is the highest of } 3 \times 3, \quad (x, y) = (x + o_x,\ y + o_y)\,s`,
  code: 'p = 1 / (1 + np.exp(-heat[0])); peaks = p == scipy.ndimage.maximum_filter(p, size=(1, 3, 3)); classes, y, x = np.nonzero(peaks & (p >= {score})); centre = np.stack([x, y]) + offsets[0, :, y, x].T; size = sizes[0, :, y, x].T',
}
