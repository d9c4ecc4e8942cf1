/**
 * The views on the screen that want pixels. Previews go straight to whatever draws them, never through React. All changes in an
 * animation frame become one `views` message; a view's last picture is kept, so that a canvas that returns redraws at once.
 */

import type { View } from '../../engine/protocol/messages.ts'
import type { PreviewItem } from '../../engine/protocol/reports.ts'
import type { DisplayInput } from '../../engine/values/display.ts'
import { forgetMarks, outputOf, receiveMarks } from '../marks/state.ts'

export interface ViewRequest {
  /** The window's own name for it, such as `node:blur.image`. */
  readonly id: string
  /** `outer/inner` */
  readonly node: string
  readonly port: string
  /** The largest size in device pixels. */
  readonly width: number
  readonly height: number
  /** In the value's own pixels; absent: all of it. */
  readonly region?: View['region']
  readonly display?: DisplayInput
  /** Is subtracted, while another view shows it. */
  readonly minus?: View['minus']
}

/** `pixels`: RGBA, `item.width` × `item.height`; null if `item.value` is shown instead. */
export type OnItem = (item: PreviewItem, pixels: Uint8ClampedArray<ArrayBuffer> | null) => void

interface LastPicture {
  readonly item: PreviewItem
  readonly pixels: Uint8ClampedArray<ArrayBuffer> | null
}

/** Total bytes of pictures kept for views on or off the screen. */
const keepBytes = 96 * 1024 * 1024

const views = new Map<string, { request: ViewRequest; onItem: OnItem }>()
const pictures = new Map<string, LastPicture>()
let pictureBytes = 0

let send: ((views: readonly ViewRequest[]) => void) | undefined
let scheduled = false

function schedule(): void {
  if (scheduled) return
  scheduled = true
  requestAnimationFrame(() => {
    scheduled = false
    sendViews()
  })
}

/** Sends the visible views: on a new connection, and once per frame after a change. */
export const sendViews = (): void => send?.([...views.values()].map(({ request }) => request))

export function onViewsChanged(listener: (views: readonly ViewRequest[]) => void): void {
  send = listener
}

/** Requests previews until the returned function is called. Registering the same id again replaces the request. */
export function registerView(request: ViewRequest, onItem: OnItem): () => void {
  const view = { request, onItem }
  views.set(request.id, view)
  const last = pictures.get(request.id)
  if (last) onItem(last.item, last.pixels)
  schedule()
  return () => {
    if (views.get(request.id) !== view) return
    views.delete(request.id)
    schedule()
  }
}

/** The last picture of a view, on the screen or not. */
export const lastPreview = (id: string): LastPicture | undefined => pictures.get(id)

function drop(id: string): void {
  pictureBytes -= pictures.get(id)?.pixels?.length ?? 0
  pictures.delete(id)
}

/** Passes each preview of a frame to its view. `pixels` are copied, so that one picture does not keep a whole frame. */
export function receivePreviews(items: readonly PreviewItem[], tail: Uint8Array): void {
  for (const item of items) {
    const bytes = item.width * item.height * 4
    const pixels = bytes ? new Uint8ClampedArray(tail.slice(item.offset, item.offset + bytes).buffer) : null
    if (pixels && pixels.length !== bytes) throw new RangeError(`the preview of ${item.view} is cut off`)
    drop(item.view)
    pictures.set(item.view, { item, pixels })
    pictureBytes += bytes
    // Without pixels, value and marks, nothing of it is in sight.
    if (bytes > 0 || item.value !== undefined || item.marks) receiveMarks(outputOf(item), item.marks)
    views.get(item.view)?.onItem(item, pixels)
  }
  for (const id of pictures.keys()) {
    if (pictureBytes <= keepBytes) break
    if (!views.has(id)) drop(id)
  }
}

/** Another document: forget all pictures. */
export function forgetPreviews(): void {
  pictures.clear()
  pictureBytes = 0
  forgetMarks()
}
