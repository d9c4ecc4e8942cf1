import { defineComposite } from '../../engine/graph/composite.ts'
import { param } from '../../engine/types/param.ts'
import { convert } from '../colour/convert.ts'
import { letterbox } from '../geometry/letterbox.ts'
import { onnx } from '../model/onnx.ts'
import { mlsdLines } from './mlsd-lines.ts'
import { mlsdTensor } from './mlsd-tensor.ts'

const presetOf = (size: 'large' | 'tiny') => ({ 'model.path': `model:mlsd/mlsd_512x512_${size}.onnx` })

/**
 * Finds straight line segments with M-LSD, which `sightline models pull mlsd --yes` installs. Image in; the ends of the segments as
 * keypoints that are joined two by two, in pixels of the image, best first, and a table of them out.
 */
export const lineSegments = defineComposite({
  type: 'feature/line-segments',
  version: 1,
  title: 'M-LSD line segments',
  alias: 'cv2.createLineSegmentDetector',
  keywords: [
    'lines',
    'line segments',
    'M-LSD',
    'LSD',
    'wireframe',
    'edges',
    'Hough',
    'building',
    'vanishing point',
    'ONNX',
  ],
  summary: 'Finds straight edges: of buildings, furniture, signs and pages.',
  nodes: {
    rgb: { of: convert, params: { to: 'rgb', alpha: 'drop' } },
    // M-LSD was trained on stretched pictures.
    resize: { of: letterbox, params: { width: 512, height: 512, method: 'area', stretch: true } },
    tensor: { of: mlsdTensor },
    model: { of: onnx, params: { path: 'model:mlsd/mlsd_512x512_large.onnx' } },
    lines: { of: mlsdLines },
  },
  wires: {
    'resize.image': 'rgb.image',
    'tensor.image': 'resize.image',
    'model.input_image_with_alpha:0': 'tensor.tensor',
    'lines.image': 'resize.image',
    'lines.scores': 'model.scores',
    'lines.offsets': 'model.offsets',
  },
  inputs: { image: ['rgb.image'] },
  outputs: { lines: 'lines.lines', table: 'lines.table' },
  choices: {
    size: {
      spec: param.choice({
        default: 'large',
        of: ['large', 'tiny'],
        names: { large: 'Large (6 MB)', tiny: 'Tiny (3 MB)' },
        label: 'Network',
        help: 'The tiny one is faster and finds fewer lines.',
      }),
      sets: { large: presetOf('large'), tiny: presetOf('tiny') },
    },
  },
  params: { score: { to: ['lines.score'] }, length: { to: ['lines.length'] }, most: { to: ['lines.most'] } },
  explain: {
    idea: 'Sobel finds every edge, the Hough transform every line that goes on for ever. This network finds straight edges with their two ends, as one would draw a building with a ruler.',
    formula: String.raw`(s, o) = \mathrm{MLSD}(I), \qquad \ell = \mathrm{peaks}(s \ge \param{score}{t}) + o`,
    reference: 'Towards Light-weight and Real-time Line Segment Detection (Gu et al. 2022, NAVER).',
    code: "x = np.dstack([255 * cv2.resize(image, (512, 512), interpolation=cv2.INTER_AREA), np.ones((512, 512))])[np.newaxis]; offsets, scores = onnxruntime.InferenceSession({size}).run(None, {'input_image_with_alpha:0': np.float32(x)})",
    words: { size: { large: "'mlsd_512x512_large.onnx'", tiny: "'mlsd_512x512_tiny.onnx'" } },
  },
})
