/** The constants of rendering Gaussians. What they are for: `engine/ops/rasterise/rules.ts`. */
export const rules = {
  /** Of Σ', in square pixels: the screen-space filter of 3D Gaussian Splatting. */
  lowpass: 0.3,
  widened: 0.3,
  mostAlpha: 0.99,
  leastAlpha: 1 / 255,
  leastTransmittance: 1e-4,
} as const
