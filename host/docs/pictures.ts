/** A node's picture: what goes in and what comes out, made by running it on a sample with its default parameters. */
import sharp from 'sharp'
import type { NodeInfo } from '../../engine/graph/catalogue.ts'
import { type Document, emptyDocument, type NodeRecord } from '../../engine/graph/document.ts'
import { makeOps } from '../../engine/ops/context.ts'
import { takesPicture } from '../../engine/types/handle.ts'
import { kindOf } from '../../engine/values/index.ts'
import { type Mark, scaledMark } from '../../engine/values/mark.ts'
import type { Made } from '../engine.ts'
import { drawWith } from '../gallery/draw.ts'

const position = { x: 0, y: 0 }
/** The largest size of each half, in pixels. */
const box = { width: 300, height: 200 }
const gap = 8

type Nodes = Record<string, NodeRecord>

const edges = { type: 'edge/canny', params: { low: 0.2, high: 0.4 }, port: 'edges' }
/** What is made of the photo for nodes that want edges or a mask. */
const drawn: Readonly<Record<string, typeof edges | { type: string; params: NodeRecord['params']; port: string }>> = {
  'feature/hough-lines': edges,
  'feature/hough-segments': edges,
  'feature/contours': { type: 'math/threshold', params: { value: 0.55 }, port: 'image' },
  // Made soft, it has few basins.
  'segment/watershed': { type: 'edge/sobel', params: {}, port: 'magnitude' },
}
/** How soft that is made. */
const softened: Readonly<Record<string, number>> = { 'segment/watershed': 7 }
/** Nodes that find nothing in the usual photo. */
const photos: Readonly<Record<string, string>> = { 'detect/haar': 'astronaut', 'segment/watershed': 'camera' }

/** A pipeline in which every input of the node has something to work on. */
function pipelineFor(info: NodeInfo): Document {
  const node = (type: string, params?: NodeRecord['params']): NodeRecord => ({
    type,
    position,
    ...(params && { params }),
  })
  const nodes: Nodes = { node: node(info.type) }
  const edges: Record<string, string> = {}
  let images = 0
  for (const [name, socket] of Object.entries(info.inputs)) {
    if (socket.optional) continue
    nodes.photo ??= node('io/sample-image', { name: photos[info.type] ?? 'coffee' })
    edges[`node.${name}`] = 'photo.image'
    // These two are the derivatives of one picture.
    if ((name === 'x' || name === 'y') && info.inputs.x && info.inputs.y) {
      nodes.slopes ??= node('edge/sobel')
      edges['slopes.image'] = 'photo.image'
      edges[`node.${name}`] = `slopes.${name}`
      continue
    }
    // Of a photo itself hardly anything is 0.
    const wants = drawn[info.type]
    if (wants) {
      nodes.drawn = node(wants.type, wants.params)
      edges['drawn.image'] = 'photo.image'
      edges[`node.${name}`] = `drawn.${wants.port}`
      const sigma = softened[info.type]
      if (sigma !== undefined) {
        nodes.soft = node('filter/gaussian-blur', { sigma })
        edges['soft.image'] = edges[`node.${name}`] ?? ''
        edges[`node.${name}`] = 'soft.image'
      }
      continue
    }
    // A second picture differs from the first, so that something is to be seen.
    if (images++ > 0) {
      nodes.other = node('filter/gaussian-blur', { sigma: 8 })
      edges['other.image'] = 'photo.image'
      edges[`node.${name}`] = 'other.image'
    }
    if (socket.type === 'tensor') {
      nodes[`as-${name}`] = node('tensor/view')
      edges[`as-${name}.image`] = edges[`node.${name}`] ?? ''
      edges[`node.${name}`] = `as-${name}.tensor`
    }
  }
  return { ...emptyDocument, nodes, edges }
}

type Half = { readonly pixels: Uint8Array; readonly width: number; readonly height: number }

