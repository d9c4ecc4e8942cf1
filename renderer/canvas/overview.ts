/**
 * The drawing of the graph seen from afar: cards with names and thumbnails, and wires, all on one canvas in the graph's own
 * coordinates. It is drawn when something changes; panning moves it as it is.
 */
import { splitPort } from '../../engine/graph/document.ts'
import type { SocketSpec } from '../../engine/types/socket.ts'
import { drawItem } from '../preview/PreviewCanvas.tsx'
import { currentGraph, nodeRef, useEditor } from '../state/editor.ts'
import { nodeTitle, typeInfo } from '../state/info.ts'
import { nodeReports } from '../state/reports.ts'
import { registerView } from '../state/views.ts'
import { typeColour } from '../theme/types.ts'
import { around, type Box, layoutOf, type Point } from './geometry.ts'

interface Card {
  readonly id: string
  /** `outer/inner` */
  readonly node: string
  readonly view: string
  readonly port: string | undefined
  readonly title: string
  readonly box: Box
  readonly bypass: boolean
}

interface Curve {
  readonly from: Point
  readonly to: Point
  readonly socket: SocketSpec
}

/** Font and margins in units of the graph, large enough to be read from afar. */
const font = 26
const lineHeight = 30
const margin = 10
const radius = 10
/** Names smaller than this on the screen are left out, and the picture takes their place. */
const legible = 7
const maxPixels = 12e6

/** Whether names can be read at so many pixels of the screen to one unit of the graph. */
export const isNamed = (step: number): boolean => step * font >= legible

/** Where the picture of a node goes. */
export function farPicture({ x, y, width, height }: Box, named: boolean): Box {
  const top = named ? 2 * lineHeight + 2 * margin : margin
  return { x: x + margin, y: y + top, width: width - 2 * margin, height: Math.max(20, height - top - margin) }
}

function cards(): Card[] {
  const s = useEditor.getState()
  const graph = currentGraph(s)
  return Object.entries(graph.nodes).map(([id, record]) => {
    const info = typeInfo(s, record.type)
    const { width, height, preview } = layoutOf(id, record, info, graph)
    const node = nodeRef(s.trail, id)
    return {
      id,
      node,
      view: `far:${node}.${preview?.port}`,
      port: preview?.port || undefined,
      title: nodeTitle(record, info),
      box: { ...record.position, width, height },
      bypass: record.bypass === true,
    }
  })
}

function curves(hidden: ReadonlySet<string>): Curve[] {
  const s = useEditor.getState()
  const graph = currentGraph(s)
  const end = (ref: string, side: 'inputs' | 'outputs') => {
    const [id, port] = splitPort(ref)
    const record = graph.nodes[id]
    if (!record || hidden.has(id)) return undefined
    const layout = layoutOf(id, record, typeInfo(s, record.type), graph)
    const found = layout[side].find((socket) => socket.port === port)
    if (!found) return undefined
    const x = record.position.x + (side === 'outputs' ? layout.width : 0)
    return { x, y: record.position.y + found.y, socket: found.socket }
  }
  return Object.entries(graph.edges).flatMap(([to, from]) => {
    const [start, stop] = [end(from, 'outputs'), end(to, 'inputs')]
    return start && stop ? [{ from: start, to: stop, socket: start.socket }] : []
  })
}

/** At most two lines, broken at a space. */
function lines(context: CanvasRenderingContext2D, text: string, width: number): string[] {
  if (context.measureText(text).width <= width) return [text]
  const words = text.split(' ')
  let first = words.shift() ?? ''
  while (words[0] && context.measureText(`${first} ${words[0]}`).width <= width) first += ` ${words.shift()}`
  return words.length ? [first, words.join(' ')] : [first]
}

export interface Overview {
  /**
   * @param step pixels of the screen to one unit of the graph
   * @param hidden nodes that are drawn elsewhere because they are being dragged
   */
  show(step: number, hidden: ReadonlySet<string>): void
  close(): void
}

