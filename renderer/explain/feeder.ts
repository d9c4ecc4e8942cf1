/** What feeds an input: the output at the other end of its wire, and its label. */
import { splitPort } from '../../engine/graph/document.ts'
import { channelNames } from '../preview/channels.ts'
import { type EditorState, graphOfTrail } from '../state/editor.ts'
import { titleAt } from '../state/info.ts'
import { nodeShapes } from '../state/reports.ts'

export interface Feeder {
  readonly title: string
  /** Of a channel, if it has a name. */
  channel(c: number): string | undefined
}

/** `ref`: the node that has the input (`outer/inner`). An input without a wire here (inside a subgraph) keeps its own name. */
export function feederOf(s: Pick<EditorState, 'document' | 'catalogue'>, ref: string, port: string): Feeder {
  const trail = ref.split('/')
  const id = trail.pop() ?? ''
  const from = graphOfTrail(s, trail).edges[`${id}.${port}`]
  if (from === undefined) return { title: port, channel: () => undefined }
  const [source, output] = splitPort(from)
  const shape = nodeShapes.get([...trail, source].join('/'))?.[output]
  const names = channelNames(shape)
  return {
    title:
      titleAt(s, [...trail, source])
        ?.split(' › ')
        .at(-1) ?? port,
    channel: (c) => (names.length > 1 ? names[c] : undefined),
  }
}
