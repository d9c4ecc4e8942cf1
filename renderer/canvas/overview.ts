/**
 * Draws the graph seen from afar: cards with names, sockets and thumbnails, and wires, in graph coordinates. Two sheets keep
 * a frame of a gesture free of drawing: panning moves both sheets, and dragged items are lifted to the second, which moves
 * alone. Changes are redrawn only where they occurred. The browser copies a canvas on every frame in which it moves, so the
 * first sheet covers only the visible part and a margin.
 */
import { splitPort } from '../../engine/graph/document.ts'
import type { PreviewItem } from '../../engine/protocol/reports.ts'
import { paintMarks } from '../marks/paint.ts'
import { shownMarks } from '../marks/state.ts'
import { drawItem } from '../preview/PreviewCanvas.tsx'
import { currentGraph, nodeRef, useEditor } from '../state/editor.ts'
import { nodeTitle, typeInfo } from '../state/info.ts'
import { registerView } from '../state/views.ts'
import { typeColour } from '../theme/types.ts'
import { shrinkage, twoLines } from '../ui/cut-text.ts'
import type { ViewedValue } from '../values/view.ts'
import { viewOf } from '../values/views.ts'
import {
  around,
  type Box,
  common,
  contains,
  layoutOf,
  metrics,
  type NodeLayout,
  overlap,
  type Point,
} from './geometry.ts'
import { useCanvas } from './store.ts'

interface Card {
  readonly id: string
  /** `outer/inner` */
  readonly node: string
  readonly view: string
  readonly port: string | undefined
  readonly title: string
  readonly box: Box
  readonly layout: NodeLayout
  /** The inputs without a wire, by name. */
  readonly open: readonly string[]
  readonly bypass: boolean
  /** Dimmed because it is not part of what a lesson shows. */
  readonly dim: boolean
}

interface Curve {
  readonly from: Point
  readonly to: Point
  readonly colour: string
  readonly selected: boolean
  readonly dim: boolean
  /** Margin around its curve. */
  readonly box: Box
}

/** What a sheet shows: cards by id, wires by where they end. */
interface Content {
  readonly cards: ReadonlyMap<string, Card>
  readonly wires: ReadonlyMap<string, Curve>
}

/** Font and margins in graph units, large enough to read from afar. */
const font = 26
/** Long words are written smaller, down to this. */
const leastFont = 19
const lineHeight = 30
const margin = 10
export const cardRadius = 10
/** Smaller names on the screen are omitted, and the picture takes their place. */
const legible = 7
/** From this scale on, sockets can be told apart and grabbed. */
export const socketStep = 0.375
const maxPixels = 12e6
/** With more regions than this, redrawing everything is faster. */
const maxDirty = 40
/** This fraction of the visible size is drawn beyond it on each side. */
const beyond = 0.25
/** The sheet's edges are multiples of this, so that it is seldom resized. */
const grain = 256

const grown = ({ x, y, width, height }: Box, by: number): Box => ({
  x: x - by,
  y: y - by,
  width: width + 2 * by,
  height: height + 2 * by,
})

function snapped({ x, y, width, height }: Box): Box {
  const [left, top] = [Math.floor(x / grain) * grain, Math.floor(y / grain) * grain]
  return {
    x: left,
    y: top,
    width: Math.ceil((x + width - left) / grain) * grain,
    height: Math.ceil((y + height - top) / grain) * grain,
  }
}

function allCards(): Card[] {
  const s = useEditor.getState()
  const graph = currentGraph(s)
  const { lit } = useCanvas.getState()
  return Object.entries(graph.nodes).map(([id, record]) => {
    const info = typeInfo(s, record)
    const layout = layoutOf(id, record, info, graph)
    const node = nodeRef(s.trail, id)
    return {
      id,
      node,
      view: `far:${node}.${layout.preview?.port}`,
      port: layout.preview?.port || undefined,
      title: nodeTitle(record, info),
      box: { ...record.position, width: layout.width, height: layout.height },
      layout,
      open: layout.inputs.flatMap(({ port }) => (`${id}.${port}` in graph.edges ? [] : [port])),
      bypass: record.bypass === true,
      dim: lit !== undefined && !lit.has(id),
    }
  })
}

/** The curve that React Flow uses. */
function bend({ from, to }: Pick<Curve, 'from' | 'to'>): number {
  const distance = to.x - from.x
  return distance >= 0 ? distance / 2 : 6.25 * Math.sqrt(-distance)
}

