import { coco80 } from '../../coco.ts'
import {
  type DecodeFormat,
  Gathered,
  largest,
  type NumbersIn,
  type Size,
  sigmoid,
  tensorAt,
  wrong,
} from '../../decode.ts'
import type { Candidates } from '../../nms.ts'

/**
 * FastestDet (dog-qiuqiu 2022): (1, 5 + C, rows, columns), a cell each: objectness, x, y, width, height, C class probabilities.
 * Centre = (cell + tanh(x, y)) / cells, size = sigmoid(w, h), both of the picture; score = objectness^0.6 · class^0.4.
 * @see dog-qiuqiu/FastestDet, handle_preds
 */
export function decodeFastestDet({ shape, numbers }: NumbersIn, size: Size, least: number): Candidates {
  const [one, channels = 0, rows = 0, columns = 0] = shape
  if (shape.length !== 4 || one !== 1 || channels < 6) throw wrong(shape, '1 × (5 + classes) × rows × columns')
  const plane = rows * columns
  const found = new Gathered()
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const start = y * columns + x
      const n = (i: number): number => numbers[start + i * plane] ?? Number.NaN
      const { at, value } = largest(numbers, start + 5 * plane, channels - 5, plane)
      const score = n(0) ** 0.6 * value ** 0.4
      if (!(score >= least)) continue
      found.add(
        ((x + Math.tanh(n(1))) / columns) * size.width,
        ((y + Math.tanh(n(2))) / rows) * size.height,
        sigmoid(n(3)) * size.width,
        sigmoid(n(4)) * size.height,
        score,
        at,
      )
    }
  return found.candidates
}

export const fastestdet: DecodeFormat = {
  title: 'FastestDet',
  inputs: { output: '1 × (5 + classes) × rows × columns.' },
  coco: coco80,
  classes: ({ output }) => (output?.[1] ?? 0) - 5,
  decode: (tensors, size, least) => decodeFastestDet(tensorAt(tensors, 'output'), size, least),
  formula: String.raw`(x, y) = \frac{c + \tanh t_{xy}}{n}, \quad (w, h) = \sigma(t_{wh}), \quad p = p_{obj}^{0.6}\,p_{class}^{0.4}`,
  code: 'scores = output[0, 0] ** 0.6 * output[0, 5:].max(axis=0) ** 0.4; keep = scores >= {score}; centre = (cells + np.tanh(output[0, 1:3])) / output.shape[2]; size = 1 / (1 + np.exp(-output[0, 3:5]))',
}
