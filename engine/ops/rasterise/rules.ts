/**
 * The rules of rendering Gaussians, as published and as gsplat has them: the plain reference and the kernels read their numbers
 * here. A picture depends on nothing else; tiles, blocks and threads are only how it is made.
 *
 * A splat with mean μ (in the camera's axes), covariance Σ and opacity o is seen as a Gaussian of two dimensions (EWA splatting):
 *
 * - Σ' = J W Σ Wᵀ Jᵀ + `lowpass`·I, where W is the view's rotation and J the Jacobian of the projection at μ. In J, μ's x / z and
 *   y / z are clamped to the cone of the picture, widened on each side by `widened` of the tangent of half the angle of view.
 * - classic: the opacity is o. Antialiased: o·√(det(Σ' − lowpass·I) / det Σ'), so that what is smaller than a pixel gets fainter
 *   instead of larger.
 * - colour = max(0, 0.5 + Σ of the spherical harmonics of degree 0 to 3 in the direction from the camera to μ).
 * - not drawn: nearer than the camera's near plane or farther than its far one, and whatever has a number that is not finite.
 *
 * A pixel is looked at through its centre, (x + 0.5, y + 0.5). From front to back, by the depth z of μ (those of equal depth in
 * their order):
 *
 * - α = min(`mostAlpha`, o·exp(−σ)), σ = ½ dᵀ Σ'⁻¹ d; what is below `leastAlpha` is left out. So a splat ends where
 *   o·exp(−σ) = 1/255: at min(3.33, √(2 ln 255 o)) standard deviations (the second is never more than 3.33).
 * - With T the product of all (1 − α) before: a splat that would bring T to `leastTransmittance` or less ends the pixel, and is not
 *   added. Others add α·T of their colour.
 * - image = Σ w·colour + T·background, alpha = Σ w, depth = Σ w·z / Σ w (the expected depth; 0 where nothing is).
 */
import type { CameraValue } from '../../values/camera.ts'
import { rules } from '../../values/splat-rules.ts'

export { rules }

/** Side of a tile in pixels: the kernels' 64 groups (or blocks) of four pixels. */
export const tile = 16

/**
 * The real spherical harmonics in the order and with the signs of 3D Gaussian Splatting.
 * @see Sloan, Efficient Spherical Harmonic Evaluation (2013)
 */
export const harmonics = {
  c0: 0.28209479177387814,
  c1: 0.4886025119029199,
  c2: [1.0925484305920792, -1.0925484305920792, 0.31539156525252005, -1.0925484305920792, 0.5462742152960396],
  c3: [
    ...[-0.5900435899266435, 2.890611442640554, -0.4570457994644658, 0.3731763325901154],
    ...[-0.4570457994644658, 1.445305721320277, -0.5900435899266435],
  ],
} as const

/** The (degree + 1)² harmonics in a direction of length 1. */
export function harmonicsOf(degree: number, x: number, y: number, z: number): number[] {
  const { c0, c1, c2, c3 } = harmonics
  const [xx, yy, zz] = [x * x, y * y, z * z]
  return [
    c0,
    ...(degree > 0 ? [-c1 * y, c1 * z, -c1 * x] : []),
    ...(degree > 1 ? [c2[0] * x * y, c2[1] * y * z, c2[2] * (2 * zz - xx - yy), c2[3] * x * z, c2[4] * (xx - yy)] : []),
    ...(degree > 2
      ? [
          (c3[0] as number) * y * (3 * xx - yy),
          (c3[1] as number) * x * y * z,
          (c3[2] as number) * y * (4 * zz - xx - yy),
          (c3[3] as number) * z * (2 * zz - 3 * xx - 3 * yy),
          (c3[4] as number) * x * (4 * zz - xx - yy),
          (c3[5] as number) * z * (xx - yy),
          (c3[6] as number) * x * (xx - 3 * yy),
        ]
      : []),
  ]
}

/** A camera, and how its picture is drawn. */
export interface RasteriseParams extends Omit<CameraValue, 'kind'> {
  readonly background: readonly [number, number, number]
  readonly antialiased: boolean
  /** Of the colours. */
  readonly space: 'rgb' | 'linear'
}

/** How far x / z (and y / z) may be from the axis in the Jacobian: to the left, and to the right. */
export function limitsOf(focal: number, centre: number, side: number): readonly [low: number, high: number] {
  const beyond = (rules.widened * side) / (2 * focal)
  return [-centre / focal - beyond, (side - centre) / focal + beyond]
}

/** Where the camera is in the world: the place that `view` brings to the origin. */
export function placeOf(view: readonly number[]): readonly [number, number, number] {
  const [a = 0, b = 0, c = 0, x = 0, d = 0, e = 0, f = 0, y = 0, g = 0, h = 0, i = 0, z = 0] = view
  const det = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
  return [
    -((e * i - f * h) * x + (c * h - b * i) * y + (b * f - c * e) * z) / det,
    -((f * g - d * i) * x + (a * i - c * g) * y + (c * d - a * f) * z) / det,
    -((d * h - e * g) * x + (b * g - a * h) * y + (a * e - b * d) * z) / det,
  ]
}
