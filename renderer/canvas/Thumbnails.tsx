/**
 * Seen from afar, all pictures are drawn on one canvas that moves with the graph: panning draws nothing at all, and five
 * hundred nodes need no canvas of their own. It lies under the nodes, which are then only outlines and names.
 */
import { useEffect, useRef } from 'react'
import { drawItem } from '../preview/PreviewCanvas.tsx'
import { currentGraph, nodeRef, useEditor } from '../state/editor.ts'
import { typeInfo } from '../state/info.ts'
import { registerView } from '../state/views.ts'
import { useTheme } from '../theme/theme.ts'
import { around, type Box, layoutOf } from './geometry.ts'
import { useCanvas } from './store.ts'

interface Thumb {
  readonly view: string
  readonly node: string
  readonly port: string | undefined
  readonly box: Box
}

/** Above the picture the name is written. */
const nameHeight = 72
const margin = 8
const radius = 10
const maxPixels = 12e6

const pictureBox = ({ x, y, width, height }: Box): Box => ({
  x: x + margin,
  y: y + nameHeight,
  width: width - 2 * margin,
  height: Math.max(20, height - nameHeight - margin),
})

function thumbsNow(): Thumb[] {
  const s = useEditor.getState()
  const graph = currentGraph(s)
  return Object.entries(graph.nodes).map(([id, record]) => {
    const layout = layoutOf(id, record, typeInfo(s, record.type), graph)
    const node = nodeRef(s.trail, id)
    const port = layout.preview?.port || undefined
    return {
      view: `far:${node}.${port}`,
      node,
      port,
      box: { ...record.position, width: layout.width, height: layout.height },
    }
  })
}

/** Draws the cards, and each picture when it comes. Not a React affair: it lives as long as nothing is nearer. */
function createLayer(canvas: HTMLCanvasElement) {
  const pictures = new Map<string, OffscreenCanvas>()
  let views = new Map<string, () => void>()
  let thumbs: readonly Thumb[] = []
  let origin: Box = { x: 0, y: 0, width: 1, height: 1 }
  let resolution = 1
  let size = { width: 1, height: 1 }

  const context = canvas.getContext('2d')

  function drawPicture(thumb: Thumb): void {
    const picture = pictures.get(thumb.view)
    if (!picture || !context) return
    const box = pictureBox(thumb.box)
    const scale = Math.min(box.width / picture.width, box.height / picture.height)
    const [width, height] = [picture.width * scale, picture.height * scale]
    context.drawImage(
      picture,
      (box.x - origin.x + (box.width - width) / 2) * resolution,
      (box.y - origin.y + (box.height - height) / 2) * resolution,
      width * resolution,
      height * resolution,
    )
  }

  function draw(): void {
    if (!context) return
    context.clearRect(0, 0, canvas.width, canvas.height)
    context.fillStyle = getComputedStyle(canvas).color
    context.beginPath()
    for (const { box } of thumbs)
      context.roundRect(
        (box.x - origin.x) * resolution,
        (box.y - origin.y) * resolution,
        box.width * resolution,
        box.height * resolution,
        radius * resolution,
      )
    context.fill()
    for (const thumb of thumbs) drawPicture(thumb)
  }

  /** Asks for what is missing, leaves what is there. */
  function register(): void {
    const next = new Map<string, () => void>()
    for (const thumb of thumbs) {
      const { view, node, port } = thumb
      if (port === undefined) continue
      const id = `${view} ${size.width}`
      const known = views.get(id)
      const request = { id: view, node, port, ...size }
      next.set(
        id,
        known ??
          registerView(request, (item, pixels) => {
            if (!pixels) return
            const picture = pictures.get(view) ?? new OffscreenCanvas(1, 1)
            drawItem(picture, item, pixels)
            pictures.set(view, picture)
            const now = thumbs.find((other) => other.view === view)
            if (now) drawPicture(now)
          }),
      )
    }
    for (const [id, forget] of views) if (!next.has(id)) forget()
    views = next
  }

  return {
    /** `hidden`: nodes that are being dragged, which are not drawn here. */
    show(step: number, hidden: ReadonlySet<string>): void {
      const ratio = window.devicePixelRatio || 1
      const wanted = step * ratio
      const all = thumbsNow()
      origin = around(all.map(({ box }) => box)) ?? { x: 0, y: 0, width: 1, height: 1 }
      resolution = Math.min(wanted, Math.sqrt(maxPixels / (origin.width * origin.height)))
      size = { width: Math.max(8, Math.round(168 * resolution)), height: Math.max(8, Math.round(150 * resolution)) }
      thumbs = all.filter(({ node }) => !hidden.has(node))
      const [width, height] = [Math.ceil(origin.width * resolution), Math.ceil(origin.height * resolution)]
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
      canvas.style.translate = `${origin.x}px ${origin.y}px`
      canvas.style.width = `${origin.width}px`
      canvas.style.height = `${origin.height}px`
      draw()
      register()
    },
    close(): void {
      for (const forget of views.values()) forget()
    },
  }
}

export function Thumbnails() {
  const far = useCanvas((s) => s.far)
  return far ? <Layer /> : null
}

function Layer() {
  const element = useRef<HTMLCanvasElement>(null)
  const layer = useRef<ReturnType<typeof createLayer> | undefined>(undefined)
  const graph = useEditor(currentGraph)
  const catalogue = useEditor((s) => s.catalogue)
  const dragging = useCanvas((s) => s.moving.size > 0)
  const step = useCanvas((s) => s.farStep)
  const theme = useTheme((s) => s.theme)

  useEffect(() => {
    if (!element.current) return
    layer.current = createLayer(element.current)
    return () => layer.current?.close()
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: they are when to draw, not what
  useEffect(() => {
    const { trail } = useEditor.getState()
    const moving = [...useCanvas.getState().moving.keys()].map((id) => nodeRef(trail, id))
    layer.current?.show(step, new Set(moving))
  }, [graph, catalogue, dragging, step, theme])

  return (
    <canvas
      ref={element}
      aria-hidden
      style={{ position: 'absolute', zIndex: 1, pointerEvents: 'none', color: 'var(--raised)' }}
    />
  )
}
