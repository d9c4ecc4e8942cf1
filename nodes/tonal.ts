/** The spaces in which a picture's numbers say how light it is, 0 black and 1 white. */
export const tonal = ['gray', 'rgb', 'bgr', 'linear', 'data'] as const
