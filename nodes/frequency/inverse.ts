import { defineNode } from '../../engine/graph/node.ts'
import { requireSameSize } from '../../engine/ops/check.ts'
import { expr, mul } from '../../engine/ops/expr.ts'
import { socket } from '../../engine/values/sockets.ts'
import { opaque } from '../alpha.ts'
import { asData } from '../derivatives.ts'

/** From a spectrum back to a picture. Spectrum (H, W, 2) in, and a mask (H, W, 1) if wired; gray image (H, W, 1) out. */
export const inverseFourier = defineNode({
  type: 'frequency/inverse',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Inverse Fourier',
  alias: 'np.fft.ifft2',
  keywords: ['IFFT', 'cv2.idft', 'spectrum', 'frequency', 'notch filter', 'reconstruct', 'descreen', 'moire'],
  summary: 'Puts the waves of a spectrum together again, without those that a mask hides.',
  inputs: {
    spectrum: socket.image({ channels: [2], spaces: ['data'], range: null, help: 'From Fourier transform.' }),
    mask: socket.image({
      optional: true,
      channels: [1],
      help: 'The spectrum is multiplied by it: 1 keeps a wave, 0 takes it away. Paint it over the magnitude.',
    }),
  },
  params: {},
  outputs: { image: socket.image({ range: null }) },
  shape: ({ spectrum, mask }) => {
    if (!spectrum) return {}
    if (mask) requireSameSize(spectrum, mask)
    const { height, width } = spectrum
    return { image: { kind: 'image', height, width, channels: 1, space: 'gray', alpha: false } }
  },
  run: async ({ spectrum, mask }, { ops }) => {
    if (mask) requireSameSize(spectrum, mask)
    const kept = mask
      ? await ops.pointwise(spectrum, await opaque(ops, mask), { formula: expr((v, m) => mul(v, m)), ...asData })
      : spectrum
    const made = await ops.fourier(kept, { inverse: true, centred: true })
    const real = await ops.channel(made, { index: 0 })
    return { image: await ops.pointwise(real, { formula: expr((v) => v), space: 'gray', range: null }) }
  },
  explain: {
    idea: 'Nothing is lost in a spectrum: adding all waves gives the picture back, to the last digits. Without a few bright points off the middle, a regular pattern such as the screen of a print is gone.',
    formula: String.raw`I(y, x) = \operatorname{Re} \frac{1}{HW} \sum_{v} \sum_{u} M(v, u)\, F(v, u)\; e^{2\pi i\,(ux/W + vy/H)}`,
    reference: 'numpy.fft.ifft2 and ifftshift; OpenCV idft.',
    code: 'image = np.fft.ifft2(np.fft.ifftshift((spectrum[..., 0] + 1j * spectrum[..., 1]) * mask)).real',
  },
})