/** The wires between these cards. */
function curvesOf(cards: ReadonlyMap<string, Card>): Map<string, Curve> {
  const s = useEditor.getState()
  const end = (ref: string, side: 'inputs' | 'outputs') => {
    const [id, port] = splitPort(ref)
    const card = cards.get(id)
    const found = card?.layout[side].find((socket) => socket.port === port)
    if (!card || !found) return undefined
    return {
      x: card.box.x + (side === 'outputs' ? card.box.width : 0),
      y: card.box.y + found.y,
      colour: typeColour(found.socket),
    }
  }
  const list = new Map<string, Curve>()
  for (const [id, ref] of Object.entries(currentGraph(s).edges)) {
    const [from, to] = [end(ref, 'outputs'), end(id, 'inputs')]
    if (!from || !to) continue
    const by = bend({ from, to })
    const points = [from, to, { x: from.x + by, y: from.y }, { x: to.x - by, y: to.y }]
    const box = around(points.map(({ x, y }) => ({ x, y, width: 0, height: 0 })))
    const selected = s.selection.edges.has(id)
    const dim = cards.get(splitPort(id)[0])?.dim === true
    if (box) list.set(id, { from, to, colour: from.colour, selected, dim, box: grown(box, 8) })
  }
  return list
}

const stampOf = ({ box, title, open, bypass, dim, view }: Card): string =>
  [...Object.values(box), ...open, bypass, dim, view, title].join()
const wireStampOf = ({ from, to, colour, selected, dim }: Curve): string =>
  [from.x, from.y, to.x, to.y, colour, selected, dim].join()

const alpha = (dim: boolean): number => (dim ? 0.22 : 1)

const nowhere: Box = { x: 0, y: 0, width: 0, height: 0 }
const empty: Content = { cards: new Map(), wires: new Map() }

/** Where the two differ. */
function changes(a: Content, b: Content): Box[] {
  const boxes: Box[] = []
  const compare = <T extends { readonly box: Box }>(
    before: ReadonlyMap<string, T>,
    after: ReadonlyMap<string, T>,
    stamp: (item: T) => string,
  ): void => {
    for (const [id, old] of before) {
      const now = after.get(id)
      if (now && stamp(now) === stamp(old)) continue
      boxes.push(old.box)
      if (now) boxes.push(now.box)
    }
    for (const [id, now] of after) if (!before.has(id)) boxes.push(now.box)
  }
  compare(a.cards, b.cards, stampOf)
  compare(a.wires, b.wires, wireStampOf)
  // Including the outline and the sockets, which extend beyond it.
  return boxes.map((box) => grown(box, metrics.socket))
}

/** A node's picture, or a value that is not a picture. */
type Result = OffscreenCanvas | ViewedValue

/** Over the thumbnail itself: it has the pixels of the screen. */
/** Drawn without smoothing: pictures of labels, where a colour between two is that of another. */
const sharp = new WeakSet<OffscreenCanvas>()

function drawMarks(picture: OffscreenCanvas, { node, port, region }: PreviewItem): void {
  const shown = shownMarks.get(`${node}.${port}`)
  const context = picture.getContext('2d')
  if (!shown || !context) return
  const { width, height } = picture
  paintMarks(context, {
    rect: { x: 0, y: 0, width, height },
    size: region,
    stage: { width, height },
    ratio: window.devicePixelRatio || 1,
    layer: shown.layer,
    shown: shown.passing,
    tags: false,
  })
}

/** The style of the drawing: a change here redraws everything. */
interface Look {
  /** Screen pixels per graph unit, in steps. */
  readonly step: number
  readonly theme: string
}

