import { defineComposite } from '../../engine/graph/composite.ts'
import { convert } from '../colour/convert.ts'
import { detectMediapipe } from '../detect/mediapipe.ts'
import { letterbox } from '../geometry/letterbox.ts'
import { tflite } from '../model/tflite.ts'
import { normalise } from '../tensor/normalise.ts'
import { bodyPoints } from './body-points.ts'
import { poseCrops } from './crops.ts'
import { together } from './together.ts'

/**
 * Finds a body with BlazePose, which `sightline models pull blazepose --yes` installs. Image in; 33 points in its pixels with how
 * visible they are, a box around them, a mask of the person, and a table with depth out.
 */
export const blazepose = defineComposite({
  type: 'pose/blazepose',
  version: 1,
  title: 'BlazePose',
  alias: 'mediapipe.PoseLandmarker',
  keywords: [
    ...['pose', 'body', 'person', 'people', 'joints', 'landmarks', 'keypoints', 'skeleton', 'fitness', 'MediaPipe'],
    ...['segmentation', 'mask', 'visibility'],
  ],
  summary: 'Finds a person, 33 points of the body and its mask, with two networks that install by a command.',
  nodes: {
    rgb: { of: convert, params: { to: 'rgb', alpha: 'drop' } },
    letterbox: { of: letterbox, params: { width: 224, height: 224, fill: 0 } },
    normalise: { of: normalise, params: { scale: '255', mean: [127.5], std: [127.5], layout: 'NHWC' } },
    detector: { of: tflite, params: { path: 'model:blazepose/detector.tflite' } },
    detect: { of: detectMediapipe, params: { of: 'person' } },
    crops: { of: poseCrops, params: { by: 'person', margin: 1.25, shift: 0, count: 1, size: 256 } },
    prepare: { of: normalise, params: { scale: '1', mean: [0], std: [1], layout: 'NHWC' } },
    pose: { of: tflite, params: { path: 'model:blazepose/pose.tflite' } },
    decode: { of: bodyPoints },
    together: { of: together },
  },
  wires: {
    'letterbox.image': 'rgb.image',
    'normalise.image': 'letterbox.image',
    'detector.input_1': 'normalise.tensor',
    'detect.image': 'letterbox.image',
    'detect.numbers': 'detector.Identity',
    'detect.scores': 'detector.Identity_1',
    'crops.image': 'rgb.image',
    'crops.boxes': 'detect.boxes',
    'crops.points': 'detect.points',
    'prepare.image': 'crops.crops',
    'pose.input_1': 'prepare.tensor',
    'decode.image': 'crops.crops',
    'decode.landmarks': 'pose.Identity',
    'decode.presence': 'pose.Identity_1',
    'decode.segmentation': 'pose.Identity_2',
    'decode.heat': 'pose.Identity_3',
    'decode.world': 'pose.Identity_4',
    'together.image': 'rgb.image',
    'together.points': 'decode.points',
    'together.boxes': 'decode.boxes',
    'together.mask': 'decode.mask',
    'together.table': 'decode.table',
  },
  inputs: { image: ['rgb.image'] },
  outputs: {
    points: 'together.points',
    mask: 'together.mask',
    boxes: 'together.boxes',
    table: 'together.table',
  },
  params: {
    count: {
      to: ['crops.count'],
      label: 'Most persons',
      help: 'The most persons, the best first. The detector takes faces and torsos near each other for one person.',
    },
    score: { to: ['decode.score'] },
    visible: { to: ['decode.visible'] },
    person: {
      to: ['detect.score'],
      label: 'Least score of a find',
      help: 'Persons of whom the first network is less sure are not looked at closer.',
    },
  },
  explain: {
    idea: 'A quick network finds the hips and a circle around the body. The person is cut out upright, and a second network finds 33 points, says which are hidden, and draws a mask. Look inside to see each step.',
    formula: String.raw`I \xrightarrow{\text{hips, circle}} (c, r, \alpha) \xrightarrow{\text{crop}} I' \xrightarrow{\text{joints}} l, \qquad p = M\,l`,
    reference:
      'BlazePose: On-device Real-time Body Pose Tracking (Bazarevsky et al. 2020); MediaPipe pose_landmark_cpu.pbtxt.',
    code: "options = mp.tasks.vision.PoseLandmarkerOptions(mp.tasks.BaseOptions(model_asset_path='pose_landmarker_full.task'), num_poses={count}, min_pose_detection_confidence={person}, min_pose_presence_confidence={score}, output_segmentation_masks=True); pose = mp.tasks.vision.PoseLandmarker.create_from_options(options).detect(mp.Image(mp.ImageFormat.SRGB, np.uint8(255 * image))); seen = [p.visibility >= {visible} for p in pose.pose_landmarks[0]]",
  },
})
