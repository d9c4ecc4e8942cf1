import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { socket } from '../../engine/values/sockets.ts'
import { added, cameraOf, cross, lensParams, lookAt, scaled, type Vec3, vec3 } from '../cameras.ts'

/** Two directions at right angles to up, and to each other. */
function around(up: Vec3): readonly [Vec3, Vec3, Vec3] {
  const length = Math.hypot(...up)
  if (!(length > 0))
    throw new SightlineError('param.invalid', { param: 'up', given: 'a length of 0', wanted: 'a direction' })
  const top = scaled(up, 1 / length)
  // The first camera is on the side of −z, or of x where up is along z.
  const aside: Vec3 = Math.abs(top[2]) > 0.9 ? [1, 0, 0] : [0, 0, -1]
  const along = aside[0] * top[0] + aside[1] * top[1] + aside[2] * top[2]
  const rest = added(aside, scaled(top, -along))
  const first = scaled(rest, 1 / Math.hypot(...rest))
  return [first, cross(top, first), top]
}

/** A sequence of cameras on a circle around a place. */
export const orbit = defineNode({
  type: 'camera/orbit',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Orbit',
  alias: 'turntable',
  keywords: ['camera', 'path', 'circle', 'turntable', 'views', 'sequence', 'splat', '3D', 'fly'],
  summary: 'Moves a camera on a circle around a place.',
  inputs: {},
  params: {
    target: param.vector({
      default: [0, 0, 0],
      minLength: 3,
      maxLength: 3,
      label: 'Around',
      help: 'What is in the middle of all pictures.',
    }),
    up: param.vector({
      default: [0, -1, 0],
      minLength: 3,
      maxLength: 3,
      label: 'Up',
      help: 'Which way is up in the scene: −y in most captured ones.',
    }),
    radius: param.number({
      default: 4,
      min: 1e-3,
      max: 1e5,
      soft: [0.5, 20],
      step: 0.1,
      label: 'Distance',
      help: 'From the place to the cameras.',
    }),
    elevation: param.number({
      default: 15,
      min: -89,
      max: 89,
      step: 1,
      unit: '°',
      label: 'Elevation',
      help: 'How high the circle is, seen from the place.',
    }),
    start: param.number({
      default: 0,
      min: -360,
      max: 360,
      step: 1,
      unit: '°',
      label: 'Start',
      help: 'Where on the circle the first camera is.',
    }),
    turn: param.number({
      default: 360,
      min: -3600,
      max: 3600,
      soft: [-360, 360],
      step: 1,
      unit: '°',
      label: 'Turn',
      help: 'How far the circle goes. Of a full turn the end is left out, as it is the start.',
    }),
    count: param.integer({
      default: 24,
      min: 1,
      max: 10000,
      soft: [1, 120],
      label: 'Cameras',
      help: 'How many there are.',
    }),
    ...lensParams,
  },
  outputs: { cameras: socket.sequence({ type: 'camera' }) },
  shape: ({ width, height, count }) => ({
    cameras: { kind: 'sequence', length: count, element: { kind: 'camera', width, height } },
  }),
  run: ({ target, up, radius, elevation, start, turn, count, ...lens }) => {
    const [first, second, top] = around(vec3(up))
    const middle = vec3(target)
    const high = (elevation * Math.PI) / 180
    const steps = turn !== 0 && turn % 360 === 0 ? count : Math.max(1, count - 1)
    return {
      cameras: {
        kind: 'sequence',
        length: count,
        element: { kind: 'camera', width: lens.width, height: lens.height },
        at: async (index) => {
          const angle = ((start + (turn * index) / steps) * Math.PI) / 180
          const flat = added(scaled(first, Math.cos(angle)), scaled(second, Math.sin(angle)))
          const away = added(scaled(flat, Math.cos(high)), scaled(top, Math.sin(high)))
          return cameraOf(lens, lookAt(added(middle, scaled(away, radius)), middle, top))
        },
      },
    }
  },
  explain: {
    idea: 'The cameras stand on a circle around the place, all at the same height and at the same distance, and look at it. Each is one element of a sequence, so that what follows makes a picture for each.',
    formula: String.raw`e_i = t + \param{radius}{r}\,\bigl(\cos\param{elevation}{\theta}\,(a \cos\varphi_i + b \sin\varphi_i) + u \sin\param{elevation}{\theta}\bigr), \qquad \varphi_i = \param{start}{\varphi_0} + i\,\frac{\param{turn}{\Delta}}{\param{count}{n}}`,
    reference: 'Spherical coordinates about the up axis; each camera as gluLookAt puts it.',
    code: 'phi = np.radians({start} + {turn} * np.arange({count}) / {count}); theta = np.radians({elevation}); eyes = np.array({target}) + {radius} * np.stack([-np.cos(theta) * np.sin(phi), np.full({count}, -np.sin(theta)), -np.cos(theta) * np.cos(phi)], 1)',
  },
})
