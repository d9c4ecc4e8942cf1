/** Draws the stage: pictures alone, split by a wipe, or alternating; the pixel grid and numbers; marks; the source of an explained number; the probe. */
import type { ProvenanceOutline } from '../../engine/protocol/provenance.ts'
import { around, boundary } from '../explain/boundary.ts'
import { paintMovingMarks } from '../marks/moving.ts'
import type { MarkScene } from '../marks/paint.ts'
import { imageOf } from '../preview/shape.ts'
import type { Camera, Point, Rect, Size } from './camera.ts'
import { pictureRect, pixelAt } from './camera.ts'
import { inPixel, type Part } from './numbers.ts'
import type { Picture } from './picture.ts'
import type { ViewerState } from './state.ts'

type Context = CanvasRenderingContext2D
type Surface = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

export interface Scene {
  readonly stage: Size
  readonly camera: Camera
  /** The size of the first of all linked pictures. */
  readonly reference: Size
  readonly pictures: readonly Picture[]
  /** Is drawn over the first picture. */
  readonly over: Picture | undefined
  /** The numbers to write into the pixels of a picture, if any. */
  readonly numbersOf: (picture: Picture) => Part | undefined
  /** The part of a picture that the explained number depends on. */
  readonly outlineOf: (picture: Picture) => ProvenanceOutline | undefined
  /** The marks over a picture, if any. */
  readonly marksOf: (picture: Picture) => Pick<MarkScene, 'layer' | 'shown' | 'hovered' | 'selected'> | undefined
  readonly colours: OutlineColours
  /** Device pixels per CSS pixel. */
  readonly ratio: number
  /** While the camera moves, how far around the stage marks are drawn ahead, in device pixels; 0 at rest. */
  readonly spare: number
  readonly state: Pick<ViewerState, 'mode' | 'wipe' | 'blink' | 'probe' | 'pinned'>
}

export interface OutlineColours {
  readonly halo: string
  readonly source: string
}

const rectOf = (scene: Scene, picture: Picture): Rect | undefined =>
  picture.info?.size && pictureRect(scene.camera, scene.stage, scene.reference, picture.info.size)

let squares: OffscreenCanvas | undefined
/** Behind transparent pixels: neutral grays, the same in both themes, because they affect how colours are seen. */
function checkerboard(): OffscreenCanvas {
  if (squares) return squares
  squares = new OffscreenCanvas(16, 16)
  const context = squares.getContext('2d')
  if (context) {
    context.fillStyle = '#b8b8b8'
    context.fillRect(0, 0, 16, 16)
    context.fillStyle = '#989898'
    context.fillRect(0, 0, 8, 8)
    context.fillRect(8, 8, 8, 8)
  }
  return squares
}

function paintPicture(context: Surface, scene: Scene, picture: Picture): void {
  const rect = rectOf(scene, picture)
  if (!rect) return
  const { shape } = picture.info ?? {}
  if (imageOf(shape)?.alpha) {
    context.fillStyle = context.createPattern(checkerboard(), 'repeat') ?? '#a8a8a8'
    context.fillRect(rect.x, rect.y, rect.width, rect.height)
  }
  picture.paint(context, rect)
}

/** From this size in device pixels, the edges of pixels are drawn. */
const gridFrom = 12

function paintGrid(context: Context, { stage }: Scene, rect: Rect, size: Size): void {
  const scale = rect.width / size.width
  if (scale < gridFrom) return
  const left = Math.max(0, Math.floor(-rect.x / scale))
  const right = Math.min(size.width, Math.ceil((stage.width - rect.x) / scale))
  const top = Math.max(0, Math.floor(-rect.y / scale))
  const bottom = Math.min(size.height, Math.ceil((stage.height - rect.y) / scale))
  const along = (at: number, from: number): number => Math.round(from + at * scale) + 0.5
  context.beginPath()
  for (let x = left; x <= right; x++) {
    context.moveTo(along(x, rect.x), rect.y + top * scale)
    context.lineTo(along(x, rect.x), rect.y + bottom * scale)
  }
  for (let y = top; y <= bottom; y++) {
    context.moveTo(rect.x + left * scale, along(y, rect.y))
    context.lineTo(rect.x + right * scale, along(y, rect.y))
  }
  context.strokeStyle = `rgb(128 128 128 / ${Math.min(0.5, 0.2 + (scale - gridFrom) / 60)})`
  context.lineWidth = 1
  context.stroke()
}

/** From this luminance, black is more readable than white (WCAG contrast). */
const blackFrom = 0.179

