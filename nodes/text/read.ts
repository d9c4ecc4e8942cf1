import { defineComposite } from '../../engine/graph/composite.ts'
import { convert } from '../colour/convert.ts'
import { onnx } from '../model/onnx.ts'
import { textDecode } from './decode.ts'
import { textLines } from './lines.ts'

/**
 * Reads lines of text with PP-OCRv4, which `sightline models pull ppocr --yes` installs: Chinese and Latin letters. Image and the
 * corners of lines, four keypoints each, in; boxes (N, 4) named by their text, the text, a line each, and a table out.
 */
export const textRead = defineComposite({
  type: 'text/read',
  version: 1,
  title: 'Read text',
  alias: 'PaddleOCR(det=False).ocr',
  keywords: ['OCR', 'text recognition', 'PP-OCR', 'PaddleOCR', 'SVTR', 'CTC', 'sign', 'document', 'string', 'ONNX'],
  summary: 'Reads the lines of text that were found: Chinese and English.',
  nodes: {
    rgb: { of: convert, params: { to: 'rgb', alpha: 'drop' } },
    lines: { of: textLines },
    model: { of: onnx, params: { path: 'model:ppocr/read.onnx' } },
    decode: { of: textDecode, params: { file: 'model:ppocr/characters.txt' } },
  },
  wires: {
    'lines.image': 'rgb.image',
    'model.x': 'lines.tensor',
    'decode.tensor': 'model.softmax_11.tmp_0',
  },
  inputs: { image: ['rgb.image', 'decode.image'], corners: ['lines.corners', 'decode.corners'] },
  outputs: { boxes: 'decode.boxes', text: 'decode.text', table: 'decode.table' },
  params: { score: { to: ['decode.score'] }, most: { to: ['lines.most'] } },
  explain: {
    idea: 'Each line that was found is cut out, straightened and shown to a network, which says column by column what it reads. Look inside to see each step.',
    formula: String.raw`\text{text}_n = \mathcal{B}\left(\arg\max\, \mathrm{reader}(T_n)\right)`,
    reference:
      'PP-OCRv4 (PaddlePaddle 2023); SVTR (Du et al. 2022); Connectionist Temporal Classification (Graves et al. 2006).',
    code: 'text = PaddleOCR(drop_score={score}).ocr(np.uint8(255 * image[:, :, ::-1]))',
  },
})
