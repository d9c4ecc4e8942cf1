/** Which node's page is open: by type, and with the node whose result it shows, if it was opened for one. */
import { create } from 'zustand'
import { currentGraph, nodeRef, useEditor } from '../state/editor.ts'
import { typeInfo } from '../state/info.ts'
import { openDialog } from '../state/ui.ts'

export interface PageOf {
  readonly type: string
  /** Id of a node of the open graph. */
  readonly id?: string
}

export const usePage = create<{ readonly page: PageOf | undefined }>(() => ({ page: undefined }))

export function openPage(page: PageOf): void {
  usePage.setState({ page })
  openDialog('page')
}

/** The entry of a node list that has the focus, else the selected node. */
export function pageAtHand(): PageOf | undefined {
  const listed = document.activeElement?.getAttribute('data-choice')
  if (listed) return { type: listed }
  const s = useEditor.getState()
  const id = [...s.selection.nodes].at(-1)
  const node = id === undefined ? undefined : currentGraph(s).nodes[id]
  return id !== undefined && node && typeInfo(s, node) ? { type: node.type, id } : undefined
}

/** `outer/inner` */
export const refOf = (id: string): string => nodeRef(useEditor.getState().trail, id)
