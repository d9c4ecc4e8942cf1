import type { OpBench } from '../bench.ts'
import { structuringElement } from './element.ts'

const ellipse = structuringElement('ellipse', 15)
const square = (size: number): OpBench => ({
  name: `erode${size}`,
  planes: 2,
  run: (ops, { gray }) => ops.morphology(gray, { operation: 'erode', element: structuringElement('rectangle', size) }),
  peers: () => ({
    opencv: [{ call: 'erode', args: ['gray', { to: 'gray1' }, { bytes: structuringElement('rectangle', size) }] }],
  }),
})

export const benches: readonly OpBench[] = [
  square(3),
  square(15),
  {
    name: 'dilate ellipse15',
    planes: 2,
    run: (ops, { gray }) => ops.morphology(gray, { operation: 'dilate', element: ellipse }),
    peers: () => ({ opencv: [{ call: 'dilate', args: ['gray', { to: 'gray1' }, { bytes: ellipse }] }] }),
  },
]
