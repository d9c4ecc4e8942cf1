/** Gestures on a scene: mouse, trackpad, touch and keys, as camera moves in fractions of the window's height. */
import { isScroll } from '../canvas/wheel.ts'

export interface Moves {
  /** The scene follows the pointer: right and up. */
  turn(x: number, y: number): void
  pan(x: number, y: number): void
  /** 2: twice as close. */
  zoom(by: number): void
}

/** For a wheel notch (100 or 120 pixels), and for a pinch, which has small deltas. */
const wheelZoom = 1 / 500
const pinchZoom = 1 / 100
/** The step of a key. */
const keyStep = 0.04
const keyZoom = 1.15

type Place = readonly [x: number, y: number]
const middle = (places: readonly Place[]): Place => [
  places.reduce((sum, [x]) => sum + x, 0) / places.length,
  places.reduce((sum, [, y]) => sum + y, 0) / places.length,
]
const spread = ([a, b]: readonly Place[]): number => (a && b ? Math.hypot(a[0] - b[0], a[1] - b[1]) : 0)

export function listenForHands(element: HTMLElement, moves: Moves): () => void {
  const held = new Map<number, Place>()
  const end = new AbortController()
  const { signal } = end
  const share = (pixels: number): number => pixels / Math.max(1, element.getBoundingClientRect().height)

  element.addEventListener(
    'pointerdown',
    (event) => {
      held.set(event.pointerId, [event.clientX, event.clientY])
      element.setPointerCapture(event.pointerId)
      element.focus({ preventScroll: true })
    },
    { signal },
  )
  element.addEventListener(
    'pointermove',
    (event) => {
      if (!held.has(event.pointerId)) return
      const before = [...held.values()]
      held.set(event.pointerId, [event.clientX, event.clientY])
      const now = [...held.values()]
      const [x, y] = [share(middle(now)[0] - middle(before)[0]), share(middle(before)[1] - middle(now)[1])]
      const other = event.buttons & 6 || event.shiftKey || event.ctrlKey || event.metaKey
      if (held.size > 1 || other) moves.pan(x, y)
      else moves.turn(x, y)
      if (held.size > 1 && spread(before) > 0) moves.zoom(spread(now) / spread(before))
    },
    { signal },
  )
  for (const type of ['pointerup', 'pointercancel', 'lostpointercapture'] as const)
    element.addEventListener(type, ({ pointerId }) => held.delete(pointerId), { signal })
  element.addEventListener('contextmenu', (event) => event.preventDefault(), { signal })
  element.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault()
      if (!isScroll(event)) moves.zoom(Math.exp(-event.deltaY * (event.ctrlKey ? pinchZoom : wheelZoom)))
      else if (event.shiftKey) moves.pan(share(-event.deltaX), share(event.deltaY))
      else moves.turn(share(-event.deltaX), share(event.deltaY))
    },
    { signal, passive: false },
  )
  return () => end.abort()
}

/** Whether the key moved anything. */
export function onKey(event: Pick<KeyboardEvent, 'key' | 'shiftKey'>, { turn, pan, zoom }: Moves): boolean {
  const arrows: Readonly<Record<string, Place>> = {
    ArrowLeft: [-keyStep, 0],
    ArrowRight: [keyStep, 0],
    ArrowUp: [0, keyStep],
    ArrowDown: [0, -keyStep],
  }
  const arrow = arrows[event.key]
  if (arrow) (event.shiftKey ? pan : turn)(...arrow)
  else if (event.key === '+' || event.key === '=') zoom(keyZoom)
  else if (event.key === '-' || event.key === '_') zoom(1 / keyZoom)
  else return false
  return true
}
