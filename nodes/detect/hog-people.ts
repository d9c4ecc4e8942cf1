import { defineComposite } from '../../engine/graph/composite.ts'
import { hogSvm } from './hog-svm.ts'
import { detectNms } from './nms.ts'

/** Finds people who stand, by HOG and a linear SVM. Image in; boxes (N, 4) in its pixels out, best first. */
export const hogPeople = defineComposite({
  type: 'detect/hog-people',
  version: 1,
  title: 'HOG people detector',
  alias: 'cv2.HOGDescriptor',
  keywords: ['pedestrian', 'people', 'person', 'Dalal', 'Triggs', 'SVM', 'detector', 'classical', 'sliding window'],
  summary: 'Finds people who stand upright, as was done before networks: HOG, a linear SVM, NMS.',
  nodes: { windows: { of: hogSvm }, nms: { of: detectNms, params: { iou: 0.4, score: 0, method: 'hard' } } },
  wires: { 'nms.boxes': 'windows.boxes' },
  inputs: { image: ['windows.image'] },
  outputs: { boxes: 'nms.boxes' },
  params: {
    threshold: { to: ['windows.threshold'], default: 0.2 },
    scale: { to: ['windows.scale'] },
    iou: { to: ['nms.iou'] },
  },
  explain: {
    idea: 'A window of 64 × 128 pixels slides over the picture, and over smaller and smaller copies of it. HOG describes each window, a linear SVM says how much it looks like a person, and of overlapping windows only the best stays.',
    formula: String.raw`w^\top \mathrm{HOG}(I_s[x, y]) + b \ge \param{threshold}{t}, \qquad \mathrm{IoU}(B_i, B_j) \le \param{iou}{u}`,
    reference: 'N. Dalal and B. Triggs 2005; the weights are those that come with OpenCV; chapter 6.1.',
    code: 'hog = cv2.HOGDescriptor(); hog.setSVMDetector(cv2.HOGDescriptor_getDefaultPeopleDetector()); boxes, margins = hog.detectMultiScale(np.uint8(np.rint(255 * image)), hitThreshold={threshold}, winStride=(8, 8), scale={scale})',
  },
})
