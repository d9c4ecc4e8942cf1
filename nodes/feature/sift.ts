import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { grayInput } from '../corners.ts'
import { largestPicture } from '../features-of.ts'

/** SIFT. Image (H, W, 1) of 0 to 1 in; keypoints with descriptors (N, 128), strongest first, and the descriptors alone out. */
export const sift = defineNode({
  type: 'feature/sift',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'SIFT',
  alias: 'cv2.SIFT',
  keywords: ['keypoints', 'descriptors', 'scale invariant', 'Lowe', 'blob', 'features', 'matching', 'DoG'],
  summary: 'Finds spots that can be found again at another size or angle, and describes each by 128 numbers.',
  inputs: { image: grayInput },
  params: {
    most: param.integer({
      default: 1000,
      min: 0,
      max: 100_000,
      soft: [0, 5000],
      label: 'How many',
      help: 'The most keypoints returned, the strongest first; 0: all.',
    }),
    contrast: param.number({
      default: 0.04,
      min: 0,
      max: 1,
      soft: [0, 0.2],
      step: 0.005,
      label: 'Contrast',
      help: 'Weaker spots are left out. The larger, the fewer.',
    }),
    edge: param.number({
      default: 10,
      min: 1,
      max: 1000,
      soft: [1, 30],
      label: 'Edge',
      help: 'Spots on edges are left out. The smaller, the fewer.',
    }),
    sigma: param.number({
      default: 1.6,
      min: 0.8,
      max: 8,
      soft: [1, 3],
      step: 0.1,
      label: 'Sigma',
      help: 'The blur of the finest scale.',
    }),
    layers: param.integer({
      default: 3,
      min: 1,
      max: 10,
      label: 'Layers',
      help: 'Scales from one size to half of it.',
    }),
  },
  outputs: {
    keypoints: socket.keypoints({ over: 'image', help: 'With their descriptors, for matching.' }),
    descriptors: socket.tensor({ axes: ['NC'], help: 'One row of 128 for each.' }),
  },
  shape: ({ image }) => {
    if (image) largestPicture('SIFT', image)
    return image ? { keypoints: { kind: 'keypoints', width: image.width, height: image.height } } : {}
  },
  run: async ({ image, ...params }, { ops }) => {
    largestPicture('SIFT', image)
    const { points, descriptors } = await ops.siftFeatures(image, params)
    const { width, height } = image
    return { keypoints: { kind: 'keypoints', width, height, points, descriptors }, descriptors }
  },
  explain: {
    idea: 'The picture is blurred more and more. A spot that stands out at one blur more than at the ones before and after has that size. The slopes around it give it a direction; histograms of them, turned to it, describe it.',
    formula: String.raw`D(\sigma) = (G_{k \sigma} - G_\sigma) * I, \qquad \text{spots: extrema of } D \text{ in } (x, y, \sigma) \text{ with } |D| > \param{contrast}{t}`,
    reference:
      'OpenCV SIFT; D. Lowe, Distinctive image features from scale-invariant keypoints, 2004; chapter 6.1, "SIFT".',
    code: 'detector = cv2.SIFT_create({most}, {layers}, {contrast}, {edge}, {sigma}); keypoints, descriptors = detector.detectAndCompute(np.uint8(np.rint(255 * image)), None)',
  },
})
