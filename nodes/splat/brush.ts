import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { mostBrushNumbers, strokesIn } from '../../engine/values/brush.ts'
import { socket } from '../../engine/values/sockets.ts'
import { selected } from '../splats.ts'

/** The splats whose centres lie under strokes of a brush, or all others. Splats in and out. */
export const brush = defineNode({
  type: 'splat/brush',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'Brush splats',
  alias: 'SuperSplat brush',
  keywords: ['3D', 'Gaussian splatting', 'scene', 'paint', 'select', 'lasso', 'remove', 'clean', 'floaters', 'erase'],
  summary: 'Removes the splats that you paint over in the viewer, or keeps only them.',
  inputs: { splats: socket.splats({ help: 'The scene.' }) },
  params: {
    strokes: param.vector({
      default: [],
      minLength: 0,
      maxLength: mostBrushNumbers,
      label: 'Strokes',
      help: 'Painted in the viewer, each with the camera that it was seen from: 16 numbers (eye, right, down, forward, focal length, radius, depth, count), then its points. Lengths in heights of the picture.',
    }),
    keep: param.choice({
      default: 'outside',
      of: ['outside', 'inside'],
      names: { outside: 'Unpainted', inside: 'Painted' },
      label: 'Keep',
      help: 'Which splats stay.',
    }),
  },
  outputs: { splats: socket.splats() },
  shape: () => ({ splats: { kind: 'splats' } }),
  run: async ({ splats, strokes: numbers, keep }, context) => {
    const strokes = strokesIn(numbers)
    if (!strokes)
      throw new SightlineError('param.invalid', {
        ...{ param: 'strokes', given: `${numbers.length} numbers that are no strokes` },
        wanted: 'strokes as the viewer paints them',
      })
    return { splats: await selected(splats, { kind: 'brush', strokes, inside: keep === 'inside' }, context) }
  },
  explain: {
    idea: 'A stroke is a line on the picture, and remembers the camera. Each centre is looked at through that camera: where it comes to within the radius of the line, it is painted. A stroke ends at the depth of what was seen under it, so that what is behind stays.',
    formula: String.raw`\Bigl\lVert f\,\frac{(x, y)}{z} - \ell \Bigr\rVert \le r, \qquad 0 < z \le z_{\text{far}}, \qquad (x, y, z) = R\,(\mu - e)`,
    reference: 'The brush of SuperSplat; the pinhole camera (Hartley and Zisserman, chapter 6).',
    code: 'camera = (means - eye) @ np.stack([right, down, forward]).T; x, y = focal * camera[:, 0] / camera[:, 2], focal * camera[:, 1] / camera[:, 2]; painted = (camera[:, 2] > 0) & (np.hypot(x - line[0], y - line[1]) <= radius)',
  },
})
