/** The chapters that nodes are sorted into: the first part of a node's type. */

/** In teaching order; others follow by name. */
const chapters: Readonly<Record<string, string>> = {
  io: 'Files and pictures',
  create: 'Made pictures',
  colour: 'Colour',
  geometry: 'Geometry',
  filter: 'Filters',
  edge: 'Edges',
  feature: 'Features',
  math: 'Arithmetic',
  measure: 'Measures',
  tensor: 'Tensors',
  network: 'Networks',
  augment: 'Augmentation',
  model: 'Models',
  classify: 'Classification',
  learn: 'Learning',
  detect: 'Detection',
  segment: 'Segmentation',
  pose: 'Hands and bodies',
  depth: 'Depth',
  text: 'Text',
  restore: 'Restoration',
  draw: 'Drawing',
  camera: 'Cameras',
  splat: 'Splats',
  graph: 'This pipeline',
}
const chapterOrder = Object.keys(chapters)
/** Every title, for translation. */
export const chapterTitles: readonly string[] = Object.values(chapters)

export const chapterOf = (type: string): string => type.slice(0, Math.max(0, type.indexOf('/')))

export function chapterTitle(chapter: string): string {
  return chapters[chapter] ?? chapter.charAt(0).toUpperCase() + chapter.slice(1)
}

const place = (chapter: string): number => {
  const at = chapterOrder.indexOf(chapter)
  return at < 0 ? chapterOrder.length : at
}

/** Compares two chapters by their place. */
export const byChapter = (a: string, b: string): number => place(a) - place(b) || a.localeCompare(b)
