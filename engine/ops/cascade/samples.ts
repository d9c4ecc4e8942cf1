import { picture, type Samples, say } from '../sample.ts'
import type { FlatCascade } from './plain.ts'

/** Two stages over a window of 5 × 6: one of a tree of two nodes, one of two single ones. About a third of noise passes. */
const shared = {
  width: 5,
  height: 6,
  ends: Int32Array.of(1, 3),
  limits: Float64Array.of(0.1, 0.2),
  nodes: Int32Array.of(0, 2, 3),
  firstLeaves: Int32Array.of(0, 3, 5),
  next: Int32Array.of(1, -2, 0, -1, 0, -1, 0, -1),
  features: Int32Array.of(0, 1, 2, 0),
  leaves: Float32Array.of(0.5, 0, 0.4, 0.3, 0.1, 0.2, -0.1),
}
const haar: FlatCascade = {
  ...shared,
  kind: 'HAAR',
  thresholds: Float32Array.of(0.01, -0.02, 0.05, 0.1),
  sets: new Int32Array(0),
  rectangles: Float32Array.of(
    ...[0, 0, 4, 4, -1, 0, 0, 2, 4, 2, 0, 0, 0, 0, 0],
    ...[1, 1, 3, 3, -1, 2, 1, 1, 3, 3, 0, 0, 0, 0, 0],
    ...[0, 0, 5, 6, -1, 0, 0, 2, 3, 2, 2, 3, 3, 3, 1],
  ),
}
const lbp: FlatCascade = {
  ...shared,
  kind: 'LBP',
  thresholds: new Float32Array(4),
  sets: Int32Array.from({ length: 32 }, (_, i) => Math.imul(i + 1, 0x9e3779b1)),
  rectangles: Float32Array.of(0, 0, 1, 2, 1, 0, 1, 1, 0, 1, 1, 1),
}

const of = (height: number, width: number, params: object) => {
  const shape = picture(height, width, 1)
  return { say: say(shape), inputs: [{ shape }], params }
}

export const samples: Samples<'cascadeWindows'> = {
  cascadeWindows: [
    of(14, 19, { cascade: haar, scale: 1.3, least: 0, most: 0 }),
    of(25, 12, { cascade: haar, scale: 1.1, least: 7, most: 12 }),
    of(17, 16, { cascade: lbp, scale: 1.2, least: 0, most: 0 }),
  ],
}
