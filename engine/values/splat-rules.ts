/** The constants of rendering Gaussians. `engine/ops/rasterise/rules.ts` says how each is used. */
export const rules = {
  /** Of Σ', in square pixels: the screen-space filter of 3D Gaussian Splatting. */
  lowpass: 0.3,
  widened: 0.3,
  mostAlpha: 0.99,
  leastAlpha: 1 / 255,
  leastTransmittance: 1e-4,
} as const
