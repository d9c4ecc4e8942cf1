/**
 * The dots of the background: one picture slightly larger than the canvas, moved by the browser. React Flow's own background
 * is redrawn on every frame in which the view moves, which costs as much as everything else on the canvas.
 */
import { useStoreApi } from '@xyflow/react'
import { useLayoutEffect, useRef } from 'react'
import styles from './Canvas.module.css'
import { zoomRange } from './fit.ts'

/** Distance between two dots, in graph units. */
const gap = 24
const beyond = gap * zoomRange.max
const size = { width: `calc(100% + ${beyond}px)`, height: `calc(100% + ${beyond}px)` }

export function Dots() {
  const element = useRef<HTMLDivElement>(null)
  const store = useStoreApi()
  useLayoutEffect(() => {
    const place = (): void => {
      const [x, y, zoom] = store.getState().transform
      const tile = gap * zoom
      // Whole pixels are copied; fractions would be blended.
      const by = (at: number): number => Math.round((at % tile) - (at > 0 ? tile : 0))
      const style = element.current?.style
      style?.setProperty('--zoom', String(zoom))
      style?.setProperty('background-size', `${tile}px ${tile}px`)
      style?.setProperty('translate', `${by(x)}px ${by(y)}px`)
    }
    place()
    return store.subscribe(({ transform }, old) => {
      if (transform !== old.transform) place()
    })
  }, [store])
  return <div ref={element} className={styles.dots} style={size} aria-hidden />
}
