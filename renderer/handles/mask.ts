/** The mask that a node makes of the points on a picture, as the viewer draws it over the picture. */
import { useEffect, useMemo } from 'react'
import type { ViewTarget } from '../state/ui.ts'
import { createPicture, type Picture } from '../viewer/picture.ts'

/** Red, green, blue, opacity. A white edge and a blue inside are seen on any picture. */
const inside = [30, 120, 255, 105] as const
const edge = [255, 255, 255, 245] as const

/** A displayed mask (RGBA, gray) as an overlay: what is not white is clear. */
export function inked(pixels: Uint8ClampedArray, width: number): Uint8ClampedArray<ArrayBuffer> {
  const made = new Uint8ClampedArray(pixels.length)
  const row = 4 * width
  const isIn = (at: number): boolean => (pixels[at] ?? 255) >= 128
  for (let at = 0; at < pixels.length; at += 4) {
    if (!isIn(at)) continue
    const x = at % row
    const atEdge = (x > 0 && !isIn(at - 4)) || (x < row - 4 && !isIn(at + 4)) || !isIn(at - row) || !isIn(at + row)
    made.set(atEdge ? edge : inside, at)
  }
  return made
}

/** @param key of the pane that shows it */
export function useMaskOver(mask: ViewTarget | undefined, key: string): Picture | undefined {
  const { node, port } = mask ?? {}
  const picture = useMemo(
    () =>
      node === undefined || port === undefined
        ? undefined
        : createPicture(`viewer:mask:${key}`, node, port, undefined, inked),
    [node, port, key],
  )
  useEffect(() => () => picture?.close(), [picture])
  return picture
}
