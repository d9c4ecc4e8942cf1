/** A node being dragged from the list to the canvas. Browsers hide the dragged data until the drop, so we remember it. */
import type { DragEvent } from 'react'

export const nodeMime = 'application/x-sightline-node'

let dragged: string | undefined

export function startDrag(event: DragEvent, type: string): void {
  dragged = type
  event.dataTransfer.setData(nodeMime, type)
  event.dataTransfer.effectAllowed = 'copy'
}

export const endDrag = (): void => {
  dragged = undefined
}

/** The type of the node being dragged over us, if any. */
export const draggedType = (transfer: DataTransfer): string | undefined =>
  transfer.types.includes(nodeMime) ? dragged : undefined
