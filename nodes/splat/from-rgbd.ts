import { defineNode } from '../../engine/graph/node.ts'
import { requireSameSize } from '../../engine/ops/check.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { cameraOf, resized } from '../cameras.ts'
import { toSplats } from '../splats.ts'
import { rgbdWork } from './from-rgbd.work.ts'

/** A camera at the origin that looks along z. */
const straight = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]

/**
 * Every pixel of a picture with depth as a Gaussian. Image (H, W, C), depth (H, W, 1) along the camera's axis, and the camera that saw
 * them in; splats and that camera out. Pixels whose depth is 0, negative or no number are left out.
 */
export const fromRgbd = defineNode({
  type: 'splat/from-rgbd',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Splats from RGB-D',
  alias: 'create_from_rgbd_image',
  keywords: ['3D', 'Gaussian splatting', 'depth', 'RGBD', 'point cloud', 'unproject', 'back-projection', 'photo'],
  summary: 'Puts a splat where each pixel of a picture with depth was seen.',
  inputs: {
    image: socket.image({ channels: [1, 3, 4], spaces: ['gray', 'rgb', 'linear', 'data'], help: 'The colours.' }),
    depth: socket.image({ channels: [1], help: 'How far each pixel is, along the axis of the camera, in any unit.' }),
    camera: socket.camera({
      optional: true,
      help: 'The camera of the picture, at any size. Without it: one at the origin with the field of view below.',
    }),
  },
  params: {
    fov: param.number({
      default: 50,
      min: 1,
      max: 170,
      soft: [20, 100],
      step: 1,
      unit: '°',
      label: 'Field of view',
      help: 'From the upper to the lower edge, where no camera is wired. Phones have about 50 to 65.',
    }),
    step: param.integer({
      default: 1,
      min: 1,
      max: 64,
      soft: [1, 8],
      label: 'Step',
      help: 'Takes every nth pixel in each direction.',
    }),
    size: param.number({
      default: 0.5,
      min: 0.01,
      max: 10,
      soft: [0.2, 2],
      step: 0.05,
      label: 'Size',
      help: 'Standard deviation of a splat, in steps. Larger ones close gaps when the camera moves.',
    }),
    opacity: param.number({ default: 0.95, min: 0.01, max: 1, step: 0.01, label: 'Opacity', help: 'Of every splat.' }),
    near: param.number({
      default: 0,
      min: 0,
      max: 1e6,
      soft: [0, 10],
      label: 'Nearest',
      help: 'What is nearer is left out.',
    }),
    far: param.number({
      default: 1e6,
      min: 0,
      max: 1e6,
      soft: [0, 100],
      label: 'Farthest',
      help: 'What is farther is left out.',
    }),
  },
  outputs: { splats: socket.splats(), camera: socket.camera() },
  shape: ({ image, depth }) => {
    if (image && depth) requireSameSize(image, depth)
    return {
      splats: { kind: 'splats' },
      ...(image && { camera: { kind: 'camera', width: image.width, height: image.height } }),
    }
  },
  run: async ({ image, depth, camera, fov, step, size, opacity, near, far }, { ops, work, note }) => {
    requireSameSize(image, depth)
    const { width, height, channels } = image
    // A picture that was made larger or smaller since is still that of its camera.
    const seen = camera ? resized(camera, width, height) : cameraOf({ fov, width, height }, straight)
    const [colours, depths] = await Promise.all([ops.read(image, {}), ops.read(depth, {})])
    const numbers = [colours, depths].map((one) => Float32Array.from(one)) as [Float32Array, Float32Array]
    const { fx, fy, cx, cy, view } = seen
    const made = await work(
      rgbdWork,
      {
        ...{ width, height, channels, image: numbers[0], depth: numbers[1], fx, fy, cx, cy, view, step, size, opacity },
        ...{ range: [near, far] as const, space: image.space === 'linear' ? ('linear' as const) : ('rgb' as const) },
      },
      { transfer: numbers.map(({ buffer }) => buffer as ArrayBuffer) },
    )
    const all = Math.ceil(width / step) * Math.ceil(height / step)
    if (made.opacities.length < all) note(`${made.opacities.length} of ${all} pixels have a depth in range`)
    return { splats: await toSplats(ops, made), camera: seen }
  },
  explain: {
    idea: 'The camera knows the direction of each pixel, and the depth says how far to go. There a round splat is put, as large as the pixel is at that distance: from where the picture was taken, the scene looks like the picture.',
    formula: String.raw`p = R^\top \Bigl( z \begin{pmatrix} (u - c_x) / f_x \\ (v - c_y) / f_y \\ 1 \end{pmatrix} - t \Bigr), \qquad s = \param{size}{k}\, \frac{z}{f}`,
    reference: 'Open3D, PointCloud.create_from_rgbd_image; u and v are the centres of pixels, at + 0.5.',
    code: 'f = image.shape[0] / (2 * np.tan(np.radians({fov}) / 2)); v, u = np.mgrid[: image.shape[0] : {step}, : image.shape[1] : {step}] + 0.5; z = depth[:: {step}, :: {step}]; points = np.stack([(u - image.shape[1] / 2) / f * z, (v - image.shape[0] / 2) / f * z, z], -1)',
  },
})
