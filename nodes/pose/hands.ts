import { defineComposite } from '../../engine/graph/composite.ts'
import { convert } from '../colour/convert.ts'
import { detectMediapipe } from '../detect/mediapipe.ts'
import { letterbox } from '../geometry/letterbox.ts'
import { tflite } from '../model/tflite.ts'
import { normalise } from '../tensor/normalise.ts'
import { poseCrops } from './crops.ts'
import { handPoints } from './hand-points.ts'
import { together } from './together.ts'

/** Pictures as numbers from 0 to 1. */
const plain = { scale: '1', mean: [0], std: [1], layout: 'NHWC' }

/**
 * Finds hands with MediaPipe Hands, which `sightline models pull mediapipe-hands --yes` installs. Image in; 21 points of each hand in
 * its pixels, a box around them that says left or right with a score, and a table with depth out.
 */
export const hands = defineComposite({
  type: 'pose/hands',
  version: 1,
  title: 'Hands',
  alias: 'mediapipe.HandLandmarker',
  keywords: ['hand', 'fingers', 'gesture', 'landmarks', 'keypoints', 'handedness', 'palm', 'MediaPipe', 'skeleton'],
  summary: 'Finds hands and the 21 joints of each, with two small networks that install by a command.',
  nodes: {
    rgb: { of: convert, params: { to: 'rgb', alpha: 'drop' } },
    letterbox: { of: letterbox, params: { width: 192, height: 192, fill: 0 } },
    normalise: { of: normalise, params: plain },
    palm: { of: tflite, params: { path: 'model:mediapipe-hands/palm.tflite' } },
    detect: { of: detectMediapipe, params: { of: 'palm' } },
    crops: { of: poseCrops, params: { by: 'palm', margin: 2.6, shift: 0.5 } },
    prepare: { of: normalise, params: plain },
    hand: { of: tflite, params: { path: 'model:mediapipe-hands/hand.tflite' } },
    decode: { of: handPoints },
    together: { of: together },
  },
  wires: {
    'letterbox.image': 'rgb.image',
    'normalise.image': 'letterbox.image',
    'palm.input_1': 'normalise.tensor',
    'detect.image': 'letterbox.image',
    'detect.numbers': 'palm.Identity',
    'detect.scores': 'palm.Identity_1',
    'crops.image': 'rgb.image',
    'crops.boxes': 'detect.boxes',
    'crops.points': 'detect.points',
    'prepare.image': 'crops.crops',
    'hand.input_1': 'prepare.tensor',
    'decode.image': 'crops.crops',
    'decode.landmarks': 'hand.Identity',
    'decode.presence': 'hand.Identity_1',
    'decode.handedness': 'hand.Identity_2',
    'decode.world': 'hand.Identity_3',
    'together.image': 'rgb.image',
    'together.points': 'decode.points',
    'together.boxes': 'decode.boxes',
    'together.table': 'decode.table',
  },
  inputs: { image: ['rgb.image'] },
  outputs: { points: 'together.points', boxes: 'together.boxes', palms: 'detect.boxes', table: 'together.table' },
  params: {
    count: { to: ['crops.count'], label: 'Most hands' },
    score: { to: ['decode.score'] },
    palm: {
      to: ['detect.score'],
      label: 'Least score of a palm',
      help: 'Palms that are less sure are not looked at closer.',
    },
    mirrored: { to: ['decode.mirrored'] },
  },
  explain: {
    idea: 'Palms are stiff and easy to find; fingers are not. So one network finds palms, each is cut out upright with room for its fingers, and a second network finds the joints. Look inside to see each step.',
    formula: String.raw`I \xrightarrow{\text{palms}} (B_i, \alpha_i) \xrightarrow{\text{crop}} I_i \xrightarrow{\text{joints}} l_i, \qquad p_i = M_i\,l_i`,
    reference:
      'MediaPipe Hands: On-device Real-time Hand Tracking (Zhang et al. 2020); hand_landmark_tracking_cpu.pbtxt.',
    code: "options = mp.tasks.vision.HandLandmarkerOptions(mp.tasks.BaseOptions(model_asset_path='hand_landmarker.task'), num_hands={count}, min_hand_detection_confidence={palm}, min_hand_presence_confidence={score}); hands = mp.tasks.vision.HandLandmarker.create_from_options(options).detect(mp.Image(mp.ImageFormat.SRGB, np.uint8(255 * image)))",
  },
})
