/** 3D scenes in files: which are supported, and how they are sent to the window. */

export const sceneExtensions = ['ply', 'splat', 'ksplat', 'spz', 'sog'] as const

export const isScene = (name: string): boolean =>
  sceneExtensions.some((extension) => name.toLowerCase().endsWith(`.${extension}`))

/** A file is sent in parts of this size, so that previews go on meanwhile and progress can be shown. */
export const scenePart = 4 * 1024 * 1024
/** The most that the window can decode without running out of memory: about four million splats as trained. */
export const largestScene = 1024 * 1024 * 1024

/**
 * What a packed scene may unpack to, all its streams together. Real ones shrink to a tenth, and scenes of equal splats to less; a
 * small file that claims a gigabyte is no scene.
 * @param packed the size of the file in bytes
 */
export const mostUnpacked = (packed: number): number => Math.min(largestScene, 64 * 1024 * 1024 + 100 * packed)