/** The photo with the marks of an output over it. Throws if it has none. */
async function markedOf(document: Document, port: string, photo: Half, made: Made, folder: string): Promise<Half> {
  const services = made.services(folder)
  const result = await made.engine.run(document, { services, effects: false, nodes: ['node'] })
  const { ops, finish } = makeOps(made.devices, new AbortController().signal)
  try {
    const value = result.sinks.find((sink) => sink.node === 'node' && sink.port === port)?.value
    const face = value && (await kindOf(value).face?.(value, (part) => ops.read(part, {})))
    const size = value && kindOf(value).size?.(kindOf(value).shape(value))
    if (!face?.marks?.length || !size) throw new Error('no marks')
    const { width, height, pixels } = photo
    // More than that hide the photo.
    const strongest = [...face.marks].sort((a, b) => (b.weight ?? 1) - (a.weight ?? 1)).slice(0, 400)
    const shapes = strongest.map((mark) => svgOf(scaledMark(mark, width / size.width, height / size.height)))
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" fill="none" stroke="#ffd400" stroke-width="1.25">${shapes.join('')}</svg>`
    const raw = { width, height, channels: 4 } as const
    const dark = sharp(pixels, { raw }).linear([0.6, 0.6, 0.6, 1], [0, 0, 0, 0])
    const over = await dark
      .composite([{ input: Buffer.from(svg) }])
      .raw()
      .toBuffer()
    return { width, height, pixels: over }
  } finally {
    finish([])
    result.release()
  }
}

function svgOf(mark: Mark): string {
  switch (mark.kind) {
    case 'rect': {
      const [x0, y0, x1, y1] = mark.box
      return `<rect x="${x0}" y="${y0}" width="${x1 - x0}" height="${y1 - y0}"/>`
    }
    case 'point': {
      const [x, y] = mark.at
      const r = Math.max(2, mark.radius ?? 0)
      const turn = ((mark.angle ?? 0) * Math.PI) / 180
      const line = `<path d="M${x} ${y}L${x + r * Math.cos(turn)} ${y + r * Math.sin(turn)}"/>`
      return `<circle cx="${x}" cy="${y}" r="${r}"/>${mark.angle === undefined ? '' : line}`
    }
    case 'path':
      return `<path d="M${mark.points.map(([x, y]) => `${x} ${y}`).join('L')}${mark.closed ? 'Z' : ''}"/>`
  }
}

/** A WebP of both halves side by side; undefined if the node cannot run on a sample, or its result is no picture. */
export async function pictureOf(info: NodeInfo, made: Made, folder: string): Promise<Buffer | undefined> {
  const port = info.preview ?? Object.keys(info.outputs)[0]
  if (port === undefined || info.kind === 'effect' || info.kind === 'job') return undefined
  // Without a point or a stroke there is nothing to see.
  if (info.handles?.some(takesPicture)) return undefined
  const document = pipelineFor(info)
  const draw = drawWith(made, made.services(folder))
  const halves: Half[] = []
  try {
    if (document.nodes.photo) halves.push(await draw(document, 'photo.image', box))
    const [photo] = halves
    const lies = info.outputs[port]?.over !== undefined && photo
    halves.push(lies ? await markedOf(document, port, photo, made, folder) : await draw(document, `node.${port}`, box))
  } catch {
    // It needs a file or a model, or its result is no picture: the page says so.
    return undefined
  }
  const height = Math.max(...halves.map((half) => half.height))
  const width = halves.reduce((sum, half) => sum + half.width + gap, -gap)
  let left = 0
  const layers = halves.map(({ pixels, width: wide, height: high }) => {
    const layer = {
      input: Buffer.from(pixels.buffer, pixels.byteOffset, pixels.length),
      raw: { width: wide, height: high, channels: 4 as const },
      left,
      top: Math.floor((height - high) / 2),
    }
    left += wide + gap
    return layer
  })
  const background = { r: 0, g: 0, b: 0, alpha: 0 }
  return sharp({ create: { width, height, channels: 4, background } })
    .composite(layers)
    .webp({ quality: 80 })
    .toBuffer()
}
