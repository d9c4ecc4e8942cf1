import { defineComposite } from '../../engine/graph/composite.ts'
import { convert } from '../colour/convert.ts'
import { resizeSide } from '../geometry/resize-side.ts'
import { onnx } from '../model/onnx.ts'
import { normalise } from '../tensor/normalise.ts'
import { textRegions } from './regions.ts'

/**
 * Finds lines of text with PP-OCRv4, which `sightline models pull ppocr --yes` installs. Image in; boxes (N, 4) around N lines, and
 * the 4 N corners of the lines, in pixels of the image, out, in reading order.
 */
export const textDetect = defineComposite({
  type: 'text/detect',
  version: 1,
  title: 'Find text',
  alias: 'PaddleOCR(rec=False).ocr',
  keywords: ['OCR', 'text detection', 'scene text', 'PP-OCR', 'PaddleOCR', 'DBNet', 'sign', 'document', 'ONNX'],
  summary: 'Finds lines of text in a picture, also slanted ones.',
  nodes: {
    rgb: { of: convert, params: { to: 'rgb', alpha: 'drop' } },
    resize: { of: resizeSide, params: { side: 'longer', length: 960, multiple: 32, shrink: true, method: 'bilinear' } },
    normalise: { of: normalise, params: { order: 'BGR', layout: 'NCHW' } },
    model: { of: onnx, params: { path: 'model:ppocr/detect.onnx' } },
    regions: { of: textRegions },
  },
  wires: {
    'resize.image': 'rgb.image',
    'normalise.image': 'resize.image',
    'model.x': 'normalise.tensor',
    'regions.image': 'resize.image',
    'regions.tensor': 'model.sigmoid_0.tmp_0',
  },
  inputs: { image: ['rgb.image'] },
  outputs: { boxes: 'regions.boxes', corners: 'regions.corners' },
  params: {
    length: {
      to: ['resize.length'],
      label: 'Longer side',
      help: 'Larger pictures are made so small for the network. More finds smaller text and takes longer.',
    },
    threshold: { to: ['regions.threshold'] },
    score: { to: ['regions.score'] },
    unclip: { to: ['regions.unclip'] },
  },
  explain: {
    idea: 'A network marks for each pixel whether it lies in a line of text, and regions of such pixels become boxes. What the text says, it does not know: that is the work of the next network. Look inside to see each step.',
    formula: String.raw`P = \mathrm{DB}(I), \qquad R = \mathrm{unclip}\left(\mathrm{regions}\left(P > \param{threshold}{t}\right)\right)`,
    reference: 'PP-OCRv4 (PaddlePaddle 2023); Differentiable Binarization (Liao et al. 2020).',
    code: 'boxes = PaddleOCR(det_limit_side_len={length}, det_db_thresh={threshold}, det_db_box_thresh={score}, det_db_unclip_ratio={unclip}).ocr(np.uint8(255 * image[:, :, ::-1]), rec=False)',
  },
})
