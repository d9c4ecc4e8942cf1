/**
 * One output, drawn to a canvas as its previews arrive, outside of React's state. The canvas has the pixels of the preview
 * (device pixels); its box is given by the caller's CSS.
 */
import { memo, useEffect, useRef } from 'react'
import type { DisplayInput, PreviewItem } from '../../engine/protocol/messages.ts'
import { registerView } from '../state/views.ts'

interface PreviewCanvasProps {
  /** The window's own name for the view, as `node:blur.image`. */
  readonly id: string
  /** `outer/inner` */
  readonly node: string
  readonly port: string
  /** The largest size in CSS pixels; the aspect ratio of the picture is kept. */
  readonly width: number
  readonly height: number
  readonly display?: DisplayInput | undefined
  readonly className?: string | undefined
  /** In words, for who cannot see it. */
  readonly label: string
  /** Told of each preview: its shape, how it is shown, or the value that is no picture. Must be stable. */
  readonly onItem?: ((item: PreviewItem) => void) | undefined
}

export const PreviewCanvas = memo(function PreviewCanvas(props: PreviewCanvasProps) {
  const { id, node, port, width, height, display, className, label, onItem } = props
  const canvas = useRef<HTMLCanvasElement>(null)
  const ratio = window.devicePixelRatio || 1
  const wide = Math.max(1, Math.round(width * ratio))
  const high = Math.max(1, Math.round(height * ratio))

  useEffect(() => {
    return registerView(
      {
        id,
        node,
        port,
        width: wide,
        height: high,
        ...(display && { display }),
      },
      (item, pixels) => {
        if (pixels && canvas.current) drawItem(canvas.current, item, pixels)
        onItem?.(item)
      },
    )
  }, [id, node, port, wide, high, display, onItem])

  // What is asked for now: a picture of another size is one that was asked for before.
  const asked = `${wide}x${high}`
  return <canvas ref={canvas} className={className} role="img" aria-label={label} data-asked={asked} />
})

/** Puts the pixels on the canvas as they are. Setting the size clears a canvas, so only a new size is set. */
export function drawItem(
  canvas: HTMLCanvasElement | OffscreenCanvas,
  item: Pick<PreviewItem, 'width' | 'height'>,
  pixels: Uint8ClampedArray<ArrayBuffer>,
): void {
  if (canvas.width !== item.width) canvas.width = item.width
  if (canvas.height !== item.height) canvas.height = item.height
  const context = canvas.getContext('2d') as CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D | null
  context?.putImageData(new ImageData(pixels, item.width, item.height), 0, 0)
}
