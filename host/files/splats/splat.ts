/** Splats from a .splat: 32 bytes each. @see https://github.com/antimatter15/splat */
import { harmonics } from '../../../engine/ops/rasterise/rules.ts'
import type { SplatScene } from '../../../engine/types/services.ts'
import { type SplatFile, truncated } from './form.ts'

const bytesEach = 32

/** Throws `scene.truncated`. */
export function openSplat(bytes: Uint8Array, name: string): SplatFile {
  if (bytes.length % bytesEach !== 0)
    throw truncated(name, bytes.length, Math.ceil(bytes.length / bytesEach) * bytesEach)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return {
    ...{ count: bytes.length / bytesEach, degree: 0, antialiased: false },
    fill({ means, quats, scales, opacities, sh }, from, to) {
      for (let i = from; i < to; i++) {
        const at = bytesEach * i
        for (let k = 0; k < 3; k++) {
          means[3 * i + k] = view.getFloat32(at + 4 * k, true)
          scales[3 * i + k] = view.getFloat32(at + 12 + 4 * k, true)
          sh[3 * i + k] = ((bytes[at + 24 + k] ?? 0) / 255 - 0.5) / harmonics.c0
        }
        opacities[i] = (bytes[at + 27] ?? 0) / 255
        for (let k = 0; k < 4; k++) quats[4 * i + k] = ((bytes[at + 28 + k] ?? 0) - 128) / 128
      }
    },
  }
}

const byte = (v: number): number => Math.max(0, Math.min(255, Math.round(v)))

/** Loses harmonics, and all but 8 bits of colours, opacities and rotations. */
export function writeSplat({ means, quats, scales, opacities, sh, degree }: SplatScene): Uint8Array<ArrayBuffer> {
  const coefficients = (degree + 1) ** 2
  const bytes = new Uint8Array(bytesEach * opacities.length)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < opacities.length; i++) {
    const at = bytesEach * i
    const length = Math.hypot(...quats.subarray(4 * i, 4 * i + 4)) || 1
    for (let k = 0; k < 3; k++) {
      view.setFloat32(at + 4 * k, means[3 * i + k] ?? 0, true)
      view.setFloat32(at + 12 + 4 * k, scales[3 * i + k] ?? 0, true)
      bytes[at + 24 + k] = byte(255 * (0.5 + harmonics.c0 * (sh[3 * coefficients * i + k] ?? 0)))
    }
    bytes[at + 27] = byte(255 * (opacities[i] ?? 0))
    for (let k = 0; k < 4; k++) bytes[at + 28 + k] = byte(128 + (128 * (quats[4 * i + k] ?? 0)) / length)
  }
  return bytes
}
