import { conform } from '../../../host/testing/conform.ts'
import type { BorderMode } from '../border.ts'
import { gaussianTaps } from './gaussian.ts'
import { separable } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { separable }, samples, {
  gaussianTaps: async (_device, _inputs, { sigma }: { sigma: number }) => ({ '': gaussianTaps(sigma) }),
  async gaussian({ ops, fetch }, [image], { sigma, border }: { sigma: number; border: BorderMode }) {
    const taps = gaussianTaps(sigma)
    return { '': await fetch(await ops.separable(image, { x: taps, y: taps, border })) }
  },
})
