import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { durationOf, type Keyframe, keyframesIn, pathOf } from '../../engine/values/camera-path.ts'
import { socket } from '../../engine/values/sockets.ts'
import { cameraOf, lensParams, lookAt, vec3 } from '../cameras.ts'

/** Throws `param.invalid`. */
function framesOf(numbers: readonly number[]): readonly Keyframe[] {
  const keys = keyframesIn(numbers)
  if (keys) return keys
  throw new SightlineError('param.invalid', {
    param: 'keys',
    given: `${numbers.length} numbers`,
    wanted:
      'eight numbers for each keyframe: a time that is later than the one before, the camera, what it looks at, and a field of view from 0 to 180',
  })
}

const countOf = (keys: readonly Keyframe[], fps: number): number => Math.floor(durationOf(keys) * fps + 1e-6) + 1

/** A sequence of cameras along a path through keyframes. */
export const keyframes = defineNode({
  type: 'camera/keyframes',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Keyframes',
  alias: 'camera path',
  keywords: ['camera', 'path', 'animation', 'timeline', 'fly-through', 'sequence', 'splat', '3D', 'spline'],
  summary: 'Sends a camera along a path through places that you set in the viewer.',
  inputs: {},
  params: {
    keys: param.vector({
      default: [0, 0, -1, -4, 0, 0, 0, 50, 2, 3, -1, -3, 0, 0, 0, 50],
      minLength: 8,
      maxLength: 4000,
      label: 'Keyframes',
      help: 'Eight numbers each: seconds, the camera (x, y, z), what it looks at (x, y, z), field of view in degrees.',
    }),
    smooth: param.boolean({
      default: true,
      label: 'Smooth',
      help: 'Follows curves through the keyframes that never overshoot. Off: straight lines.',
    }),
    fps: param.number({
      default: 24,
      min: 0.1,
      max: 240,
      soft: [1, 60],
      step: 1,
      label: 'Frames a second',
      help: 'How many cameras there are for each second.',
    }),
    up: param.vector({
      default: [0, -1, 0],
      minLength: 3,
      maxLength: 3,
      label: 'Up',
      help: 'Which way is up in the scene: −y in most captured ones.',
    }),
    width: lensParams.width,
    height: lensParams.height,
  },
  outputs: { cameras: socket.sequence({ type: 'camera' }) },
  shape: ({ keys, fps, width, height }) => {
    const frames = keyframesIn(keys)
    return {
      cameras: {
        kind: 'sequence',
        ...(frames && { length: countOf(frames, fps) }),
        element: { kind: 'camera', width, height },
      },
    }
  },
  run: ({ keys, smooth, fps, up, width, height }) => {
    const frames = framesOf(keys)
    const path = pathOf(frames, smooth)
    const start = frames[0]?.time ?? 0
    return {
      cameras: {
        kind: 'sequence',
        length: countOf(frames, fps),
        element: { kind: 'camera', width, height },
        at: async (index) => {
          const { eye, target, fov } = path(start + index / fps)
          return cameraOf({ fov, width, height }, lookAt(eye, target, vec3(up)))
        },
      },
    }
  },
  explain: {
    idea: 'Each keyframe says where the camera is at one time and what it looks at. In between, every one of these numbers follows a smooth curve through the keyframes, which never goes beyond the two around it.',
    reference:
      'Piecewise cubic Hermite interpolation (Fritsch and Butland 1984), as scipy.interpolate.PchipInterpolator.',
    code: {
      by: 'smooth',
      of: {
        true: 'keys = np.float64({keys}).reshape(-1, 8); times = keys[0, 0] + np.arange(int((keys[-1, 0] - keys[0, 0]) * {fps} + 1e-6) + 1) / {fps}; cameras = scipy.interpolate.PchipInterpolator(keys[:, 0], keys[:, 1:])(times)',
        false:
          'keys = np.float64({keys}).reshape(-1, 8); times = keys[0, 0] + np.arange(int((keys[-1, 0] - keys[0, 0]) * {fps} + 1e-6) + 1) / {fps}; cameras = np.stack([np.interp(times, keys[:, 0], column) for column in keys[:, 1:].T], 1)',
      },
    },
  },
})
