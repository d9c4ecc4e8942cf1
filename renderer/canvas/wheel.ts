/**
 * A mouse's wheel zooms, as React Flow does it. Two fingers on a trackpad scroll, and pinching zooms: a pinch comes as a wheel
 * with Ctrl. The two are told apart by how they count: a wheel in notches of 120, a trackpad in anything else.
 */
import type { Point } from './geometry.ts'
import { canvas } from './store.ts'

/** A gesture goes on for as long as its events come this close to each other. */
const gestureMs = 250
let lastTrackpad = Number.NEGATIVE_INFINITY

/** Chromium and Safari tell the notches of the wheel. */
const notches = (event: WheelEvent): number | undefined =>
  'wheelDeltaY' in event && typeof event.wheelDeltaY === 'number' ? event.wheelDeltaY : undefined

function looksLikeTrackpad(event: WheelEvent): boolean {
  if (event.deltaMode !== WheelEvent.DOM_DELTA_PIXEL) return false
  if (event.timeStamp - lastTrackpad < gestureMs) return true
  const count = notches(event)
  if (event.deltaX !== 0 && !event.shiftKey) return true
  return count !== undefined ? count % 120 !== 0 : !Number.isInteger(event.deltaY)
}

/** Whether two fingers scroll: to be asked once an event, as the next one is taken for the same gesture. */
export function isScroll(event: WheelEvent): boolean {
  if (event.ctrlKey || event.metaKey || !looksLikeTrackpad(event)) return false
  lastTrackpad = event.timeStamp
  return true
}

/** Pans for a trackpad and keeps the event from React Flow; leaves everything else to it. */
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
