import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { boxesFrom } from '../boxes.ts'
import { agreedWork } from './agreed.work.ts'
import { haarWork } from './haar.work.ts'

/** The largest cascade of OpenCV has 2.7 MB. */
const mostBytes = 16 << 20
/** Comes with Sightline. */
const bundled = 'haarcascade_frontalface_default.xml'

const isBundled = (cascade: string): boolean => cascade === '' || cascade === bundled

/**
 * Finds faces, or what else a cascade was trained on. Gray image (H, W, 1) in; boxes (N, 4) out, best first, with the part of the
 * surest box's windows that agree as score.
 */
export const haar = defineNode({
  type: 'detect/haar',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Haar cascade',
  alias: 'cv2.CascadeClassifier',
  keywords: ['face', 'faces', 'Viola', 'Jones', 'AdaBoost', 'boosting', 'LBP', 'detectMultiScale', 'eyes', 'classical'],
  summary: 'Finds faces by comparing light and dark rectangles, as the first cameras with face detection did.',
  inputs: { image: socket.image({ channels: [1], spaces: ['gray'] }) },
  params: {
    cascade: param.file({
      default: '',
      mode: 'open',
      accept: ['xml'],
      optional: true,
      label: 'Cascade',
      help: 'A Haar or LBP cascade of OpenCV, such as haarcascade_eye.xml. Empty: faces from the front.',
    }),
    scale: param.number({
      default: 1.1,
      min: 1.01,
      max: 4,
      soft: [1.05, 2],
      label: 'Scale step',
      help: 'How much larger each window is than the one before. Values nearer to 1 find more and take longer.',
    }),
    neighbours: param.integer({
      default: 3,
      min: 0,
      max: 100,
      soft: [0, 10],
      label: 'Neighbours',
      help: 'A detection needs more agreeing windows than this. 0 shows every window that passes.',
    }),
    least: param.integer({
      default: 0,
      min: 0,
      max: 16_384,
      soft: [0, 400],
      unit: 'px',
      label: 'Smallest',
      help: 'The smallest window. 0: as small as the cascade goes, 24 px for faces.',
    }),
    most: param.integer({
      default: 0,
      min: 0,
      max: 16_384,
      soft: [0, 1000],
      unit: 'px',
      label: 'Largest',
      help: 'The largest window. 0: as large as the picture.',
    }),
  },
  outputs: { boxes: socket.boxes({ over: 'image' }) },
  identity: ({ cascade }, { services, signal }) =>
    isBundled(cascade) ? Promise.resolve(bundled) : services.identity(cascade, signal),
  watches: ({ cascade }) => (isBundled(cascade) ? [] : [cascade]),
  shape: ({ image }) => (image ? { boxes: { kind: 'boxes', width: image.width, height: image.height } } : {}),
  run: async ({ image, cascade, scale, neighbours, least, most }, { ops, services, signal, work }) => {
    const { width, height } = image
    const cascadeOf = {
      text: await services.text(isBundled(cascade) ? services.sample(bundled) : cascade, signal, mostBytes),
      path: isBundled(cascade) ? bundled : cascade,
    }
    const windows = await ops.cascadeWindows(image, { cascade: await work(haarWork, cascadeOf), scale, least, most })
    const found = await work(agreedWork, { windows: Int32Array.from(await ops.read(windows, {})), neighbours })
    const best = [...found].sort((a, b) => b[4] - a[4])
    const surest = best[0]?.[4] ?? 1
    const candidates = {
      boxes: best.flatMap(([x, y, w, h]) => [x, y, x + w, y + h]),
      scores: best.map(([, , , , count]) => count / surest),
      classes: best.map(() => 0),
    }
    return {
      boxes: await boxesFrom(candidates, { width, height, names: [isBundled(cascade) ? 'face' : 'found'] }, ops),
    }
  },
  explain: {
    idea: 'A face has light and dark places: the eyes are darker than the cheeks, the nose is lighter than its sides. Thousands of such questions, each the difference of sums over rectangles, are asked in stages. Most windows fail in the first, so only what looks like a face costs time.',
    formula: String.raw`f(x) = \sum_r w_r \sum_{p \in r} I(p), \qquad \sum_t \alpha_t\, [f_t(x) < \theta_t\, \sigma(x)] \ge \theta_{\text{stage}}`,
    reference:
      'OpenCV CascadeClassifier::detectMultiScale; P. Viola and M. Jones, Rapid object detection using a boosted cascade of simple features, 2001; R. Lienhart and J. Maydt 2002; chapter 6.1.',
    code: 'boxes = cv2.CascadeClassifier("haarcascade_frontalface_default.xml").detectMultiScale(np.uint8(np.rint(255 * image)), {scale}, {neighbours}, minSize=({least}, {least}))',
  },
})