/** One canvas of the drawing. */
function createSheet(canvas: HTMLCanvasElement, results: ReadonlyMap<string, Result>) {
  let content = empty
  let look: Look = { step: 0, theme: '' }
  let origin = nowhere
  let resolution = 1
  let at = ''
  let family = ''

  const found = canvas.getContext('2d')
  if (!found) throw new Error('this browser draws on no canvas')
  const context: CanvasRenderingContext2D = found

  /** The value of a CSS colour in the current theme. */
  const colours = new Map<string, string>()
  function resolved(colour: string): string {
    const known = colours.get(colour)
    if (known) return known
    canvas.style.color = colour
    const value = getComputedStyle(canvas).color
    colours.set(colour, value)
    return value
  }

  /** Where a result would be: an empty card would look like a white picture. */
  function drawNothing({ x, y, width, height }: Box): void {
    context.save()
    context.setLineDash([8, 8])
    context.strokeStyle = resolved('var(--line-strong)')
    context.strokeRect(x + 4, y + 4, Math.max(0, width - 8), Math.max(0, height - 8))
    context.restore()
  }

  function drawResult({ view, port, box, bypass, dim }: Card): void {
    const result = results.get(view)
    const space = farPicture(box, isNamed(look.step))
    if (!result) {
      if (port !== undefined) drawNothing(space)
      return
    }
    context.globalAlpha = (bypass ? 0.5 : 1) * alpha(dim)
    if ('view' in result) {
      const line = Math.max(1.25, 1 / resolution)
      result.view.draw?.({ context, box: space, family, line, colour: resolved }, result.value)
    } else {
      const scale = Math.min(space.width / result.width, space.height / result.height)
      const [width, height] = [result.width * scale, result.height * scale]
      context.imageSmoothingEnabled = !sharp.has(result)
      context.drawImage(
        result,
        space.x + (space.width - width) / 2,
        space.y + (space.height - height) / 2,
        width,
        height,
      )
      context.imageSmoothingEnabled = true
    }
    context.globalAlpha = alpha(dim)
  }

  function drawWires(wires: readonly Curve[]): void {
    const thin = Math.max(1.75, 1 / resolution)
    const alike = new Map<string, { wire: Curve; path: Path2D }>()
    for (const wire of wires) {
      const { from, to } = wire
      const look = [wire.colour, wire.selected, wire.dim].join()
      const { path } = alike.get(look) ?? { path: new Path2D() }
      alike.set(look, { wire, path })
      const by = bend(wire)
      path.moveTo(from.x, from.y)
      path.bezierCurveTo(from.x + by, from.y, to.x - by, to.y, to.x, to.y)
    }
    for (const { wire, path } of alike.values()) {
      context.globalAlpha = alpha(wire.dim)
      context.strokeStyle = resolved(wire.selected ? 'var(--accent)' : wire.colour)
      context.lineWidth = wire.selected ? 2 * thin : thin
      context.stroke(path)
    }
  }

  function drawSockets({ box, layout, open }: Card): void {
    const raised = resolved('var(--raised)')
    const sides: readonly [NodeLayout['inputs'], number, readonly string[]][] = [
      [layout.inputs, box.x, open],
      [layout.outputs, box.x + box.width, []],
    ]
    for (const [ports, x, rings] of sides)
      for (const { port, socket, y } of ports) {
        // An input without a wire is a ring, as near by.
        const ring = rings.includes(port)
        context.fillStyle = context.strokeStyle = resolved(typeColour(socket))
        if (ring) context.fillStyle = raised
        context.beginPath()
        context.arc(x, box.y + y, metrics.socket / 2 - (ring ? 2 : 1), 0, 2 * Math.PI)
        context.fill()
        if (ring) context.stroke()
      }
  }

  function drawCards(cards: readonly Card[]): void {
    family = getComputedStyle(canvas).fontFamily
    const write = (size: number): void => {
      context.font = `600 ${size}px ${family}`
    }
    write(font)
    context.textBaseline = 'top'
    context.lineWidth = Math.max(1, 1 / resolution)
    for (const card of cards) {
      const { box, title } = card
      context.globalAlpha = alpha(card.dim)
      context.beginPath()
      context.roundRect(box.x, box.y, box.width, box.height, cardRadius)
      context.fillStyle = resolved('var(--raised)')
      context.fill()
      context.strokeStyle = resolved('var(--line-strong)')
      context.stroke()
      if (isNamed(look.step)) {
        context.fillStyle = resolved('var(--text)')
        const width = box.width - 2 * margin
        write(font * shrinkage(context, title, width, leastFont / font))
        for (const [i, line] of twoLines(context, title, width).entries())
          context.fillText(line, box.x + margin, box.y + margin + i * lineHeight)
        write(font)
      }
      drawResult(card)
      if (look.step >= socketStep) drawSockets(card)
    }
  }

  /** Redraws these regions, or everything. */
  function draw(places?: readonly Box[]): void {
    const wanted = places ?? [origin]
    context.setTransform(1, 0, 0, 1, 0, 0)
    if (!places) context.clearRect(0, 0, canvas.width, canvas.height)
    context.save()
    context.setTransform(resolution, 0, 0, resolution, -origin.x * resolution, -origin.y * resolution)
    if (places) {
      context.beginPath()
      for (const { x, y, width, height } of places) context.rect(x, y, width, height)
      context.clip()
      for (const { x, y, width, height } of places) context.clearRect(x, y, width, height)
    }
    const touched = <T extends { readonly box: Box }>(items: ReadonlyMap<string, T>): T[] =>
      [...items.values()].filter(({ box }) => wanted.some((place) => overlap(place, box)))
    drawWires(touched(content.wires))
    drawCards(touched(content.cards))
    context.restore()
  }

  return {
    /** @param box the part of it to draw */
    show(next: Content, nextLook: Look, box: Box): void {
      const ratio = window.devicePixelRatio || 1
      resolution = Math.min(nextLook.step * ratio, Math.sqrt(maxPixels / Math.max(1, box.width * box.height)))
      const place = [...Object.values(box), resolution, nextLook.step, nextLook.theme].join()
      const places = place === at ? changes(content, next) : undefined
      content = next
      look = nextLook
      if (places?.length === 0) return
      if (!places) {
        at = place
        origin = box
        colours.clear()
        const [width, height] = [Math.ceil(box.width * resolution), Math.ceil(box.height * resolution)]
        if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
        Object.assign(canvas.style, { width: `${box.width}px`, height: `${box.height}px` })
        this.move({ x: 0, y: 0 })
      }
      draw(places && places.length <= maxDirty ? places : undefined)
    },
    /** The picture of a card changed. */
    repaint(id: string): void {
      const card = content.cards.get(id)
      if (card && overlap(card.box, origin)) draw([card.box])
    },
    /** The offset from the position of its content in the graph. */
    move({ x, y }: Point): void {
      canvas.style.translate = `${origin.x + x}px ${origin.y + y}px`
    },
  }
}

