import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { TensorShape, TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { toSplats } from '../splats.ts'
import { pointsWork } from './from-points.work.ts'

/** Throws `shape.mismatch`. */
function check(points: TensorShape, colours: TensorShape | undefined): void {
  const [count = 0, width = 0] = points.shape
  const fits = (width === 3 || width === 6) && (!colours || (colours.shape[0] === count && colours.shape[1] === 3))
  if (!fits)
    throw new SightlineError('shape.mismatch', {
      what: 'points',
      a: points.shape.join(' × '),
      b: colours ? colours.shape.join(' × ') : 'no colours',
      advice: 'Give N × 3 places, or N × 6 places and colours, and as many colours as places.',
    })
}

/**
 * A round splat at every point. Points (N, 3), or (N, 6) with colours, and colours (N, 3) from 0 to 1 in; splats out. Points with a
 * number that is not finite are left out.
 */
export const fromPoints = defineNode({
  type: 'splat/from-points',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'Splats from points',
  alias: 'create_from_pcd',
  keywords: ['3D', 'Gaussian splatting', 'point cloud', 'points', 'initialise', 'SfM', 'xyz'],
  summary: 'Puts a splat at every point, as large as the distance to the next ones.',
  inputs: {
    points: socket.tensor({
      axes: ['NC'],
      help: 'N × 3: x, y, z of each point. With N × 6, its red, green and blue follow.',
    }),
    colours: socket.tensor({
      axes: ['NC'],
      optional: true,
      help: 'N × 3: red, green and blue of each point, from 0 to 1.',
    }),
  },
  params: {
    size: param.number({
      default: 0.5,
      min: 0.01,
      max: 10,
      soft: [0.1, 2],
      step: 0.05,
      label: 'Size',
      help: 'Standard deviation of a splat, by the distance to its three nearest neighbours. Training starts with 1.',
    }),
    opacity: param.number({
      default: 0.95,
      min: 0.01,
      max: 1,
      step: 0.01,
      label: 'Opacity',
      help: 'Of every splat. Training starts with 0.1.',
    }),
  },
  outputs: { splats: socket.splats() },
  shape: ({ points, colours }) => {
    if (points) check(points, colours)
    return { splats: { kind: 'splats' } }
  },
  run: async ({ points, colours, size, opacity }, { ops, work, note }) => {
    check(points, colours)
    const read = async (value: TensorValue): Promise<Float32Array> => Float32Array.from(await ops.read(value, {}))
    const [rows, width = 3] = [await read(points), points.shape[1]]
    const columns = (from: number): Float32Array =>
      Float32Array.from(
        { length: (3 * rows.length) / width },
        (_, i) => rows[width * Math.floor(i / 3) + from + (i % 3)] ?? 0,
      )
    const own = colours ? await read(colours) : width === 6 ? columns(3) : undefined
    const scene = await work(pointsWork, { points: columns(0), ...(own && { colours: own }), size, opacity })
    const lost = rows.length / width - scene.opacities.length
    if (lost > 0) note(`${lost} points without a place are left out`)
    return { splats: await toSplats(ops, scene) }
  },
  explain: {
    idea: 'Points have no size, so one sees through them. A soft ball at each, as large as the distance to its neighbours, closes the surface; this is also how the training of splats begins.',
    formula: String.raw`s_i = \param{size}{k} \sqrt{\tfrac{1}{3} \sum_{j=1}^{3} \lVert p_i - p_j \rVert^2}, \qquad f_{dc} = \frac{c - 0.5}{0.2820948}`,
    reference: '3D Gaussian Splatting (Kerbl et al. 2023), create_from_pcd.',
    code: 'd = scipy.spatial.cKDTree(points).query(points, 4)[0][:, 1:]; scales = {size} * np.sqrt(np.maximum((d**2).mean(axis=1), 1e-7))',
  },
})
