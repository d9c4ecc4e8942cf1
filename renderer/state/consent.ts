/**
 * What the user allows the pipeline outside its folder: files chosen in a dialog, typed, or allowed where a node asks. The
 * window keeps it while the document is open; for a document in a file, it is remembered for that file.
 */
import { filesOfNode } from '../../engine/graph/files.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { FileUse } from '../../engine/types/services.ts'
import { graphOfTrail, setAllowed, useEditor } from './editor.ts'
import { request, runPipeline } from './engine.ts'
import { typeInfo } from './info.ts'
import { notifyError } from './notices.ts'
import type { ToldProblem } from './problem.ts'

/** Effective at once for the changes that follow. */
export async function allow(uses: readonly FileUse[]): Promise<void> {
  if (uses.length === 0) return
  setAllowed(uses)
  try {
    await request('allow', { uses: [...uses] })
  } catch (error) {
    // Without a connection it is sent with the document when there is one again.
    if (!(error instanceof SightlineError) || error.code !== 'protocol.lost') notifyError(error)
  }
}

export const asksConsent = (problem: ToldProblem | undefined): boolean => problem?.code === 'file.outside'

/** Allows a node (`outer/inner`) what it asks for and the other paths it names. If Run started it, it continues. */
export async function allowNode(ref: string, { params }: ToldProblem): Promise<void> {
  const s = useEditor.getState()
  const cut = ref.lastIndexOf('/')
  const graph = graphOfTrail(s, cut < 0 ? [] : ref.slice(0, cut).split('/'))
  const node = graph.nodes[ref.slice(cut + 1)]
  const asked: FileUse = { path: String(params.path), access: params.access === 'write' ? 'write' : 'read' }
  const named = node ? filesOfNode(node, s.catalogue).map(({ path, access }) => ({ path, access })) : []
  await allow([asked, ...named])
  const kind = node && typeInfo(s, node)?.kind
  if (kind === 'effect' || kind === 'job') runPipeline([ref])
}
