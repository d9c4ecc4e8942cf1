import { defineComposite } from '../../engine/graph/composite.ts'
import { resize } from '../geometry/resize.ts'
import { onnx } from '../model/onnx.ts'
import { seenSide } from '../sam.ts'
import { normalise } from '../tensor/normalise.ts'
import { sam2Masks } from './sam2-masks.ts'
import { sam2Prompts } from './sam2-prompts.ts'

/**
 * Segments what clicks and boxes point at, with SAM 2 Hiera-tiny, which `sightline models pull sam2 --yes` installs. RGB image
 * in; a mask of all objects, each of the three candidates, a label map of the objects and a table of scores out, all in the
 * pixels of the image. The picture is encoded once; another click runs the decoder alone.
 */
export const sam2 = defineComposite({
  type: 'segment/sam2',
  version: 1,
  title: 'SAM 2',
  alias: 'SAM2ImagePredictor.predict',
  keywords: [
    'segment anything',
    'SAM',
    'SAM2',
    'click',
    'interactive',
    'prompt',
    'cut out',
    'instance segmentation',
    'magic wand',
    'select object',
  ],
  summary: 'Finds the mask of whatever you click on, or draw a box around.',
  nodes: {
    resize: { of: resize, params: { width: seenSide, height: seenSide, keep: false, method: 'area' } },
    normalise: { of: normalise },
    encoder: { of: onnx, params: { path: 'model:sam2/sam2_hiera_tiny_encoder.with_runtime_opt.ort' } },
    prompts: { of: sam2Prompts },
    decoder: { of: onnx, params: { path: 'model:sam2/sam2_hiera_tiny_decoder_pr1.onnx' } },
    masks: { of: sam2Masks },
    first: { of: sam2Masks, params: { candidate: '1' } },
    second: { of: sam2Masks, params: { candidate: '2' } },
    third: { of: sam2Masks, params: { candidate: '3' } },
  },
  wires: {
    'normalise.image': 'resize.image',
    'encoder.image': 'normalise.tensor',
    'decoder.image_embed': 'encoder.image_embed',
    'decoder.high_res_feats_0': 'encoder.high_res_feats_0',
    'decoder.high_res_feats_1': 'encoder.high_res_feats_1',
    'decoder.point_coords': 'prompts.coords',
    'decoder.point_labels': 'prompts.labels',
    'decoder.mask_input': 'prompts.mask',
    'decoder.has_mask_input': 'prompts.hasMask',
    ...Object.fromEntries(
      ['masks', 'first', 'second', 'third'].flatMap((id) => [
        [`${id}.masks`, 'decoder.masks'],
        [`${id}.scores`, 'decoder.iou_predictions'],
        [`${id}.labels`, 'prompts.labels'],
      ]),
    ),
  },
  inputs: {
    image: ['prompts.image', 'resize.image', 'masks.image', 'first.image', 'second.image', 'third.image'],
    detections: ['prompts.detections', 'masks.detections', 'first.detections', 'second.detections', 'third.detections'],
    earlier: ['prompts.earlier'],
  },
  outputs: {
    mask: 'masks.mask',
    objects: 'masks.objects',
    first: 'first.mask',
    second: 'second.mask',
    third: 'third.mask',
    table: 'masks.table',
  },
  params: {
    points: { to: ['prompts.points'] },
    boxes: { to: ['prompts.boxes'] },
    candidate: { to: ['masks.candidate'] },
    threshold: { to: ['masks.threshold', 'first.threshold', 'second.threshold', 'third.threshold'] },
  },
  handles: [{ kind: 'points', over: 'image', params: { points: 'points', boxes: 'boxes' }, shows: 'mask' }],
  explain: {
    idea: 'A large network looks at the picture once and writes down what is where. A small one reads that together with your clicks, and offers three masks: a part, a larger part, the whole. Look inside to see each step.',
    formula: String.raw`E = \mathrm{encoder}(I), \qquad (Z_1, Z_2, Z_3, s) = \mathrm{decoder}(E, \text{prompts}), \qquad M = \left[ Z_{\arg\max s} > \param{threshold}{t} \right]`,
    reference: 'SAM 2: Segment Anything in Images and Videos (Ravi et al. 2024), Hiera-tiny, exported to ONNX.',
    code: 'predictor.set_image(np.uint8(255 * image)); masks, scores, logits = predictor.predict(np.array([p[:2] for p in {points}]), np.array([(*p, 1)[2] for p in {points}])); mask = masks[scores.argmax()]',
  },
})
