import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { selected } from '../splats.ts'

/** The splats whose centres lie in a box or a ball, or outside it. Splats in and out. */
export const crop = defineNode({
  type: 'splat/crop',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'Crop splats',
  alias: 'o3d crop',
  keywords: ['3D', 'Gaussian splatting', 'scene', 'box', 'sphere', 'cut', 'region', 'clean'],
  summary: 'Keeps the splats inside a box or a ball, or those outside it.',
  inputs: { splats: socket.splats({ help: 'The scene.' }) },
  params: {
    shape: param.choice({
      default: 'box',
      of: ['box', 'sphere'],
      names: { box: 'Box', sphere: 'Ball' },
      label: 'Shape',
      help: 'What decides.',
    }),
    centre: param.vector({
      default: [0, 0, 0],
      minLength: 3,
      maxLength: 3,
      label: 'Centre',
      help: 'Of the box or the ball: x, y, z.',
    }),
    size: param.vector({
      ...{ default: [2, 2, 2], minLength: 3, maxLength: 3, label: 'Size' },
      help: 'Of the box: its whole length along x, y and z.',
      when: { param: 'shape', is: ['box'] },
    }),
    radius: param.number({
      ...{ default: 1, min: 0, max: 1e6, soft: [0, 10], step: 0.05, label: 'Radius' },
      help: 'Of the ball.',
      when: { param: 'shape', is: ['sphere'] },
    }),
    keep: param.choice({
      default: 'inside',
      of: ['inside', 'outside'],
      names: { inside: 'Inside', outside: 'Outside' },
      label: 'Keep',
      help: 'Which splats stay.',
    }),
  },
  outputs: { splats: socket.splats() },
  shape: () => ({ splats: { kind: 'splats' } }),
  run: async ({ splats, shape, centre, size, radius, keep }, context) => {
    const inside = keep === 'inside'
    const rule =
      shape === 'box'
        ? ({ kind: 'box', centre, size, inside } as const)
        : ({ kind: 'sphere', centre, radius, inside } as const)
    return { splats: await selected(splats, rule, context) }
  },
  explain: {
    idea: 'Each splat stays or goes by where its centre is. What reaches across the edge is not cut: a soft ellipsoid has no clean half.',
    reference: 'As the selections of SuperSplat and Open3D crop: by centres, the surface itself counts as inside.',
    code: {
      by: 'shape',
      of: {
        box: 'kept = np.all(np.abs(means - np.array({centre})) <= np.array({size}) / 2, axis=1)',
        sphere: 'kept = np.linalg.norm(means - np.array({centre}), axis=1) <= {radius}',
      },
    },
  },
})
