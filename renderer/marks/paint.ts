/**
 * Draws marks over a picture, wherever it is shown. Lines and text are in device pixels, so they stay sharp at every zoom.
 * Marks out of sight cost a comparison each.
 * Each mark is stroked alone: as one path, a thousand overlapping boxes took 25 times as long to rasterise.
 */
import type { Mark } from '../../engine/values/mark.ts'
import { type Box, placeTags, type Tag, type Wish } from './labels.ts'
import type { Layer } from './layer.ts'
import { halo, palette, selectedLine, tagText } from './palette.ts'
import { tagWords } from './words.ts'

type Surface = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

export interface MarkScene {
  /** Where the picture lies on the canvas, in device pixels. */
  readonly rect: Box
  /** Of the picture, in its own pixels. */
  readonly size: { readonly width: number; readonly height: number }
  /** Of the canvas. */
  readonly stage: { readonly width: number; readonly height: number }
  /** Device pixels per CSS pixel. */
  readonly ratio: number
  readonly layer: Layer
  /** The marks that pass the filter. */
  readonly shown: readonly number[]
  /** Under the pointer. */
  readonly hovered?: number | undefined
  readonly selected?: number | undefined
  /** False: lines only, for small pictures. */
  readonly tags: boolean
}

/** In CSS pixels. */
const line = 1.5
const thickLine = 2.5
const haloWidth = 1.25
/** Below this side a rectangle is a filled square, as its line would cover it. */
const smallest = 3
/** Without a radius, a point is a dot of this radius. */
const dot = 3
/** Where marks lie closer than this, points and lines get finer, down to the finest point. */
const room = 12
const finest = 0.75
const fontSize = 11
const tagHeight = 16
const tagPadding = 4
/** A box of less than this side has its tag only under the pointer. */
const taggedFrom = 26
const mostTags = 120

/** In device pixels of the canvas. */
interface Placed {
  readonly x: (x: number) => number
  readonly y: (y: number) => number
  readonly scale: number
  /** The radius of a point without one of its own. */
  readonly dot: number
}

/** On whole device pixels, so that a straight line is as wide as it is meant to be. */
const crisp = (value: number, width: number): number =>
  Math.round(width) % 2 === 1 ? Math.floor(value) + 0.5 : Math.round(value)

/** Strokes the lines of a mark. */
function stroke(context: Surface, mark: Mark, { x, y, scale, dot }: Placed, width: number): void {
  if (mark.kind === 'rect') {
    const [x0, y0, x1, y1] = mark.box
    const [left, right] = [crisp(x(Math.min(x0, x1)), width), crisp(x(Math.max(x0, x1)), width)]
    const [top, bottom] = [crisp(y(Math.min(y0, y1)), width), crisp(y(Math.max(y0, y1)), width)]
    context.strokeRect(left, top, right - left, bottom - top)
    return
  }
  context.beginPath()
  if (mark.kind === 'point') {
    const [cx, cy] = [x(mark.at[0]), y(mark.at[1])]
    const radius = Math.max(mark.radius === undefined ? 0 : mark.radius * scale, dot)
    context.arc(cx, cy, radius, 0, 2 * Math.PI)
    if (mark.angle !== undefined) {
      const angle = (mark.angle * Math.PI) / 180
      context.moveTo(cx, cy)
      context.lineTo(cx + radius * Math.cos(angle), cy + radius * Math.sin(angle))
    }
  } else {
    for (const [px, py] of mark.points) context.lineTo(x(px), y(py))
    if (mark.closed) context.closePath()
    // A line to itself would be nothing.
    const [only] = mark.points
    if (mark.points.length === 1 && only) context.lineTo(x(only[0]) + 1, y(only[1]))
  }
  context.stroke()
}

/** The marks that pass the filter and are in sight. */
function inSight({ rect, size, stage, layer, shown, ratio }: MarkScene): readonly number[] {
  const scale = rect.width / size.width
  const margin = (dot + thickLine) * ratio
  const left = (-rect.x - margin) / scale
  const top = (-rect.y - margin) / scale
  const right = (stage.width - rect.x + margin) / scale
  const bottom = (stage.height - rect.y + margin) / scale
  const { bounds } = layer
  return shown.filter((i) => {
    const at = 4 * i
    return (
      (bounds[at] as number) <= right &&
      (bounds[at + 2] as number) >= left &&
      (bounds[at + 1] as number) <= bottom &&
      (bounds[at + 3] as number) >= top
    )
  })
}

/** The mark as a box of the canvas. */
function boxOf({ bounds }: Layer, index: number, { x, y }: Placed): Box {
  const at = 4 * index
  const [left, top] = [x(bounds[at] as number), y(bounds[at + 1] as number)]
  return { x: left, y: top, width: x(bounds[at + 2] as number) - left, height: y(bounds[at + 3] as number) - top }
}

/**
 * By font size. Measuring text is slow, and the same few words come again and again; so is asking a context for its font,
 * which writes it anew each time.
 */
const widths = new Map<number, Map<string, number>>()
function widthOf(context: Surface, text: string, ofFont: Map<string, number>): number {
  const known = ofFont.get(text)
  if (known !== undefined) return known
  const { width } = context.measureText(text)
  if (ofFont.size > 5000) ofFont.clear()
  ofFont.set(text, width)
  return width
}

function widthsOf(ratio: number): Map<string, number> {
  const known = widths.get(ratio)
  if (known) return known
  // A window that is zoomed has a new ratio each time.
  if (widths.size > 8) widths.clear()
  const none = new Map<string, number>()
  widths.set(ratio, none)
  return none
}

