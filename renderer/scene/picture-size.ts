/** How large a picture of the scene is: the chosen width, with the aspect ratio of the view. */
import type { Size } from './pose.ts'

/** Width over height of the place; of a screen where there is none yet. */
const aspectOf = (place: HTMLElement | null): number =>
  place && place.clientHeight > 0 ? place.clientWidth / place.clientHeight : 16 / 9

/** The largest width with which no side is longer than that, in pixels. */
export const mostWidth = (place: HTMLElement | null, longest: number): number =>
  Math.floor(Math.min(longest, longest * aspectOf(place)))

/** `even`: sides that films can have. */
export function pictureSize(place: HTMLElement | null, width: number, longest: number, even = false): Size {
  const across = Math.min(width, mostWidth(place, longest))
  const whole = (v: number): number => (even ? Math.max(2, 2 * Math.round(v / 2)) : Math.max(1, Math.round(v)))
  return { width: whole(across), height: whole(across / aspectOf(place)) }
}
