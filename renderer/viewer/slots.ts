/** Which outputs the viewer shows: slots that keys 1 to 9 fill, one to four of them in sight. */
import { useUi, viewerPanes } from '../state/ui.ts'

/** This slot alone. */
export const showOnly = (slot: number): void => useUi.setState({ shown: [slot] })

/** Beside the others, or no longer. */
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
