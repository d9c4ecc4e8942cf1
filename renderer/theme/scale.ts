/**
 * The size of the interface, in percent; the choice is kept in this browser. It is CSS `zoom` (`--ui` in global.css): lengths in
 * styles and `offsetWidth` are in px of the enlarged interface, while pointers and `getBoundingClientRect` are in px of the
 * window. The canvas has a zoom of its own and is left out: it follows by fitting (canvas/fit.ts).
 */
import { create } from 'zustand'

export const scaleSteps = [80, 90, 100, 110, 125, 150, 175, 200] as const

const key = 'sightline.scale'
const usual = 100
const [least, most] = [scaleSteps[0], scaleSteps[scaleSteps.length - 1] ?? usual]

const within = (percent: number): number => Math.min(most, Math.max(least, Math.round(percent)))

/** Storage may be forbidden (a private window): then the choice lasts as long as the page. */
function stored(): number {
  try {
    const value = Number(localStorage.getItem(key) ?? usual)
    return Number.isFinite(value) ? within(value) : usual
  } catch {
    return usual
  }
}

export const useScale = create<{ readonly percent: number }>(() => ({ percent: stored() }))

const show = (percent: number): void => document.documentElement.style.setProperty('--ui', String(percent / 100))

export function setScale(percent: number): void {
  const next = within(percent)
  show(next)
  useScale.setState({ percent: next })
  try {
    localStorage.setItem(key, String(next))
  } catch {
    // Kept for this page only.
  }
}

const nextStep = (by: 1 | -1): number | undefined => {
  const { percent } = useScale.getState()
  return by > 0 ? scaleSteps.find((step) => step > percent) : scaleSteps.findLast((step) => step < percent)
}
export const canStepScale = (by: 1 | -1): boolean => nextStep(by) !== undefined
/** The next larger (1) or smaller (-1) step; the same at the end. */
export function stepScale(by: 1 | -1): void {
  const next = nextStep(by)
  if (next !== undefined) setScale(next)
}

export const resetScale = (): void => setScale(usual)

/** Called once, before the first paint. */
export const startScale = (): void => show(useScale.getState().percent)

/** Pixels of the window per CSS pixel of the interface. */
export const uiScale = (): number => useScale.getState().percent / 100

/** Device pixels per CSS pixel of the interface. */
export const screenRatio = (): number => (window.devicePixelRatio || 1) * uiScale()
