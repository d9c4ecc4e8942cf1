/** A node's picture: what goes in and what comes out, made by running it on a sample with its default parameters. */
import sharp from 'sharp'
import type { NodeInfo } from '../../engine/graph/catalogue.ts'
import { type Document, emptyDocument, type NodeRecord } from '../../engine/graph/document.ts'
import { takesPicture } from '../../engine/types/handle.ts'
import type { Made } from '../engine.ts'
import { drawWith } from '../gallery/draw.ts'

const position = { x: 0, y: 0 }
/** The largest size of each half, in pixels. */
const box = { width: 300, height: 200 }
const gap = 8

type Nodes = Record<string, NodeRecord>

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
    nodes.photo ??= node('io/sample-image', { name: 'coffee' })
    edges[`node.${name}`] = 'photo.image'
    // These two are the derivatives of one picture.
    if ((name === 'x' || name === 'y') && info.inputs.x && info.inputs.y) {
      nodes.slopes ??= node('edge/sobel')
      edges['slopes.image'] = 'photo.image'
      edges[`node.${name}`] = `slopes.${name}`
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

/** A WebP of both halves side by side; undefined if the node cannot run on a sample, or its result is no picture. */
export async function pictureOf(info: NodeInfo, made: Made, folder: string): Promise<Buffer | undefined> {
  const port = info.preview ?? Object.keys(info.outputs)[0]
  if (port === undefined || info.kind === 'effect' || info.kind === 'job') return undefined
  // Without a point or a stroke there is nothing to see.
  if (info.handles?.some(takesPicture)) return undefined
  const document = pipelineFor(info)
  const draw = drawWith(made, made.services(folder))
  const halves: { pixels: Uint8Array; width: number; height: number }[] = []
  try {
    for (const shown of [...(document.nodes.photo ? ['photo.image'] : []), `node.${port}`])
      halves.push(await draw(document, shown, box))
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
