/** The marks over a node's picture, on a canvas of their own, drawn when they change and never with the picture. */
import { memo, useEffect, useRef } from 'react'
import { fitted } from '../preview/shape.ts'
import type { ViewTarget } from '../state/ui.ts'
import { lastPreview } from '../state/views.ts'
import styles from './PreviewMarks.module.css'
import { paintMarks } from './paint.ts'
import { indexIn, outputOf, shownMarks, useMarks, useShownMarks } from './state.ts'

interface PreviewMarksProps extends ViewTarget {
  /** The view whose picture lies below. */
  readonly view: string
  /** Of the box that the picture is fitted into, in CSS pixels of the screen. */
  readonly width: number
  readonly height: number
}

/** In a box of this width, in CSS pixels, there is room for names. */
const taggedFrom = 320

export const PreviewMarks = memo(function PreviewMarks({ node, port, view, width, height }: PreviewMarksProps) {
  const output = outputOf({ node, port })
  const canvas = useRef<HTMLCanvasElement>(null)
  const shown = useShownMarks(output)
  const there = shown !== undefined

  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    if (!there || !element || !context) return
    let frame = 0
    const draw = (): void => {
      frame = 0
      const ratio = window.devicePixelRatio || 1
      const stage = { width: Math.max(1, Math.round(width * ratio)), height: Math.max(1, Math.round(height * ratio)) }
      Object.assign(element, stage)
      const region = lastPreview(view)?.item.region
      const marks = shownMarks.get(output)
      if (!region || !marks) return
      const { hovered, selected } = useMarks.getState()
      paintMarks(context, {
        rect: fitted(region, stage),
        size: region,
        stage,
        ratio,
        layer: marks.layer,
        shown: marks.passing,
        hovered: indexIn(hovered, output),
        selected: indexIn(selected, output),
        tags: width >= taggedFrom,
      })
    }
    const schedule = (): void => {
      frame ||= requestAnimationFrame(draw)
    }
    schedule()
    const stops = [
      shownMarks.subscribe(output, schedule),
      useMarks.subscribe((now, before) => {
        const changed = (['hovered', 'selected'] as const).some(
          (key) => indexIn(now[key], output) !== indexIn(before[key], output),
        )
        if (changed) schedule()
      }),
    ]
    return () => {
      cancelAnimationFrame(frame)
      for (const stop of stops) stop()
    }
  }, [there, output, view, width, height])

  return there ? <canvas ref={canvas} className={styles.marks} aria-hidden /> : null
})
