/** The duration of an animation in ms: zero for users who ask the system for reduced motion. */
export const motion = (ms: number): number => (matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : ms)
