import type { OpBench } from '../bench.ts'

const given = { diameter: 9, sigmaColour: 0.1, sigmaSpace: 3, border: 'reflect101' } as const

export const benches: readonly OpBench[] = (['gray', 'rgb'] as const).map((of) => ({
  name: `bilateral9 ${of}`,
  planes: of === 'gray' ? 2 : 6,
  run: (ops, pictures) => ops.bilateral(pictures[of], given),
  peers: () => ({
    opencv: [{ call: 'bilateralFilter', args: [of, { to: of === 'gray' ? 'gray1' : 'rgb1' }, 9, 0.1, 3] }],
  }),
}))
