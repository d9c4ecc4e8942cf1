/**
 * Presenting: one picture or one step fills the screen. What there is to go through: the steps of the open lesson; else the steps
 * of the algorithm that is being told; else the viewer's slots; else every node of the open graph.
 */
import { create } from 'zustand'
import { splitPort } from '../../engine/graph/document.ts'
import { useWalk } from '../inspector/walk.ts'
import { goToStep, useLesson } from '../lesson/store.ts'
import { inOrder } from '../list/order.ts'
import { currentGraph, nodeRef, useEditor } from '../state/editor.ts'
import { useUi, type ViewTarget } from '../state/ui.ts'
import { mainOutput } from '../viewer/panes.ts'

export interface PresentState {
  readonly on: boolean
  /** Which of the pictures; lessons and algorithms know their step themselves. */
  readonly at: number
}

export const usePresent = create<PresentState>(() => ({ on: false, at: 0 }))
const { getState: get, setState: set } = usePresent

export type Kind = 'lesson' | 'steps' | 'pictures'

/** One of several things to go through. */
export interface Show {
  readonly kind: Kind
  readonly at: number
  readonly count: number
  /** Side by side. */
  readonly targets: readonly ViewTarget[]
}

/** The outputs to go through where there are no steps. */
export function pictures(): readonly ViewTarget[] {
  const { slots } = useUi.getState()
  const filled = slots.filter((target) => target !== null)
  if (filled.length > 1) return filled
  const s = useEditor.getState()
  return inOrder(currentGraph(s)).flatMap((id) => {
    const port = mainOutput(s, id)
    return port === undefined ? [] : [{ node: nodeRef(s.trail, id), port }]
  })
}

/** Where a presentation begins: at what is selected, else at what is in the viewer. */
function begin(): number {
  const { slots, shown } = useUi.getState()
  const s = useEditor.getState()
  const [selected] = s.selection.nodes
  const slot = shown[0] === undefined ? undefined : slots[shown[0]]
  const node = selected === undefined ? slot?.node : nodeRef(s.trail, selected)
  return Math.max(
    0,
    pictures().findIndex((target) => target.node === node),
  )
}

export function showNow(): Show {
  const { lesson, on, step } = useLesson.getState()
  if (lesson && on) {
    const targets = (lesson.steps[step]?.show ?? []).map((ref) => {
      const [node, port] = splitPort(ref)
      return { node, port }
    })
    return { kind: 'lesson', at: step, count: lesson.steps.length, targets }
  }
  const { walk, at } = useWalk.getState()
  if (walk) return { kind: 'steps', at, count: walk.steps.length, targets: [walk.over] }
  const all = pictures()
  const here = Math.min(get().at, Math.max(0, all.length - 1))
  return { kind: 'pictures', at: here, count: all.length, targets: all.slice(here, here + 1) }
}

export const canPresent = (): boolean => showNow().count > 0
export const present = (): void => set({ on: true, at: begin() })
export const leave = (): void => set({ on: false })

/** Goes to this one; the first and the last are the ends. */
export function goTo(at: number): void {
  const { kind, count } = showNow()
  const next = Math.min(count - 1, Math.max(0, at))
  if (kind === 'lesson') goToStep(next)
  else if (kind === 'steps') useWalk.setState({ at: next })
  else set({ at: next })
}
