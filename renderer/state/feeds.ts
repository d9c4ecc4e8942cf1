/** The live sources of the document, as the engine reports them. A node that was removed leaves its last report. */
import type { FeedReport } from '../../engine/protocol/reports.ts'
import { useEditor } from './editor.ts'
import { infoOfRef } from './info.ts'
import { nodeReports, useAllNodeReports } from './reports.ts'

export const liveSources = (): readonly FeedReport[] =>
  [...nodeReports.entries()].flatMap(([node, { feed }]) =>
    feed && infoOfRef(useEditor.getState(), node)?.feed ? feed : [],
  )

export function useLiveSources(): readonly FeedReport[] {
  useAllNodeReports()
  useEditor((s) => s.document)
  return liveSources()
}
