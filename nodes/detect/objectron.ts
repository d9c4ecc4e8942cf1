import { defineComposite } from '../../engine/graph/composite.ts'
import { param } from '../../engine/types/param.ts'
import { convert } from '../colour/convert.ts'
import { letterbox } from '../geometry/letterbox.ts'
import { tflite } from '../model/tflite.ts'
import { poseCrops } from '../pose/crops.ts'
import { together } from '../pose/together.ts'
import { normalise } from '../tensor/normalise.ts'
import { cuboidPoints } from './cuboid-points.ts'
import { detectDecode } from './decode.ts'
import { detectFilter } from './filter.ts'
import { liftCuboids } from './lift-cuboids.ts'
import { detectNms } from './nms.ts'

/** The file of each network, the detector’s classes that it takes, and the usual length of the object in metres. */
const things = {
  cup: ['object_detection_3d_cup.tflite', 'Mug, Coffee cup', 0.12],
  chair: ['object_detection_3d_chair.tflite', 'Chair', 0.9],
  shoe: ['object_detection_3d_sneakers.tflite', 'Footwear', 0.28],
  camera: ['object_detection_3d_camera.tflite', 'Camera', 0.14],
} as const

/**
 * Finds boxes in space around cups, chairs, shoes or cameras with Objectron, which `sightline models pull objectron --yes` installs.
 * Image and, optionally, its camera in; 9 points of each thing in its pixels (the middle and the corners), joined by the edges, upright
 * boxes, and a table of where each thing is in space out: in metres, if its longest edge is as long as usual.
 */
export const objectron = defineComposite({
  type: 'detect/objectron',
  version: 1,
  title: 'Objectron',
  alias: 'mediapipe.solutions.objectron',
  keywords: [
    '3D',
    'box',
    'cuboid',
    '6D pose',
    'cup',
    'mug',
    'chair',
    'shoe',
    'sneaker',
    'camera',
    'MediaPipe',
    'space',
  ],
  summary: 'Finds boxes in space around cups, chairs, shoes or cameras in one picture.',
  nodes: {
    rgb: { of: convert, params: { to: 'rgb', alpha: 'drop' } },
    square: { of: letterbox, params: { width: 300, height: 300, stretch: true } },
    normalise: { of: normalise, params: { scale: '255', mean: [127.5], std: [127.5], layout: 'NHWC' } },
    detector: { of: tflite, params: { path: 'model:objectron/detector.tflite' } },
    decode: {
      of: detectDecode,
      params: { format: 'ssd-raw', labels: 'file', file: 'model:objectron/labels.txt', score: 0.5 },
    },
    filter: { of: detectFilter, params: { score: 0, classes: things.cup[1] } },
    nms: { of: detectNms, params: { iou: 0.5, score: 0 } },
    crops: { of: poseCrops },
    prepare: { of: normalise, params: { scale: '1', mean: [0], std: [1], layout: 'NHWC' } },
    model: { of: tflite, params: { path: `model:objectron/${things.cup[0]}` } },
    points: { of: cuboidPoints, params: { name: 'cup' } },
    together: { of: together },
    lift: { of: liftCuboids, params: { length: things.cup[2] } },
  },
  wires: {
    'square.image': 'rgb.image',
    'normalise.image': 'square.image',
    'detector.normalized_input_image_tensor': 'normalise.tensor',
    'decode.image': 'square.image',
    'decode.boxes': 'detector.raw_outputs/box_encodings',
    'decode.scores': 'detector.raw_outputs/class_predictions',
    'filter.boxes': 'decode.boxes',
    'nms.boxes': 'filter.boxes',
    'crops.image': 'rgb.image',
    'crops.boxes': 'nms.boxes',
    'prepare.image': 'crops.crops',
    'model.input_1': 'prepare.tensor',
    'points.image': 'crops.crops',
    'points.landmarks': 'model.Identity_1',
    'points.presence': 'model.Identity',
    'together.image': 'rgb.image',
    'together.points': 'points.points',
    'together.boxes': 'points.boxes',
    'lift.image': 'rgb.image',
    'lift.points': 'together.points',
  },
  inputs: { image: ['rgb.image'], camera: ['lift.camera'] },
  outputs: {
    points: 'lift.points',
    boxes: 'together.boxes',
    found: 'nms.boxes',
    space: 'lift.table',
    corners: 'lift.corners',
  },
  choices: {
    thing: {
      spec: param.choice({
        default: 'cup',
        of: ['cup', 'chair', 'shoe', 'camera'],
        names: { cup: 'Cups', chair: 'Chairs', shoe: 'Shoes', camera: 'Cameras' },
        label: 'Things',
        help: 'What to look for: each has a network of its own.',
      }),
      sets: Object.fromEntries(
        Object.entries(things).map(([name, [file, classes, length]]) => [
          name,
          {
            'model.path': `model:objectron/${file}`,
            ...{ 'filter.classes': classes, 'points.name': name, 'lift.length': length },
          },
        ]),
      ),
    },
  },
  params: {
    count: { to: ['crops.count'], default: 5, label: 'Most things' },
    score: { to: ['points.score'] },
    fov: { to: ['lift.fov'] },
    find: {
      to: ['decode.score'],
      label: 'Least score of a find',
      help: 'Things of which the first network is less sure are not looked at closer.',
    },
  },
  explain: {
    idea: 'One network finds the objects as upright boxes. Each is cut out, and a second network, which knows this kind of object from all sides, predicts where the corners of its box in space appear. With the camera and the usual size of the object, this gives its place. Look inside to see each step.',
    formula: String.raw`I \xrightarrow{\text{SSD}} B_i \xrightarrow{\text{crop}} I_i \xrightarrow{\text{corners}} l_i, \qquad p_i = M_i\,l_i`,
    reference:
      'Objectron: A Large Scale Dataset of Object-Centric Videos in the Wild with Pose Annotations (Ahmadyan et al. 2021); MediaPipe objectron_cpu.pbtxt.',
    code: 'found = mp.solutions.objectron.Objectron(static_image_mode=True, max_num_objects={count}, min_detection_confidence={find}, model_name={thing}).process(np.uint8(255 * image)).detected_objects; least, fov = {score}, {fov}',
  },
})
