/** Where the picture lies in the element over the stage, in CSS pixels. Follows the camera without React. */
import { type RefObject, useEffect, useRef } from 'react'
import { screenRatio } from '../theme/scale.ts'
import { pictureRect, type Rect, type Size } from '../viewer/camera.ts'
import type { Picture } from '../viewer/picture.ts'
import { useViewer } from '../viewer/state.ts'

/**
 * Calls `lay` whenever the picture moves, and after each rendering.
 * @param size of the picture, in its own pixels
 * @param linked all pictures under this camera
 */
export function usePlace(
  box: RefObject<HTMLElement | null>,
  size: Size,
  linked: readonly Picture[],
  lay: (element: HTMLElement, rect: Rect) => void,
): RefObject<Rect> {
  const rect = useRef<Rect>({ x: 0, y: 0, width: 1, height: 1 })
  useEffect(() => {
    const element = box.current
    if (!element) return
    const place = (): void => {
      const ratio = screenRatio()
      const reference = linked.find((picture) => picture.info?.size)?.info?.size
      if (!reference) return
      const stage = { width: element.clientWidth * ratio, height: element.clientHeight * ratio }
      const at = pictureRect(useViewer.getState().camera, stage, reference, size)
      rect.current = { x: at.x / ratio, y: at.y / ratio, width: at.width / ratio, height: at.height / ratio }
      lay(element, rect.current)
    }
    place()
    const observer = new ResizeObserver(place)
    observer.observe(element)
    const stop = useViewer.subscribe((now, before) => now.camera !== before.camera && place())
    const stops = linked.map((picture) => picture.subscribe(place))
    return () => {
      observer.disconnect()
      stop()
      for (const end of stops) end()
    }
  })
  return rect
}
