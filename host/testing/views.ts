/** Sequences of values that are there, and cameras all around a place. */
import type { CameraValue, SequenceValue, Value } from '../../engine/values/index.ts'
import { added, cameraOf, lookAt, scaled, type Vec3 } from '../../nodes/cameras.ts'

export const sequenceOf = (values: readonly Value[]): SequenceValue => ({
  ...{ kind: 'sequence', length: values.length, element: { kind: 'unknown' } },
  at: (index) => Promise.resolve(values[index] as Value),
})

/** Cameras of square pictures, 4 away from a place, high and low. */
export const around = (centre: Vec3, count: number, size: number): readonly CameraValue[] =>
  Array.from({ length: count }, (_, i) => {
    const [angle, high] = [2.4 * i, -0.2 - 0.6 * ((0.618 * i) % 1)]
    const eye: Vec3 = [Math.cos(high) * Math.sin(angle), Math.sin(high), -Math.cos(high) * Math.cos(angle)]
    return cameraOf({ fov: 45, width: size, height: size }, lookAt(added(centre, scaled(eye, 4)), centre, [0, -1, 0]))
  })
