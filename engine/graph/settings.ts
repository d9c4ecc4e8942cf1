/** Parameters by NODE.PARAM, as lessons set them. */
import { type Document, type NodeRecord, splitPort } from './document.ts'
import type { Patch } from './edit.ts'
import { applyEdit } from './edit.ts'
import { own } from './info.ts'
import { sameJson } from './json.ts'
import type { Settings } from './lesson.ts'

/** The edit that sets them where they differ. Missing nodes are left out. */
export function settingPatches(document: Document, settings: Settings): Patch[] {
  const changed = new Map<string, NodeRecord>()
  for (const [ref, value] of Object.entries(settings)) {
    const [id, name] = splitPort(ref)
    const node = changed.get(id) ?? own(document.nodes, id)
    if (node && !sameJson(node.params?.[name], value))
      changed.set(id, { ...node, params: { ...node.params, [name]: value } })
  }
  return [...changed].map(([id, value]) => ({ table: 'nodes', id, value }) as Patch)
}

export const withSettings = (document: Document, settings: Settings): Document =>
  applyEdit(document, settingPatches(document, settings)).document
