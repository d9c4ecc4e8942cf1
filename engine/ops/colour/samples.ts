import type { ImageShape } from '../../values/index.ts'
import { inSpace, type Sample, type Samples, say, spaces } from '../sample.ts'

export const samples: Samples<'convertColour'> = {
  convertColour: spaces.flatMap((from) =>
    spaces.flatMap((to) =>
      [
        ...[inSpace(1, 1, from, false), inSpace(13, 17, from, false)],
        ...(from === 'rgb' || from === 'bgr' || from === 'linear' ? [inSpace(7, 5, from, true)] : []),
      ].map(
        (input): Sample => ({
          say: `${from} → ${to}, ${say(input.shape as ImageShape)}`,
          inputs: [input],
          params: { to },
          // The polynomials of Lab are within 1e-3 of the formula.
          ...(to === 'lab' && { tolerance: 1e-3 }),
          circle: ({ c }) => (to === 'hsv' && c === 0 ? 360 : undefined),
        }),
      ),
    ),
  ),
}