export function createOverview(canvas: HTMLCanvasElement): Overview {
  const pictures = new Map<string, OffscreenCanvas>()
  let views = new Map<string, () => void>()
  let shown: readonly Card[] = []
  let wires: readonly Curve[] = []
  let origin: Box = { x: 0, y: 0, width: 1, height: 1 }
  let resolution = 1
  let named = false
  let size = { width: 1, height: 1 }
  let failed = ''

  const found = canvas.getContext('2d')
  if (!found) throw new Error('this browser draws on no canvas')
  const context: CanvasRenderingContext2D = found

  /** What a CSS colour is in this theme. */
  function resolved(colour: string): string {
    canvas.style.color = colour
    return getComputedStyle(canvas).color
  }

  const pictureBox = (box: Box): Box => farPicture(box, named)

  function drawPicture({ view, box, bypass }: Card): void {
    const picture = pictures.get(view)
    if (!picture) return
    const space = pictureBox(box)
    const scale = Math.min(space.width / picture.width, space.height / picture.height)
    const [width, height] = [picture.width * scale, picture.height * scale]
    context.globalAlpha = bypass ? 0.5 : 1
    context.drawImage(
      picture,
      space.x + (space.width - width) / 2,
      space.y + (space.height - height) / 2,
      width,
      height,
    )
    context.globalAlpha = 1
  }

  function drawWires(): void {
    context.lineWidth = Math.max(1.75, 1 / resolution)
    const byColour = new Map<string, Path2D>()
    for (const { from, to, socket } of wires) {
      const colour = typeColour(socket)
      const path = byColour.get(colour) ?? new Path2D()
      byColour.set(colour, path)
      // As React Flow bends them.
      const distance = to.x - from.x
      const bend = distance >= 0 ? distance / 2 : 6.25 * Math.sqrt(-distance)
      path.moveTo(from.x, from.y)
      path.bezierCurveTo(from.x + bend, from.y, to.x - bend, to.y, to.x, to.y)
    }
    for (const [colour, path] of byColour) {
      context.strokeStyle = resolved(colour)
      context.stroke(path)
    }
  }

  function outline(list: readonly Card[], colour: string, width: number): void {
    context.strokeStyle = resolved(colour)
    context.lineWidth = width
    context.beginPath()
    for (const { box } of list) context.roundRect(box.x, box.y, box.width, box.height, radius)
    context.stroke()
  }

  const fails = (): readonly Card[] => shown.filter(({ node }) => nodeReports.get(node)?.status === 'error')

  function draw(): void {
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, canvas.width, canvas.height)
    context.setTransform(resolution, 0, 0, resolution, -origin.x * resolution, -origin.y * resolution)
    drawWires()
    context.fillStyle = resolved('var(--raised)')
    context.beginPath()
    for (const { box } of shown) context.roundRect(box.x, box.y, box.width, box.height, radius)
    context.fill()
    outline(shown, 'var(--line-strong)', Math.max(1, 1 / resolution))
    if (named) {
      context.fillStyle = resolved('var(--text)')
      context.font = `600 ${font}px ${getComputedStyle(canvas).fontFamily}`
      context.textBaseline = 'top'
      for (const { title, box } of shown)
        for (const [i, line] of lines(context, title, box.width - 2 * margin).entries())
          context.fillText(line, box.x + margin, box.y + margin + i * lineHeight, box.width - 2 * margin)
    }
    for (const card of shown) drawPicture(card)
    outline(fails(), 'var(--danger)', Math.max(4, 2 / resolution))
  }

  /** Asks for what is missing, leaves what is there. */
  function register(): void {
    const next = new Map<string, () => void>()
    for (const { view, node, port } of shown) {
      if (port === undefined) continue
      const id = `${view} ${size.width} ${size.height}`
      const known = views.get(id)
      next.set(
        id,
        known ??
          registerView({ id: view, node, port, ...size }, (item, pixels) => {
            if (!pixels) return
            const picture = pictures.get(view) ?? new OffscreenCanvas(1, 1)
            drawItem(picture, item, pixels)
            pictures.set(view, picture)
            const card = shown.find((other) => other.view === view)
            if (card) drawPicture(card)
          }),
      )
    }
    for (const [id, forget] of views) if (!next.has(id)) forget()
    views = next
  }

  // A node that fails, or works again, is drawn anew; that others ran is not to be seen from here.
  const stop = nodeReports.subscribe(null, () => {
    const now = fails()
      .map(({ id }) => id)
      .join()
    if (now === failed) return
    failed = now
    draw()
  })

  return {
    show(step, hidden) {
      const ratio = window.devicePixelRatio || 1
      const all = cards()
      origin = around(all.map(({ box }) => box)) ?? { x: 0, y: 0, width: 1, height: 1 }
      origin = { x: origin.x - 8, y: origin.y - 8, width: origin.width + 16, height: origin.height + 16 }
      resolution = Math.min(step * ratio, Math.sqrt(maxPixels / (origin.width * origin.height)))
      named = isNamed(step)
      const box = pictureBox({ x: 0, y: 0, width: 184, height: 240 })
      size = {
        width: Math.max(8, Math.round(box.width * resolution)),
        height: Math.max(8, Math.round(box.height * resolution)),
      }
      shown = all.filter(({ id }) => !hidden.has(id))
      wires = curves(hidden)
      const [width, height] = [Math.ceil(origin.width * resolution), Math.ceil(origin.height * resolution)]
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
      canvas.style.translate = `${origin.x}px ${origin.y}px`
      canvas.style.width = `${origin.width}px`
      canvas.style.height = `${origin.height}px`
      draw()
      register()
    },
    close() {
      stop()
      for (const forget of views.values()) forget()
    },
  }
}