/** The larger and the surer a mark, the sooner it gets its tag. */
function wishesOf(context: Surface, scene: MarkScene, seen: readonly number[], placed: Placed): readonly Wish[] {
  const { layer, ratio, hovered, selected } = scene
  const wanted: { readonly index: number; readonly box: Box; readonly weight: number }[] = []
  for (const index of seen) {
    const mark = layer.marks[index] as Mark
    const special = index === hovered || index === selected
    const box = boxOf(layer, index, placed)
    if (!special && (mark.kind !== 'rect' || Math.min(box.width, box.height) < taggedFrom * ratio)) continue
    if (!mark.label && mark.weight === undefined) continue
    wanted.push({ index, box, weight: mark.weight ?? 1 })
  }
  const known = widthsOf(ratio)
  return wanted
    .sort((a, b) => b.weight - a.weight)
    .slice(0, mostTags)
    .map(({ index, box }) => {
      const text = tagWords(layer.marks[index] as Mark)
      const width = Math.ceil(widthOf(context, text, known) + 2 * tagPadding * ratio)
      return { index, box, width, height: tagHeight * ratio }
    })
}

function paintTag(context: Surface, { layer, ratio }: MarkScene, tag: Tag): void {
  context.fillStyle = palette[layer.colours[tag.index] ?? 0] ?? palette[0]
  context.fillRect(tag.x, tag.y, tag.width, tag.height)
  context.fillStyle = tagText
  const text = tagWords(layer.marks[tag.index] as Mark)
  context.fillText(text, tag.x + tagPadding * ratio, tag.y + tag.height / 2 + 0.5 * ratio)
}

/** From 1 down to 0: how much finer marks are drawn, so that many on a small picture do not cover it. */
function fineness({ rect, stage, ratio }: MarkScene, count: number): number {
  const width = Math.min(rect.x + rect.width, stage.width) - Math.max(rect.x, 0)
  const height = Math.min(rect.y + rect.height, stage.height) - Math.max(rect.y, 0)
  return Math.min(1, Math.sqrt(Math.max(0, width * height) / count) / (room * ratio))
}

/** One mark above all others. */
function paintAlone(context: Surface, scene: MarkScene, index: number, placed: Placed, chosen: boolean): void {
  const { layer, ratio } = scene
  const width = thickLine * ratio
  const mark = layer.marks[index] as Mark
  const lines: readonly (readonly [colour: string, width: number])[] = [
    [halo, width + (chosen ? 6 : 3) * ratio],
    ...(chosen ? ([[selectedLine, width + 3 * ratio]] as const) : []),
    [palette[layer.colours[index] ?? 0] ?? palette[0], width],
  ]
  for (const [colour, wide] of lines) {
    context.strokeStyle = colour
    context.lineWidth = wide
    // All lines of a mark lie on the same pixels, whatever their width.
    stroke(context, mark, placed, width)
  }
}

export function paintMarks(context: Surface, scene: MarkScene): void {
  const { rect, size, layer, ratio, hovered, selected } = scene
  const [sx, sy] = [rect.width / size.width, rect.height / size.height]
  const seen = inSight(scene)
  if (seen.length === 0) return
  const fine = fineness(scene, seen.length)
  const placed: Placed = {
    x: (x) => rect.x + x * sx,
    y: (y) => rect.y + y * sy,
    scale: sx,
    dot: Math.max(finest, dot * fine) * ratio,
  }
  const width = Math.max(1, Math.round(line * fine * ratio))
  const small = smallest * ratio
  // By colour, so that the style is set a few times only. What is too small for lines is a filled square.
  const lines = palette.map((): number[] => [])
  const dots = palette.map((): Box[] => [])
  for (const index of seen) {
    if (index === hovered || index === selected) continue
    const colour = layer.colours[index] ?? 0
    const box = boxOf(layer, index, placed)
    if (layer.marks[index]?.kind !== 'point' && box.width < small && box.height < small) dots[colour]?.push(box)
    else lines[colour]?.push(index)
  }
  const strokeAll = (indices: readonly number[]): void => {
    for (const index of indices) stroke(context, layer.marks[index] as Mark, placed, width)
  }
  context.save()
  context.lineJoin = 'miter'
  context.lineCap = 'butt'
  context.strokeStyle = halo
  context.lineWidth = width + 2 * haloWidth * fine * ratio
  for (const indices of lines) strokeAll(indices)
  context.lineWidth = width
  // The first colours lie on top: that of kept boxes, while an algorithm is told step by step.
  for (const [colour, indices] of [...lines.entries()].reverse()) {
    context.strokeStyle = context.fillStyle = palette[colour] ?? palette[0]
    strokeAll(indices)
    for (const { x, y } of dots[colour] ?? []) context.fillRect(Math.round(x), Math.round(y), small, small)
  }
  context.lineJoin = 'round'
  if (selected !== undefined && seen.includes(selected)) paintAlone(context, scene, selected, placed, true)
  if (hovered !== undefined && hovered !== selected && seen.includes(hovered))
    paintAlone(context, scene, hovered, placed, false)
  if (scene.tags) {
    context.font = `600 ${fontSize * ratio}px system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif`
    context.textAlign = 'left'
    context.textBaseline = 'middle'
    const always = new Set([hovered, selected].filter((index) => index !== undefined))
    const tags = placeTags(wishesOf(context, scene, seen, placed), scene.stage, always)
    for (const tag of tags) paintTag(context, scene, tag)
  }
  context.restore()
}
