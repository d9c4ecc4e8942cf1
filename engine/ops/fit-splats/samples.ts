import { type Sample, type SampleInput, type Samples, tensor } from '../sample.ts'
import { type FitParams, fixedNumbers } from './params.ts'

const [width, height] = [6, 4] as const

/** Splats in front of the camera, as noise gives them; moments of earlier steps, so that no move depends on a sign alone. */
const inputs = (count: number, degree: number, views: number): readonly SampleInput[] => {
  const row = fixedNumbers + 3 * (degree + 1) ** 2
  const own = (k: number, v: number): number =>
    k < 2 ? 2 * v - 1 : k === 2 ? 2 + 2 * v : k < 7 ? 2 * v - 1 : k < 10 ? 1.5 * v - 2 : 2 * v - 1
  return [
    { shape: tensor('NC', [count, row]), from: (v, i) => own(i % row, v) },
    { shape: tensor('NC', [count, row]), from: (v) => 0.2 * v },
    { shape: tensor('NC', [count, row]), from: (v) => 0.5 + v },
    { shape: tensor('NHWC', [views, height, width, 3]) },
  ]
}

const straight = {
  fx: 8,
  fy: 8,
  cx: 3,
  cy: 2,
  view: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
  near: 0.01,
  far: 1e10,
}
const turned = { ...straight, cx: 2.5, view: [0.8, 0, 0.6, -1, 0, 1, 0, 0.25, -0.6, 0, 0.8, 1, 0, 0, 0, 1] }

const sample = (say: string, count: number, degree: number, own: Partial<FitParams>): Sample => ({
  say,
  inputs: inputs(count, degree, own.cameras?.length ?? 1),
  params: {
    ...{ cameras: [straight], order: [0], start: 3, part: 0.2, background: [0, 0.25, 0.5], antialiased: false },
    rates: {
      ...{ means: 1e-3, meansEnd: 1e-4, decay: 20, quats: 1e-3, scales: 1e-3, opacities: 1e-3 },
      ...{ colours: 1e-3, harmonics: 1e-3 },
    },
    ...own,
  } satisfies FitParams,
})

export const samples: Samples<'fitSplats'> = {
  fitSplats: [
    sample('no steps', 2, 0, { order: [] }),
    sample('one splat', 1, 2, {}),
    sample('two, L1 alone, antialiased', 2, 1, { part: 0, antialiased: true }),
    sample('two steps of two views', 2, 0, { cameras: [straight, turned], order: [1, 0], start: 30 }),
  ],
}
