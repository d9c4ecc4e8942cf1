/** How long a movement takes, in ms: none at all for whoever asks the system for less of it. */
export const motion = (ms: number): number => (matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : ms)
