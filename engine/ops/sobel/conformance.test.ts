import { conform } from '../../../host/testing/conform.ts'
import type { ImageValue } from '../../values/index.ts'
import { gaussianTaps } from '../separable/gaussian.ts'
import { sobel } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { sobel }, samples, {
  /** The chain of the sample pipeline. */
  async edges({ ops, fetch }, [image], { sigma }: { sigma: number }) {
    const taps = gaussianTaps(sigma)
    const gray = await ops.convertColour(image, { to: 'gray' })
    const smooth = await ops.separable(gray, { x: taps, y: taps, border: 'reflect101' })
    const { magnitude } = await ops.sobel(smooth, { border: 'reflect101', outputs: ['magnitude'] })
    return { '': await fetch(magnitude as ImageValue) }
  },
})
