/** 3D scenes in files: which ones are shown, and how they come into the window. */

export const sceneExtensions = ['ply', 'splat', 'ksplat', 'spz', 'sog'] as const

export const isScene = (name: string): boolean =>
  sceneExtensions.some((extension) => name.toLowerCase().endsWith(`.${extension}`))

/** A file comes in parts of this size, so that previews go on meanwhile and progress can be told. */
export const scenePart = 4 * 1024 * 1024
/** What the window still decodes without running out of memory: some four million splats as they are trained. */
export const largestScene = 1024 * 1024 * 1024
