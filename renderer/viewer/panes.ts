/** What the viewer shows: the visible slots, or the selection while none is filled. */
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { type Handled, useHandled } from '../handles/source.ts'
import type { EditorState } from '../state/editor.ts'
import { currentGraph, graphOfTrail, nodeRef, useEditor } from '../state/editor.ts'
import { infoOfRef, nodeTitle, typeInfo } from '../state/info.ts'
import { useUi, type ViewTarget } from '../state/ui.ts'
import { createPicture, type Picture, type PictureInfo } from './picture.ts'
import { useViewer } from './state.ts'

export interface Pane {
  /** "0".."8", or "selection". */
  readonly key: string
  /** The slot's number as shown, from 1; undefined: follows the selection. */
  readonly number: number | undefined
  readonly target: ViewTarget
  /** The selected node whose handles lie over this picture. */
  readonly handled?: Handled
  /** The slot is the selected node's, which has handles: whether its input is shown, with them, or its result. */
  readonly input?: boolean
}

/** The output that represents a node of the open graph. */
export function mainOutput(s: EditorState, id: string): string | undefined {
  const node = currentGraph(s).nodes[id]
  const info = node && typeInfo(s, node)
  return info?.preview ?? Object.keys(info?.outputs ?? {})[0]
}

/** A node by its name in events (`outer/inner`), and its title. */
export function titleOfRef(s: Pick<EditorState, 'document' | 'catalogue'>, ref: string): string | undefined {
  const trail = ref.split('/')
  const node = graphOfTrail(s, trail.slice(0, -1)).nodes[trail.at(-1) ?? '']
  return node && nodeTitle(node, typeInfo(s, node))
}

export const outputsOfRef = (s: Pick<EditorState, 'document' | 'catalogue'>, ref: string): readonly string[] =>
  Object.keys(infoOfRef(s, ref)?.outputs ?? {})

export function usePanes(): readonly Pane[] {
  const slots = useUi((s) => s.slots)
  const shown = useUi((s) => s.shown)
  const selected = useEditor((s) => (s.selection.nodes.size === 1 ? [...s.selection.nodes][0] : undefined))
  const node = useEditor((s) => (selected === undefined ? undefined : nodeRef(s.trail, selected)))
  const port = useEditor((s) => (selected === undefined ? undefined : mainOutput(s, selected)))
  const handled = useHandled(selected)
  const onInput = useViewer((s) => s.handles)
  const inputSlot = useViewer((s) => s.inputSlot)
  return useMemo(() => {
    const panes = shown.flatMap((slot): Pane[] => {
      const target = slots[slot]
      if (!target) return []
      const pane = { key: String(slot), number: slot + 1, target }
      if (!handled) return [pane]
      const { source } = handled
      if (source.node === target.node && source.port === target.port) return [{ ...pane, handled }]
      if (target.node !== node) return [pane]
      const input = onInput && slot === inputSlot
      return [{ ...pane, input, ...(input && { target: source, handled }) }]
    })
    if (panes.length > 0 || node === undefined || port === undefined) return panes
    if (handled && onInput) return [{ key: 'selection', number: undefined, target: handled.source, handled }]
    return [{ key: 'selection', number: undefined, target: { node, port } }]
  }, [slots, shown, node, port, handled, onInput, inputSlot])
}

/** One picture per pane, kept as long as the pane shows the same output. */
export function usePictures(panes: readonly Pane[]): readonly Picture[] {
  const [kept] = useState(() => new Map<string, Picture>())
  const pictures = useMemo(
    () =>
      panes.map(({ key, target: { node, port } }) => {
        const name = `${key} ${node}.${port}`
        const picture = kept.get(name) ?? createPicture(`viewer:${key}`, node, port)
        kept.set(name, picture)
        return picture
      }),
    [panes, kept],
  )
  useEffect(() => {
    for (const [name, picture] of kept) {
      if (pictures.includes(picture)) continue
      picture.close()
      kept.delete(name)
    }
  }, [pictures, kept])
  useEffect(
    () => () => {
      for (const picture of kept.values()) picture.close()
    },
    [kept],
  )
  return pictures
}

export const usePictureInfo = (picture: Picture | undefined): PictureInfo | undefined =>
  useSyncExternalStore(picture?.subscribe ?? nothing, () => picture?.info)
const nothing = () => () => {}

/** Whether any of them has pixels to zoom, probe and count. */
export function useHasPixels(pictures: readonly Picture[]): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const stops = pictures.map((picture) => picture.subscribe(listener))
      return () => {
        for (const stop of stops) stop()
      }
    },
    [pictures],
  )
  return useSyncExternalStore(subscribe, () => pictures.some(({ info }) => !info || info.size !== undefined))
}
