/** The outputs in the viewer: slots filled by the keys 1 to 9, one to four of them visible. */
import { useUi, viewerPanes } from '../state/ui.ts'

/** Shows this slot alone. */
export const showOnly = (slot: number): void => useUi.setState({ shown: [slot] })

/** Adds it beside the others, or removes it. */
export function toggleShown(slot: number): void {
  const { shown } = useUi.getState()
  const without = shown.filter((i) => i !== slot)
  if (without.length < shown.length && without.length === 0) return
  useUi.setState({ shown: without.length < shown.length ? without : [...shown, slot].slice(-viewerPanes) })
}

export function setTarget(slot: number, port: string): void {
  const { slots } = useUi.getState()
  useUi.setState({ slots: slots.map((target, i) => (i === slot && target ? { ...target, port } : target)) })
}
