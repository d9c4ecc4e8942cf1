/**
 * Marks under a camera that moves. Many of them take longer to draw than a frame has: they are drawn once with room around the
 * stage, and that picture is moved and scaled along until it no longer covers the stage. At rest they are drawn exactly.
 */
import type { Box } from './labels.ts'
import type { Layer } from './layer.ts'
import { type MarkScene, paintMarks } from './paint.ts'

/** With fewer marks, drawing them is as fast as moving their picture. */
const manyMarks = 100
/** The picture of them is scaled up and down this far; lines look thicker or thinner meanwhile. */
const mostScaled = 1.5

interface Drawn {
  readonly canvas: OffscreenCanvas
  /** What was drawn: `rect` is on this canvas. */
  readonly scene: MarkScene
}

type Surface = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

/** For each stage, because two of different size may show the same marks. */
const drawn = new WeakMap<Surface, WeakMap<Layer, Drawn>>()

/** Where all of the drawn canvas lies on the stage now. */
export function placeNow(then: MarkScene, { rect }: Pick<MarkScene, 'rect'>): Box {
  const scale = rect.width / then.rect.width
  return {
    x: rect.x - then.rect.x * scale,
    y: rect.y - then.rect.y * scale,
    width: then.stage.width * scale,
    height: then.stage.height * scale,
  }
}

/** Whether what was drawn then shows all marks that are in sight now. */
export function stillShows(then: MarkScene, now: MarkScene): boolean {
  const unchanged = (['layer', 'shown', 'hovered', 'selected', 'ratio', 'tags'] as const).every(
    (key) => then[key] === now[key],
  )
  const scale = now.rect.width / then.rect.width
  const { x, y, width, height } = placeNow(then, now)
  const covers = x <= 0 && y <= 0 && x + width >= now.stage.width && y + height >= now.stage.height
  return unchanged && covers && scale <= mostScaled && scale >= 1 / mostScaled
}

function drawAhead(scene: MarkScene, spare: number, canvas: OffscreenCanvas | undefined): Drawn {
  const stage = { width: scene.stage.width + 2 * spare, height: scene.stage.height + 2 * spare }
  const fits = canvas?.width === stage.width && canvas.height === stage.height
  const ahead = fits ? canvas : new OffscreenCanvas(stage.width, stage.height)
  const there = { ...scene, stage, rect: { ...scene.rect, x: scene.rect.x + spare, y: scene.rect.y + spare } }
  const context = ahead.getContext('2d')
  context?.clearRect(0, 0, stage.width, stage.height)
  if (context) paintMarks(context, there)
  return { canvas: ahead, scene: there }
}

/** `spare`: how far around the stage they are drawn ahead, in device pixels; 0: the camera is at rest. */
export function paintMovingMarks(context: Surface, scene: MarkScene, spare: number): void {
  if (spare === 0 || scene.shown.length < manyMarks) {
    paintMarks(context, scene)
    return
  }
  const ofStage = drawn.get(context) ?? new WeakMap<Layer, Drawn>()
  drawn.set(context, ofStage)
  let last = ofStage.get(scene.layer)
  if (!last || !stillShows(last.scene, scene)) {
    last = drawAhead(scene, spare, last?.canvas)
    ofStage.set(scene.layer, last)
  }
  const { x, y, width, height } = placeNow(last.scene, scene)
  context.imageSmoothingEnabled = true
  // On whole device pixels, where lines stay sharp while the picture is only moved.
  context.drawImage(last.canvas, Math.round(x), Math.round(y), Math.round(width), Math.round(height))
}
