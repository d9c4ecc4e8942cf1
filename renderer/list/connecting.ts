/** Wiring from a list: what a node's ports can be connected to. */
import { create } from 'zustand'
import { splitPort } from '../../engine/graph/document.ts'
import { between, connect } from '../commands/connect.ts'
import { currentGraph, type EditorState, useEditor } from '../state/editor.ts'
import { nodeTitle, typeInfo } from '../state/info.ts'
import { openDialog } from '../state/ui.ts'
import { allConnections, type End, hintWords, portRef } from '../state/wiring.ts'

/** The ports looking for another end; more than one: all ports of a node. */
export const useConnecting = create<{ readonly ends: readonly End[] }>(() => ({ ends: [] }))

export function askConnection(ends: readonly End[]): void {
  useConnecting.setState({ ends })
  openDialog('connect')
}

export function endsOf(s: EditorState, node: string): readonly End[] {
  const info = typeInfo(s, currentGraph(s).nodes[node])
  const ends = (table: object | undefined, side: End['side']): End[] =>
    Object.keys(table ?? {}).map((port) => ({ node, port, side }))
  return [...ends(info?.outputs, 'out'), ...ends(info?.inputs, 'in')]
}

export interface Offer {
  readonly key: string
  /** "image → Sobel edges · image" */
  readonly words: string
  /** What happens on the way, or what is replaced. */
  readonly hint: string | undefined
  readonly take: () => void
}

const titleOf = (s: EditorState, id: string): string => {
  const node = currentGraph(s).nodes[id]
  return node ? nodeTitle(node, typeInfo(s, node)) : id
}

/** "Photo · image" */
export function endWords(s: EditorState, { node, port }: Pick<End, 'node' | 'port'>): string {
  const title = titleOf(s, node)
  const twice = Object.keys(currentGraph(s).nodes).some((id) => id !== node && titleOf(s, id) === title)
  return `${title}${twice ? ` (${node})` : ''} · ${port}`
}

/** The wires that can be drawn; those that need no converter and replace no wire come first. */
export function offers(ends: readonly End[]): readonly Offer[] {
  const s = useEditor.getState()
  const { edges } = currentGraph(s)
  const found = ends.flatMap((start) =>
    [...allConnections(s, start)].flatMap(([ref, connection]) => {
      if (!connection.ok) return []
      const [node, port] = splitPort(ref)
      const other: End = { node, port, side: start.side === 'out' ? 'in' : 'out' }
      const { from, to } = between(start, other)
      const old = edges[to]
      if (old === from) return []
      const [oldNode, oldPort] = splitPort(old ?? '.')
      const instead = old && `instead of ${endWords(s, { node: oldNode, port: oldPort })}`
      const hint = [hintWords(connection), instead].filter(Boolean).join(', ') || undefined
      const arrow = start.side === 'out' ? '→' : '←'
      return {
        key: `${portRef(start)} ${arrow} ${ref}`,
        words: `${start.port} ${arrow} ${endWords(s, other)}`,
        hint,
        rank: Number(connection.converter !== undefined) + 2 * Number(old !== undefined),
        take: () => connect({ from, to }),
      }
    }),
  )
  return found.sort((a, b) => a.rank - b.rank)
}
