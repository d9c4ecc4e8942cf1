/**
 * A mouse wheel zooms, as in React Flow. Two fingers on a trackpad scroll, and pinching zooms: a pinch arrives as a wheel event
 * with Ctrl. They differ in their deltas: a wheel counts in notches of 120, a trackpad in anything else.
 */
import type { Point } from './geometry.ts'
import { canvas } from './store.ts'

/** Events closer together than this belong to one gesture. */
const gestureMs = 250
let lastTrackpad = Number.NEGATIVE_INFINITY

/** Chromium and Safari report wheel notches. */
const notches = (event: WheelEvent): number | undefined =>
  'wheelDeltaY' in event && typeof event.wheelDeltaY === 'number' ? event.wheelDeltaY : undefined

function looksLikeTrackpad(event: WheelEvent): boolean {
  if (event.deltaMode !== WheelEvent.DOM_DELTA_PIXEL) return false
  if (event.timeStamp - lastTrackpad < gestureMs) return true
  const count = notches(event)
  if (event.deltaX !== 0 && !event.shiftKey) return true
  return count !== undefined ? count % 120 !== 0 : !Number.isInteger(event.deltaY)
}

/** Whether this is a two-finger scroll. Call once an event: the next event counts as the same gesture. */
export function isScroll(event: WheelEvent): boolean {
  if (event.ctrlKey || event.metaKey || !looksLikeTrackpad(event)) return false
  lastTrackpad = event.timeStamp
  return true
}

/** Pans for a trackpad and stops the event; leaves everything else to React Flow. */
export function onWheel(event: WheelEvent): void {
  if (event.target instanceof Element && event.target.closest('.nowheel')) return
  if (!isScroll(event)) return
  event.preventDefault()
  event.stopPropagation()
  panBy({ x: -event.deltaX, y: -event.deltaY })
}

export function panBy({ x, y }: Point): void {
  const { flow } = canvas
  if (!flow) return
  const at = flow.getViewport()
  void flow.setViewport({ x: at.x + x, y: at.y + y, zoom: at.zoom })
}