/** One below the other, for each visible channel. */
function paintNumbers(context: Context, { ratio }: Scene, rect: Rect, size: Size, picture: Picture, part: Part): void {
  const scale = rect.width / size.width
  const channel = picture.info?.display.channel
  const shown = channel === undefined ? Array.from({ length: part.channels }, (_, c) => c) : [channel]
  const digits = scale >= 56 * ratio ? 3 : 2
  const font = Math.min(13 * ratio, (scale * 0.86) / (0.62 * (digits + 3)), (scale * 0.86) / (shown.length * 1.2))
  if (font < 6.5 * ratio) return
  context.font = `${font}px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  for (let row = 0; row < part.height; row++)
    for (let column = 0; column < part.width; column++) {
      const [x, y] = [part.x + column, part.y + row]
      const light = picture.lightAt(x, y)
      if (light === undefined) continue
      context.fillStyle = light > blackFrom ? '#000' : '#fff'
      for (const [line, c] of shown.entries()) {
        const value = part.values[(row * part.width + column) * part.channels + c] ?? null
        if (value === null) continue
        const down = (line - (shown.length - 1) / 2) * font * 1.2
        context.fillText(inPixel(value, digits), rect.x + (x + 0.5) * scale, rect.y + (y + 0.5) * scale + down)
      }
    }
}

/** The outline of what the explained number depends on; a region too small to see gets a marker around it. */
function paintOutline(context: Context, scene: Scene, rect: Rect, size: Size, outline: ProvenanceOutline): void {
  const { ratio, colours } = scene
  const all = around(outline.boxes)
  if (!all) return
  const scale = rect.width / size.width
  const [left, top] = [rect.x + all.x * scale, rect.y + all.y * scale]
  const [width, height] = [all.width * scale, all.height * scale]
  const side = 9 * ratio
  context.beginPath()
  if (width < side && height < side) context.rect(left + (width - side) / 2, top + (height - side) / 2, side, side)
  else
    for (const [x0, y0, x1, y1] of boundary(outline.boxes)) {
      context.moveTo(Math.round(rect.x + x0 * scale), Math.round(rect.y + y0 * scale))
      context.lineTo(Math.round(rect.x + x1 * scale), Math.round(rect.y + y1 * scale))
    }
  context.lineCap = 'square'
  context.strokeStyle = colours.halo
  context.lineWidth = 4 * ratio
  context.stroke()
  context.setLineDash(outline.exact ? [] : [6 * ratio, 4 * ratio])
  context.strokeStyle = colours.source
  context.lineWidth = 2 * ratio
  context.stroke()
  context.setLineDash([])
}

/** The probed pixel: its outline if large enough, otherwise a cross. Black and white, to be visible on anything. */
function paintProbe(context: Context, rect: Rect, size: Size, place: Point): void {
  const pixel = pixelAt(place, size)
  if (!pixel) return
  const scale = rect.width / size.width
  const x = rect.x + pixel.x * scale
  const y = rect.y + pixel.y * scale
  context.beginPath()
  if (scale >= 6) context.rect(Math.round(x) + 0.5, Math.round(y) + 0.5, Math.round(scale), Math.round(scale))
  else {
    const [cx, cy] = [Math.round(x + scale / 2) + 0.5, Math.round(y + scale / 2) + 0.5]
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      context.moveTo(cx + dx * 4, cy + dy * 4)
      context.lineTo(cx + dx * 11, cy + dy * 11)
    }
  }
  context.strokeStyle = '#000'
  context.lineWidth = 3
  context.stroke()
  context.strokeStyle = '#fff'
  context.lineWidth = 1
  context.stroke()
}

function paintWipe(context: Context, scene: Scene, a: Picture, b: Picture): void {
  const { width, height } = scene.stage
  const divider = Math.round(scene.state.wipe * width)
  const half = (picture: Picture, x: number, w: number): void => {
    context.save()
    context.beginPath()
    context.rect(x, 0, w, height)
    context.clip()
    paintPicture(context, scene, picture)
    paintMarksOf(context, scene, picture)
    context.restore()
  }
  half(a, 0, divider)
  half(b, divider, width - divider)
}

function paintMarksOf(context: Context, scene: Scene, picture: Picture): void {
  const rect = rectOf(scene, picture)
  const size = picture.info?.size
  const marks = scene.marksOf(picture)
  if (!rect || !size || !marks) return
  const { stage, ratio, spare } = scene
  paintMovingMarks(context, { rect, size, stage, ratio, tags: true, ...marks }, spare)
}

export function paint(context: Context, scene: Scene): void {
  const { stage, pictures, state } = scene
  context.clearRect(0, 0, stage.width, stage.height)
  const [a, b] = pictures
  if (!a) return
  if (!b) paintPicture(context, scene, a)
  else if (state.mode === 'wipe') paintWipe(context, scene, a, b)
  else paintPicture(context, scene, state.blink === 0 ? a : b)

  const above = scene.over && rectOf(scene, scene.over)
  if (scene.over && above) scene.over.paint(context, above)

  const top = b && state.mode === 'blink' && state.blink === 1 ? b : a
  const rect = rectOf(scene, top)
  const size = top.info?.size
  if (!rect || !size) return
  paintGrid(context, scene, rect, size)
  // With two pictures in one place it would be unclear whose they are.
  const whole = !b || state.mode === 'blink'
  const part = whole ? scene.numbersOf(top) : undefined
  if (part && part.channels > 0) paintNumbers(context, scene, rect, size, top, part)
  if (whole) paintMarksOf(context, scene, top)
  const outline = whole ? scene.outlineOf(top) : undefined
  if (outline) paintOutline(context, scene, rect, size, outline)
  if (state.probe) paintProbe(context, rect, size, state.probe)
}
