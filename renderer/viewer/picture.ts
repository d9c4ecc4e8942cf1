/**
 * One output in the viewer: requests the visible region and keeps the arrived parts as bitmaps. Until a new part arrives, the
 * last one is drawn in its place, over the last whole picture. Outside React; `onDraw` says when to paint, `subscribe` when
 * its shape, mapping or value has changed.
 */
import type { PreviewItem } from '../../engine/protocol/reports.ts'
import type { DisplayInput } from '../../engine/values/display.ts'
import type { Shape } from '../../engine/values/index.ts'
import { drawItem } from '../preview/PreviewCanvas.tsx'
import { sizeOf } from '../preview/shape.ts'
import type { ViewTarget } from '../state/ui.ts'
import { registerView } from '../state/views.ts'
import { hides, type Rect, type Size, type Wanted } from './camera.ts'

export interface PictureInfo {
  readonly shape: Shape
  /** The size of the whole picture in its own pixels; undefined if the value is not a picture. */
  readonly size: Size | undefined
  readonly display: PreviewItem['display']
  readonly value: unknown
}

interface Part {
  readonly bitmap: OffscreenCanvas
  readonly region: Rect
  readonly pixels: Uint8ClampedArray
}

/** An output, or its difference from another. */
export interface Subject extends ViewTarget {
  /** Is subtracted from it. */
  readonly minus?: ViewTarget | undefined
}

export interface Picture extends Subject {
  readonly info: PictureInfo | undefined
  subscribe(listener: () => void): () => void
  /** Called after each arrival. */
  onDraw(listener: () => void): () => void
  want(wanted: Wanted, display: DisplayInput): void
  /** What was last requested with this mapping. */
  wanted(display: DisplayInput): Wanted | undefined
  paint(context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D, rect: Rect): void
  /** The luminance of a displayed pixel, 0..1; undefined while pixels are not drawn one by one. */
  lightAt(x: number, y: number): number | undefined
  close(): void
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

function listeners(): { add(listener: () => void): () => void; tell(): void } {
  const all = new Set<() => void>()
  return {
    add(listener) {
      all.add(listener)
      return () => all.delete(listener)
    },
    tell: () => {
      for (const listener of all) listener()
    },
  }
}

/** Where a part is on the stage; edges on whole device pixels, so that neighbours meet without a seam. */
function placeOf(region: Rect, rect: Rect, size: Size): Rect {
  const scale = rect.width / size.width
  const x = Math.round(rect.x + region.x * scale)
  const y = Math.round(rect.y + region.y * scale)
  const right = Math.round(rect.x + (region.x + region.width) * scale)
  const bottom = Math.round(rect.y + (region.y + region.height) * scale)
  return { x, y, width: right - x, height: bottom - y }
}

/** @param recolour of each arrival, before it is drawn */
export function createPicture(
  id: string,
  node: string,
  port: string,
  minus?: ViewTarget,
  recolour?: (pixels: Uint8ClampedArray, width: number) => Uint8ClampedArray<ArrayBuffer>,
): Picture {
  let info: PictureInfo | undefined
  let whole: Part | undefined
  let detail: Part | undefined
  let asked: string | undefined
  let wants: { readonly wanted: Wanted; readonly display: DisplayInput } | undefined
  /** What the last arrival answered: another answer to the same request is a new result. */
  let answered: string | undefined
  /** Of the last arrival: skip the same pixels. */
  let last: Uint8ClampedArray | null = null
  let unregister: (() => void) | undefined
  const known = listeners()
  const drawn = listeners()

  function receive(item: PreviewItem, pixels: Uint8ClampedArray<ArrayBuffer> | null): void {
    if (item.node !== node || item.port !== port || (pixels !== null && pixels === last)) return
    // None of it is visible.
    if (item.width === 0 && item.value === undefined) return
    last = pixels
    const shape = item.shape as Shape
    const pictured = item.width > 0 && pixels !== null
    // Assume it is visible until told otherwise: the first view is of all of it.
    const size = sizeOf(shape) ??
      info?.size ?? { width: Math.round(item.region.width), height: Math.round(item.region.height) }
    if (pictured) keep(item, pixels, size)
    const next = { shape, size: pictured && !item.sketch ? size : undefined, display: item.display, value: item.value }
    if (!same(next, info)) {
      info = next
      known.tell()
    }
    drawn.tell()
  }

  function keep(item: PreviewItem, pixels: Uint8ClampedArray<ArrayBuffer>, size: Size): void {
    const { region } = item
    if (info?.size && !same(info.size, size)) whole = detail = undefined
    // Regions of a quick preview are scaled up and not exactly integers.
    const isWhole = region.width > size.width - 0.5 && region.height > size.height - 0.5
    // Everything below and around a new result is outdated.
    if (!isWhole && asked === answered) whole = undefined
    answered = asked
    const old = isWhole ? whole : detail
    const bitmap = old?.bitmap ?? new OffscreenCanvas(item.width, item.height)
    drawItem(bitmap, item, recolour?.(pixels, item.width) ?? pixels)
    const part = { bitmap, region, pixels }
    if (isWhole) {
      whole = part
      detail = undefined
    } else detail = part
  }

  function draw(
    context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
    rect: Rect,
    { bitmap, region }: Part,
    size: Size,
  ): void {
    const scale = rect.width / size.width
    // At 100 % and above, pixels are drawn sharp; a coarse stand-in is smoothed. Labels never are: a colour between two is that of another.
    context.imageSmoothingEnabled = info?.display.mode !== 'labels' && (bitmap.width < region.width || scale < 1)
    const { x, y, width, height } = placeOf(region, rect, size)
    context.drawImage(bitmap, x, y, width, height)
  }

  return {
    node,
    port,
    minus,
    get info() {
      return info
    },
    subscribe: known.add,
    onDraw: drawn.add,
    want(wanted, display) {
      const request = { id, node, port, ...wanted, display, ...(minus && { minus }) }
      const key = JSON.stringify(request)
      if (key === asked) return
      asked = key
      wants = { wanted, display }
      const before = unregister
      unregister = registerView(request, receive)
      before?.()
    },
    wanted: (display) => (wants && same(wants.display, display) ? wants.wanted : undefined),
    paint(context, rect) {
      const size = info?.size
      if (!size) return
      const hidden = detail && hides(placeOf(detail.region, rect, size), rect, context.canvas)
      if (whole && !hidden) draw(context, rect, whole, size)
      if (detail) draw(context, rect, detail, size)
    },
    lightAt(x, y) {
      for (const part of [detail, whole]) {
        if (!part || part.bitmap.width !== part.region.width) continue
        const [column, row] = [x - part.region.x, y - part.region.y]
        if (column < 0 || row < 0 || column >= part.bitmap.width || row >= part.bitmap.height) continue
        const at = (row * part.bitmap.width + column) * 4
        const [r = 0, g = 0, b = 0] = Array.from(part.pixels.subarray(at, at + 3), (byte) => (byte / 255) ** 2.2)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b
      }
      return undefined
    },
    close() {
      unregister?.()
      unregister = undefined
      asked = wants = undefined
    },
  }
}
