import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { socket } from '../../engine/values/sockets.ts'
import { cross, dot, pictureSizeParams, usualFar, usualNear, vec3 } from '../cameras.ts'

/** A camera from the numbers that calibration gives: focal lengths, principal point, size, and where it is. */
export const pinhole = defineNode({
  type: 'camera/pinhole',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Pinhole camera',
  alias: 'cv2.projectPoints',
  keywords: ['camera', 'intrinsics', 'extrinsics', 'K', 'viewmat', 'calibration', 'pose', 'splat', '3D'],
  summary: 'Makes a camera from its focal lengths, principal point and position.',
  inputs: {},
  params: {
    fx: param.number({
      default: 512,
      min: 1e-3,
      max: 1e6,
      soft: [64, 4096],
      unit: 'px',
      label: 'Focal length x',
      help: 'In pixels of the width.',
    }),
    fy: param.number({
      default: 512,
      min: 1e-3,
      max: 1e6,
      soft: [64, 4096],
      unit: 'px',
      label: 'Focal length y',
      help: 'In pixels of the height.',
    }),
    cx: param.number({
      default: 256,
      min: -1e6,
      max: 1e6,
      soft: [0, 2048],
      unit: 'px',
      label: 'Principal point x',
      help: 'Where the axis meets the picture. The left edge of the first pixel is 0.',
    }),
    cy: param.number({
      default: 256,
      min: -1e6,
      max: 1e6,
      soft: [0, 2048],
      unit: 'px',
      label: 'Principal point y',
      help: 'Where the axis meets the picture. The upper edge of the first pixel is 0.',
    }),
    ...pictureSizeParams,
    view: param.vector({
      default: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 4, 0, 0, 0, 1],
      minLength: 16,
      maxLength: 16,
      label: 'World to camera',
      help: 'Four rows of four numbers. x goes right, y down and z forward, as in OpenCV and COLMAP.',
    }),
  },
  outputs: { camera: socket.camera() },
  shape: ({ width, height }) => ({ camera: { kind: 'camera', width, height } }),
  run: ({ fx, fy, cx, cy, width, height, view }) => {
    const wrong = (given: string, wanted: string) =>
      new SightlineError('param.invalid', { param: 'view', given, wanted })
    const last = view.slice(12)
    if (last.join() !== '0,0,0,1') throw wrong(`a last row of ${last.join(', ')}`, 'a last row of 0, 0, 0, 1')
    const rows = [0, 4, 8].map((at) => vec3(view.slice(at, at + 3)))
    const [x, y, z] = rows as [(typeof rows)[0], (typeof rows)[0], (typeof rows)[0]]
    if (!(Math.abs(dot(cross(x, y), z)) > 1e-12))
      throw wrong('rows that lie in a plane', 'a rotation in the first three columns')
    return { camera: { kind: 'camera', fx, fy, cx, cy, width, height, view, near: usualNear, far: usualFar } }
  },
  explain: {
    idea: 'A place in the world is turned and moved to where the camera is, then divided by how far it is away: what is twice as far looks half as large. The focal lengths say how many pixels that is.',
    formula: String.raw`\begin{pmatrix} u \\ v \end{pmatrix} = \begin{pmatrix} \param{fx}{f_x}\, x / z + \param{cx}{c_x} \\ \param{fy}{f_y}\, y / z + \param{cy}{c_y} \end{pmatrix}, \qquad (x, y, z) = R\,p + t`,
    reference:
      'OpenCV, camera calibration (pinhole model without distortion); Hartley and Zisserman, Multiple View Geometry, chapter 6.',
    code: 'view = np.float64({view}).reshape(4, 4); K = np.float64([[{fx}, 0, {cx}], [0, {fy}, {cy}], [0, 0, 1]]); pixels, _ = cv2.projectPoints(points, cv2.Rodrigues(view[:3, :3])[0], view[:3, 3], K, None)',
  },
})
