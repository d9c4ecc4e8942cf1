/** Selects a node, in its subgraph, and brings it into view. */
import { fitView, shownWhole } from '../canvas/fit.ts'
import { motion } from '../ui/motion.ts'
import { goToNode } from './problems.ts'

/** `at`: node ids from the outermost to the node itself. */
export async function showNode(at: readonly string[] | undefined): Promise<void> {
  const id = at && goToNode(at)
  if (!id) return
  await shownWhole()
  await fitView({ ids: [id], maxZoom: 1, padding: 0.4, duration: motion(200) })
}
