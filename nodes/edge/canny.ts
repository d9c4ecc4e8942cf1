import { defineComposite } from '../../engine/graph/composite.ts'
import { gaussianBlur } from '../filter/gaussian-blur.ts'
import { doubleThreshold } from './double-threshold.ts'
import { hysteresis } from './hysteresis.ts'
import { nonMaximumSuppression } from './non-maximum-suppression.ts'
import { sobel } from './sobel.ts'

/**
 * Canny's edges in five steps, which it opens into. Image (H, W, C) in; gray image (H, W, 1), 1 on edges and 0 elsewhere, out. Of a
 * colour picture each pixel's steepest channel counts.
 */
export const canny = defineComposite({
  type: 'edge/canny',
  version: 1,
  title: 'Canny edges',
  alias: 'cv2.Canny',
  keywords: ['edge detection', 'edges', 'outline', 'contour', 'non-maximum suppression', 'hysteresis', 'thin'],
  summary: 'Finds edges as clean lines of one pixel: blur, gradient, thinning, two thresholds, linking.',
  basic: true,
  nodes: {
    blur: { of: gaussianBlur },
    // As cv2.Canny takes the derivatives at the border.
    gradient: { of: sobel, params: { border: 'replicate' } },
    thin: { of: nonMaximumSuppression },
    threshold: { of: doubleThreshold },
    hysteresis: { of: hysteresis },
  },
  wires: {
    'gradient.image': 'blur.image',
    'thin.x': 'gradient.x',
    'thin.y': 'gradient.y',
    'threshold.image': 'thin.image',
    'hysteresis.image': 'threshold.image',
  },
  inputs: { image: ['blur.image'] },
  outputs: { edges: 'hysteresis.image' },
  params: {
    sigma: {
      to: ['blur.sigma'],
      default: 1.4,
      help: 'Of the blur that comes first: the larger, the fewer and the rounder the edges. 0 blurs nothing, as cv2.Canny.',
    },
    low: { to: ['threshold.low'] },
    high: { to: ['threshold.high'] },
  },
  explain: {
    idea: 'Blur a little against noise. Measure how steep the picture is. Keep only the ridge of each slope. Sort what is left into strong and weak. Keep weak pixels only if they lead to strong ones. Look inside to see each step.',
    formula: String.raw`E = \operatorname{link}\bigl(\operatorname{thin}(\nabla (G_{\param{sigma}{\sigma}} * I)) > (\param{low}{l}, \param{high}{h})\bigr)`,
    reference:
      'OpenCV Canny with L2gradient=True, whose 8-bit thresholds are 255 times these; J. Canny, A computational approach to edge detection, 1986; chapter 6.1.',
    code: 'blurred = cv2.GaussianBlur(image, (0, 0), {sigma}) if {sigma} > 0 else image; edges = cv2.Canny(np.uint8(np.rint(255 * blurred)), 255 * {low}, 255 * {high}, L2gradient=True) / 255',
  },
})
