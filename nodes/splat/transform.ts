import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { type Matrix3, product, turnOf } from '../splat-scenes.ts'
import { buffersOf, toScene, toSplats } from '../splats.ts'
import { transformWork } from './transform.work.ts'

/** By how many degrees about x, y and z each way is brought to −y. */
const upright: Readonly<Record<string, readonly number[]>> = {
  keep: [0, 0, 0],
  y: [180, 0, 0],
  z: [90, 0, 0],
  '-z': [-90, 0, 0],
  x: [0, 0, -90],
  '-x': [0, 0, 90],
}

/** Turns, scales and moves a scene. Splats in and out. */
export const transform = defineNode({
  type: 'splat/transform',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'Transform splats',
  alias: 'o3d transform',
  keywords: ['3D', 'Gaussian splatting', 'scene', 'move', 'translate', 'rotate', 'scale', 'up axis', 'flip'],
  summary: 'Turns a scene upright, turns it further, scales and moves it.',
  inputs: { splats: socket.splats({ help: 'The scene.' }) },
  params: {
    up: param.choice({
      default: 'keep',
      of: ['keep', 'y', 'z', '-z', 'x', '-x'],
      names: { keep: 'Leave it', y: 'y is up', z: 'z is up', '-z': '−z is up', x: 'x is up', '-x': '−x is up' },
      label: 'Upright',
      help: 'Which way is up in this scene. It is turned so that −y is, as in most captured ones.',
    }),
    rotate: param.vector({
      default: [0, 0, 0],
      minLength: 3,
      maxLength: 3,
      label: 'Rotate',
      help: 'Degrees about x, then y, then z.',
    }),
    scale: param.number({
      default: 1,
      min: 1e-4,
      max: 1e4,
      soft: [0.1, 10],
      step: 0.05,
      label: 'Scale',
      help: 'How many times as large, from the origin.',
    }),
    move: param.vector({
      default: [0, 0, 0],
      minLength: 3,
      maxLength: 3,
      label: 'Move',
      help: 'Along x, y and z, at the end.',
    }),
  },
  outputs: { splats: socket.splats().like('splats') },
  run: async ({ splats, up, rotate, scale, move }, { ops, work }) => {
    const turn: Matrix3 = product(turnOf(rotate), turnOf(upright[up] ?? [0, 0, 0]))
    const scene = await toScene(ops, splats)
    const made = await work(transformWork, { scene, placing: { turn, scale, move } }, { transfer: buffersOf(scene) })
    // What stays the same is shared with the scene that comes in.
    const { opacities } = splats
    return { splats: { ...(await toSplats(ops, made)), opacities } }
  },
  explain: {
    idea: 'Centres are turned, scaled and moved; each ellipsoid turns along and grows. Colours that depend on the direction turn too, so that a highlight stays where it was on the thing.',
    formula: String.raw`\mu' = \param{scale}{s}\,R\,\mu + t, \qquad q' = q_R\, q, \qquad s_i' = \param{scale}{s}\, s_i, \qquad c'_l = D_l(R)\, c_l`,
    reference:
      'The harmonics of a degree turn among themselves: Wigner’s matrices, here from directions all over the sphere (Ivanic and Ruedenberg 1996 give them by recursion).',
    code: "R = scipy.spatial.transform.Rotation.from_euler('xyz', {rotate}, degrees=True).as_matrix(); means = {scale} * means @ R.T + np.array({move})",
  },
})
