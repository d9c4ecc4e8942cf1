/**
 * Classical vision at 1080p and 4K: every op that is no layer of a network, beside native OpenCV, scikit-image, OpenCV.js and sharp, with the
 * share of the memory bandwidth. Then whole nodes.
 */
import { cases } from './cases.ts'
import { classicalNodes } from './classical-nodes.ts'
import { beside } from './ops.ts'
import type { Suite } from './report.ts'

/** Layers of networks: they have peers of their own. */
const layers: ReadonlySet<string> = new Set(['conv2d', 'maxPool', 'roiAlign'])

export const classical: Suite = async (options) => {
  for (const size of [
    { width: 1920, height: 1080 },
    { width: 3840, height: 2160 },
  ])
    await beside(
      'classical',
      cases.filter(({ name }) => !layers.has(name)),
      size,
      options,
    )
  await classicalNodes(options)
}