/** Whether names are readable at this many screen pixels per graph unit. */
export const isNamed = (step: number): boolean => step * font >= legible

/** Where a node's picture goes. */
export function farPicture({ x, y, width, height }: Box, named: boolean): Box {
  const top = named ? 2 * lineHeight + 2 * margin : margin
  return { x: x + margin, y: y + top, width: width - 2 * margin, height: Math.max(20, height - top - margin) }
}

export interface Overview {
  /** @param lifted nodes that are being dragged */
  show(look: Look, seen: Box, lifted: ReadonlySet<string>): void
  /** The part now in view: draws what is missing there. */
  see(seen: Box): void
  /** How far the lifted items have been dragged. */
  drag(by: Point): void
  close(): void
}

export function createOverview(restingCanvas: HTMLCanvasElement, liftedCanvas: HTMLCanvasElement): Overview {
  const results = new Map<string, Result>()
  const resting = createSheet(restingCanvas, results)
  const lifted = createSheet(liftedCanvas, results)
  let views = new Map<string, () => void>()
  let content = empty
  let look: Look = { step: 0, theme: '' }
  let whole: Box = nowhere
  let drawn: Box = nowhere

  const extent = ({ cards }: Content): Box =>
    snapped(grown(around([...cards.values()].map(({ box }) => box)) ?? nowhere, metrics.socket))

  function drawAround(seen: Box): void {
    drawn = common(whole, snapped(grown(seen, beyond * Math.max(seen.width, seen.height))))
    resting.show(content, look, drawn)
  }

  /** Requests what is missing; keeps what is there. */
  function register(cards: readonly Card[]): void {
    const pixels = look.step * (window.devicePixelRatio || 1)
    const box = farPicture({ x: 0, y: 0, width: metrics.width, height: 240 }, isNamed(look.step))
    const size = {
      width: Math.max(8, Math.round(box.width * pixels)),
      height: Math.max(8, Math.round(box.height * pixels)),
    }
    const next = new Map<string, () => void>()
    for (const { id, view, node, port } of cards) {
      if (port === undefined) continue
      const key = `${view} ${size.width} ${size.height}`
      const receive: Parameters<typeof registerView>[1] = (item, pixels) => {
        if (pixels) {
          const known = results.get(view)
          const picture = known instanceof OffscreenCanvas ? known : new OffscreenCanvas(1, 1)
          drawItem(picture, item, pixels)
          if (item.display.mode === 'labels') sharp.add(picture)
          else sharp.delete(picture)
          drawMarks(picture, item)
          results.set(view, picture)
        } else {
          const shown = viewOf(item.value)
          if (shown) results.set(view, shown)
        }
        resting.repaint(id)
        lifted.repaint(id)
      }
      next.set(key, views.get(key) ?? registerView({ id: view, node, port, ...size }, receive))
    }
    for (const [key, forget] of views) if (!next.has(key)) forget()
    views = next
  }

  return {
    show(nextLook, seen, dragged) {
      const all = allCards()
      const contentOf = (cards: readonly Card[]): Content => {
        const byId = new Map(cards.map((card) => [card.id, card]))
        return { cards: byId, wires: curvesOf(byId) }
      }
      look = nextLook
      content = contentOf(all.filter(({ id }) => !dragged.has(id)))
      whole = extent(content)
      drawAround(seen)
      const up = contentOf(all.filter(({ id }) => dragged.has(id)))
      liftedCanvas.hidden = dragged.size === 0
      if (dragged.size > 0) lifted.show(up, look, extent(up))
      register(all.filter(({ id, box }) => dragged.has(id) || overlap(box, drawn)))
    },
    see(seen) {
      if (contains(drawn, common(whole, seen))) return
      drawAround(seen)
      register([...content.cards.values()].filter(({ box }) => overlap(box, drawn)))
    },
    drag: lifted.move,
    close() {
      for (const forget of views.values()) forget()
    },
  }
}
