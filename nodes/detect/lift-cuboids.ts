import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { TensorValue } from '../../engine/values/index.ts'
import { keypointsOf } from '../../engine/values/keypoints.ts'
import { socket } from '../../engine/values/sockets.ts'
import { cameraOf, resized } from '../cameras.ts'
import { cornersOf, edgesOf, enlarged, liftCuboid, seenAt } from '../cuboids.ts'
import { cuboidLandmarks, keypointsFrom } from '../landmarks.ts'

/** Points of a box: the middle and 8 corners. */
const each = cuboidLandmarks.names.length

const straight = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
const columns = ['number', 'x', 'y', 'z', 'across', 'up', 'deep', 'distance', 'error']

/**
 * Boxes in space from the places where their corners are seen, and the camera. Keypoints (nine for each box: the middle and 8 corners,
 * as Objectron has them) in; a table with the middle, the edges and the distance of each in metres and how far its corners are seen
 * from where they were given (root of the mean square, in pixels), `corners` (N, 9, 3) in metres in the space of the camera
 * (x right, y down, z forward), and the points of the lifted boxes in pixels out. A box with a point that has no place is left out.
 */
export const liftCuboids = defineNode({
  type: 'detect/lift-cuboids',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Lift boxes into space',
  alias: 'Lift2DFrameAnnotationTo3DCalculator',
  keywords: ['EPnP', 'PnP', '3D', 'pose', '6D', 'metres', 'Objectron', 'box', 'cuboid', 'camera', 'distance'],
  summary: 'Finds where boxes are in space, in metres, from where their corners are seen.',
  inputs: {
    image: socket.image({ help: 'The picture that the points are in.' }),
    points: socket.keypoints({ help: 'Of each box nine: the middle and the corners, as Objectron gives them.' }),
    camera: socket.camera({
      optional: true,
      help: 'The camera of the picture, at any size. Without it: one with the field of view below.',
    }),
  },
  params: {
    length: param.number({
      default: 0.1,
      min: 1e-4,
      max: 1e4,
      soft: [0.02, 2],
      step: 0.01,
      label: 'Longest edge, in metres',
      help: 'How long the longest edge of the thing really is. One picture cannot tell: a cup nearby looks like a bucket far away.',
    }),
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
  },
  outputs: {
    table: socket.table(),
    points: socket.keypoints({ over: 'image' }),
    corners: socket.tensor({
      help: 'The middle and the corners in metres: x right, y down, z forward from the camera.',
    }),
  },
  shape: ({ points }) => ({
    table: { kind: 'table' },
    ...(points?.width &&
      points.height && { points: { kind: 'keypoints', width: points.width, height: points.height } }),
  }),
  run: async ({ points, camera, length, fov }, { ops, note }) => {
    const { width, height } = points
    const seen = camera ? resized(camera, width, height) : cameraOf({ fov, width, height }, straight)
    const given = await keypointsOf(points, (tensor) => ops.read(tensor, {}))
    if (given.length % each !== 0)
      throw new SightlineError('detect.shape', {
        given: `${given.length} points`,
        wanted: `${each} points for each box`,
      })
    const rows: number[][] = []
    const inSpace: number[] = []
    const onPicture: { x: number; y: number; score: number }[] = []
    for (let at = 0; at < given.length; at += each) {
      const corners = given.slice(at + 1, at + each)
      const shape = liftCuboid(
        corners.map(({ x, y }) => [x, y]),
        seen,
      )
      if (!shape) continue
      const box = enlarged(shape, length / Math.max(...edgesOf(shape)))
      const all = [box.middle, ...cornersOf(box)]
      const places = all.map((place) => seenAt(place, seen))
      const errors = corners.map(({ x, y }, i) =>
        Math.hypot(x - (places[i + 1]?.[0] ?? 0), y - (places[i + 1]?.[1] ?? 0)),
      )
      const error = Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length)
      rows.push([at / each + 1, ...box.middle, ...edgesOf(box), Math.hypot(...box.middle), error])
      inSpace.push(...all.flat())
      onPicture.push(...places.map(([x, y]) => ({ x, y, score: given[at]?.response ?? 0 })))
    }
    const left = given.length / each - rows.length
    if (left > 0) note(`${left} of ${given.length / each} boxes have points without a place, and are left out`)
    const shape = { kind: 'tensor', shape: [rows.length, each, 3], axes: ['N', 'P', 'C'] } as const
    const skeleton = rows.flatMap((_, i) =>
      cuboidLandmarks.skeleton.map(([from, to]): [number, number] => [each * i + from, each * i + to]),
    )
    return {
      table: { kind: 'table', columns, rows },
      points: await keypointsFrom(onPicture, { ...cuboidLandmarks, skeleton }, { width, height }, ops),
      corners: (await ops.fromNumbers({ shape, numbers: inSpace })) as TensorValue,
    }
  },
  explain: {
    idea: 'The camera says in which direction each corner is seen. Of all boxes in space there is one, up to its size, whose corners lie in these directions; the length of its longest edge, which only a person knows, gives its size and how far away it is.',
    formula: String.raw`v_i = \sum_{j=0}^{3} \alpha_{ij}\, c_j, \qquad f_x\, v_{i,x} = (u_i - c_x)\, v_{i,z}, \quad f_y\, v_{i,y} = (w_i - c_y)\, v_{i,z}, \qquad \max_k |e_k| = \param{length}{\ell}`,
    reference:
      'EPnP: An Accurate O(n) Solution to the PnP Problem (Lepetit, Moreno-Noguer, Fua 2009); Objectron (Ahmadyan et al. 2021); MediaPipe epnp.cc.',
    code: 'a = np.float64([[1 - x - y - z, x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]); n = (points[1:9] - [cx, cy]) / [fx, fy]; m = np.concatenate([[np.kron(w, [1, 0, -u]), np.kron(w, [0, 1, -v])] for w, (u, v) in zip(a, n)]); c = np.linalg.eigh(m.T @ m)[1][:, 0].reshape(4, 3); c = c * np.sign(c[0, 2]); c = c * {length} / (2 * np.linalg.norm(c[1:] - c[0], axis=1).max()); corners = np.concatenate([c[:1], a @ c]); fov = {fov}',
  },
})
