/**
 * Draws one output to a canvas as its previews arrive, outside React's state. The canvas has the preview's size in device
 * pixels; the caller's CSS gives its box.
 */
import { memo, useEffect, useRef } from 'react'
import type { PreviewItem } from '../../engine/protocol/reports.ts'
import type { DisplayInput } from '../../engine/values/display.ts'
import { registerView } from '../state/views.ts'

interface PreviewCanvasProps {
  /** The window's own name for the view, such as `node:blur.image`. */
  readonly id: string
  /** `outer/inner` */
  readonly node: string
  readonly port: string
  /** The largest size in CSS pixels; the picture's aspect ratio is kept. */
  readonly width: number
  readonly height: number
  readonly display?: DisplayInput | undefined
  readonly className?: string | undefined
  /** Alternative text. */
  readonly label: string
  /** Called with each preview: its shape, how it is displayed, or a value that is not a picture. Must be stable. */
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
        if (pixels && canvas.current) {
          drawItem(canvas.current, item, pixels)
          // A colour between those of two labels would be that of another.
          canvas.current.style.imageRendering = item.display.mode === 'labels' ? 'pixelated' : ''
        }
        onItem?.(item)
      },
    )
  }, [id, node, port, wide, high, display, onItem])

  // Skip pictures of another size: they answer an earlier request.
  const asked = `${wide}x${high}`
  return <canvas ref={canvas} className={className} role="img" aria-label={label} data-asked={asked} />
})

/** Puts the pixels on the canvas. Setting a canvas's size clears it, so set it only when it changes. */
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
