import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { cameraOf, lensParams, lookAt as lookingAt, vec3 } from '../cameras.ts'

/** A camera at a place that looks at another. */
export const lookAt = defineNode({
  type: 'camera/look-at',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Look at',
  alias: 'gluLookAt',
  keywords: ['camera', 'view', 'pose', 'eye', 'target', 'up', 'splat', '3D'],
  summary: 'Puts a camera at one place, looking at another.',
  inputs: {},
  params: {
    eye: param.vector({
      default: [0, -1, -4],
      minLength: 3,
      maxLength: 3,
      label: 'Camera',
      help: 'Where it is: x, y, z.',
    }),
    target: param.vector({
      default: [0, 0, 0],
      minLength: 3,
      maxLength: 3,
      label: 'Looks at',
      help: 'What is in the middle of its picture.',
    }),
    up: param.vector({
      default: [0, -1, 0],
      minLength: 3,
      maxLength: 3,
      label: 'Up',
      help: 'Which way is up in the scene: −y in most captured ones.',
    }),
    ...lensParams,
  },
  outputs: { camera: socket.camera() },
  shape: ({ width, height }) => ({ camera: { kind: 'camera', width, height } }),
  run: ({ eye, target, up, ...lens }) => ({
    camera: cameraOf(lens, lookingAt(vec3(eye), vec3(target), vec3(up))),
  }),
  explain: {
    idea: 'Forward is the way to the target. Right is at right angles to that and to up, and the camera’s own down to both. These three directions are the rows of the matrix that turns the world into the camera’s axes.',
    formula: String.raw`f = \frac{t - e}{|t - e|}, \quad r = \frac{f \times u}{|f \times u|}, \quad d = f \times r, \qquad R = \begin{pmatrix} r \\ d \\ f \end{pmatrix}, \quad -R\,e`,
    reference: 'OpenGL’s gluLookAt, in OpenCV’s axes: x right, y down, z forward.',
    code: 'e, t, u = np.array([{eye}, {target}, {up}], float); f = (t - e) / np.linalg.norm(t - e); r = np.cross(f, u); r = r / np.linalg.norm(r); R = np.stack([r, np.cross(f, r), f]); view = np.vstack([np.column_stack([R, -R @ e]), [0, 0, 0, 1]])',
  },
})
