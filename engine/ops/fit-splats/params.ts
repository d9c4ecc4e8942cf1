/** What splats are fitted with. */

export interface FitCamera {
  readonly fx: number
  readonly fy: number
  readonly cx: number
  readonly cy: number
  /** World to camera: 16 numbers, row by row. */
  readonly view: readonly number[]
  readonly near: number
  readonly far: number
}

/** How far Adam moves each kind of number in a step. That of means falls from `means` to `meansEnd` over `decay` steps. */
export interface FitRates {
  readonly means: number
  readonly meansEnd: number
  readonly decay: number
  readonly quats: number
  /** Of logarithms. */
  readonly scales: number
  /** Of logits. */
  readonly opacities: number
  /** Of the zeroth harmonic, and of all others. */
  readonly colours: number
  readonly harmonics: number
}

export interface FitParams {
  /** One for each picture. */
  readonly cameras: readonly FitCamera[]
  /** The picture of each step. */
  readonly order: readonly number[]
  /** Steps before these. */
  readonly start: number
  /** Of the structural similarity in the loss; 3D Gaussian Splatting has 0.2. */
  readonly part: number
  readonly background: readonly [number, number, number]
  /** Drawn as Mip-Splatting does: what is smaller than a pixel gets fainter instead of larger. */
  readonly antialiased: boolean
  readonly rates: FitRates
}

/** Numbers of a splat before its harmonics: mean, quaternion, log sizes, logit. */
export const fixedNumbers = 11

const weights = Array.from({ length: 11 }, (_, i) => Math.exp(-((i - 5) ** 2) / (2 * 1.5 ** 2)))
/** The window of the structural similarity, along one axis. */
export const windowTaps: readonly number[] = weights.map((weight) => weight / weights.reduce((a, b) => a + b, 0))
