/** A node on its way from the list to the canvas. Browsers hide what is dragged until it is dropped, so we remember it. */
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

/** The type of the node that is being dragged over us, if it is one. */
export const draggedType = (transfer: DataTransfer): string | undefined =>
  transfer.types.includes(nodeMime) ? dragged : undefined
