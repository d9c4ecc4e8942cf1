import { type Sample, type SampleInput, type Samples, tensor } from '../sample.ts'
import type { RasteriseParams } from './rules.ts'

/** Splats in front of the camera, as noise gives them. */
const splats = (count: number, degree: number): readonly SampleInput[] => [
  { shape: tensor('NC', [count, 3]), from: (v, i) => (i % 3 === 2 ? 2 + 3 * v : 2 * v - 1) },
  { shape: tensor('NC', [count, 4]), from: (v) => 2 * v - 1 },
  { shape: tensor('NC', [count, 3]), from: (v) => 0.02 + 0.3 * v },
  { shape: tensor('N', [count]), from: (v) => v },
  { shape: tensor('NKC', [count, (degree + 1) ** 2, 3]), from: (v) => 2 * v - 1 },
]

const straight = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
const turned = [0.8, 0, 0.6, -1, 0, 1, 0, 0.25, -0.6, 0, 0.8, 1, 0, 0, 0, 1]

const sample = (say: string, count: number, degree: number, own: Partial<RasteriseParams>): Sample => ({
  say,
  inputs: splats(count, degree),
  params: {
    ...{ width: 23, height: 18, fx: 20, fy: 20, cx: 11.5, cy: 9, view: straight, near: 0.01, far: 1e10 },
    ...{ background: [0, 0.25, 0.5], antialiased: false, space: 'rgb' },
    ...own,
  } satisfies RasteriseParams,
})

export const samples: Samples<'rasterise'> = {
  rasterise: [
    sample('none', 0, 0, {}),
    sample('one', 1, 0, {}),
    sample('several, degree 1', 7, 1, { antialiased: true }),
    sample('degree 2, from the side', 6, 2, { view: turned, cx: 2.5 }),
    sample('degree 3 in a pixel', 5, 3, { width: 1, height: 1, cx: 0.5, cy: 0.5, fx: 1, fy: 1 }),
    sample('many in one column', 40, 0, { width: 3, height: 40, cx: 1, cy: 20, fx: 6, fy: 30 }),
    sample('behind the near plane, and beyond the far one', 12, 0, { near: 3, far: 4 }),
  ],
}
