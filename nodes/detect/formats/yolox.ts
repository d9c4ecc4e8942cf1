import { coco80 } from '../../coco.ts'
import {
  cellsIn,
  type DecodeFormat,
  Gathered,
  largest,
  levelsOf,
  type NumbersIn,
  type Size,
  tensorAt,
  wrong,
} from '../../decode.ts'
import type { Candidates } from '../../nms.ts'

const strides = [8, 16, 32] as const

/**
 * YOLOX (Ge et al. 2021), exported without its decoding: (1, A, 5 + C), the cells of the grids of stride 8, 16 and 32 one after the
 * other, each x, y, log width, log height, objectness, and C class probabilities. Centre = (x, y + the cell's place) · stride, size =
 * exp(w, h) · stride, score = objectness · the best class. `size`: of the picture that the network was shown.
 * @see Megvii-BaseDetection/YOLOX, demo_postprocess
 */
export function decodeYolox({ shape, numbers }: NumbersIn, size: Size, least: number): Candidates {
  const [one, rows = 0, columns = 0] = shape
  const grids = levelsOf(size, strides)
  const cells = cellsIn(grids)
  if (shape.length !== 3 || one !== 1 || rows !== cells || columns < 6)
    throw wrong(shape, `1 × ${cells} × (5 + classes), as the picture has ${size.width} × ${size.height} pixels`)
  const found = new Gathered()
  let start = 0
  for (const { stride, across, down } of grids)
    for (let y = 0; y < down; y++)
      for (let x = 0; x < across; x++, start += columns) {
        const { at, value } = largest(numbers, start + 5, columns - 5)
        const score = (numbers[start + 4] ?? Number.NaN) * value
        // Nearly all end here: nothing is made for them.
        if (!(score >= least)) continue
        const n = (i: number): number => numbers[start + i] ?? Number.NaN
        const side = (i: number): number => Math.exp(n(i)) * stride
        found.add((n(0) + x) * stride, (n(1) + y) * stride, side(2), side(3), score, at)
      }
  return found.candidates
}

export const yolox: DecodeFormat = {
  title: 'YOLOX',
  inputs: { output: '1 × cells × (5 + classes), not yet decoded.' },
  coco: coco80,
  classes: ({ output }) => (output?.[2] ?? 0) - 5,
  decode: (tensors, size, least) => decodeYolox(tensorAt(tensors, 'output'), size, least),
  formula: String.raw`(x, y) = (t_x + c_x,\ t_y + c_y)\,s, \quad (w, h) = (e^{t_w}, e^{t_h})\,s, \quad p = p_{obj}\,p_{class}`,
  code: 'centre = (output[0, :, :2] + grid) * stride; size = np.exp(output[0, :, 2:4]) * stride; scores = output[0, :, 4] * output[0, :, 5:].max(axis=1); keep = scores >= {score}',
}
