/** Every node type. Loaded on demand, because the build makes the list. */
import type { NodeDefinition } from '../engine/graph/node.ts'

export async function loadNodes(): Promise<readonly NodeDefinition[]> {
  const { catalogue } = await import('../nodes/catalogue.ts')
  return catalogue
}
