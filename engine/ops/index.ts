/** Every op. The key is the name by which nodes call it. */
export const ops = {} as const
