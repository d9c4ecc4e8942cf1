/** A node's picture: what goes in and what comes out, made by running it on a sample with its default parameters, or in a small example. */
import sharp from 'sharp'
import type { NodeInfo } from '../../engine/graph/catalogue.ts'
import { type Document, emptyDocument, type NodeRecord, splitPort } from '../../engine/graph/document.ts'
import type { Ops } from '../../engine/ops/calls.ts'
import { makeOps } from '../../engine/ops/context.ts'
import { takesPicture } from '../../engine/types/handle.ts'
import { displayOf, kindOf, type PlotValue, rasterOf, type TableValue, type Value } from '../../engine/values/index.ts'
import { type Mark, scaledMark } from '../../engine/values/mark.ts'
import type { Made } from '../engine.ts'
import { drawWith } from '../gallery/draw.ts'
import { exampleOf } from './examples.ts'

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
  // Blurred, it has fewer basins.
  'segment/watershed': { type: 'edge/sobel', params: {}, port: 'magnitude' },
}
/** Sigma of that blur. */
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
    if (!value) throw new Error('no value')
    return await marksOver(photo, value, ops)
  } finally {
    finish([])
    result.release()
  }
}

async function marksOver(photo: Half, value: Value, ops: Ops): Promise<Half> {
  const face = await kindOf(value).face?.(value, (part) => ops.read(part, {}))
  const size = kindOf(value).size?.(kindOf(value).shape(value))
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

/** A table as it is read: numbers to four digits, the first twelve rows. */
async function tableOf({ columns, rows }: TableValue): Promise<Half> {
  const shown = rows.slice(0, 12).map((row) => row.map((v) => (typeof v === 'number' ? String(+v.toPrecision(4)) : v)))
  const lines = [[...columns], ...shown]
  const letter = 8
  const widths = columns.map((_, i) => letter * Math.max(...lines.map((line) => (line[i] ?? '').length)) + 16)
  const [width, height, line] = [widths.reduce((sum, wide) => sum + wide, 0), 22 * lines.length + 6, 22]
  const cells = lines.flatMap((texts, y) => {
    let right = 0
    return texts.map((text, x) => {
      right += widths[x] ?? 0
      const weight = y === 0 ? ' font-weight="bold"' : ''
      return `<text x="${right - 8}" y="${line * y + 18}" text-anchor="end"${weight}>${escaped(text)}</text>`
    })
  })
  return halfOf(`<path d="M0 25H${width}" stroke="#999"/>${cells.join('')}`, { width, height })
}

/** The curves of a plot, with the ends of both axes. */
async function plotOf({ x, series }: PlotValue): Promise<Half> {
  const { width, height } = box
  const [left, top, right, bottom] = [48, 26, width - 12, height - 36]
  const all = series.flatMap(({ values }) => values).filter(Number.isFinite)
  const [low, high] = [Math.min(0, ...all), Math.max(...all)]
  const colours = ['#1f6fb4', '#c2410c', '#2e7d32', '#7b3fa0']
  const curves = series.map(({ name, values }, i) => {
    const points = values.flatMap((v, k) => {
      const at = left + ((right - left) * k) / Math.max(1, values.length - 1)
      return Number.isFinite(v)
        ? [`${at.toFixed(1)} ${(bottom - ((bottom - top) * (v - low)) / (high - low || 1)).toFixed(1)}`]
        : []
    })
    const colour = colours[i % colours.length]
    return `<path d="M${points.join('L')}" fill="none" stroke="${colour}" stroke-width="1.5"/><text x="${left + 90 * i}" y="16" fill="${colour}">${escaped(name)}</text>`
  })
  const text = (at: number, y: number, anchor: string, words: string) =>
    `<text x="${at}" y="${y}" text-anchor="${anchor}">${escaped(words)}</text>`
  const ends = x.range.map((v) => String(+v.toPrecision(4)))
  return halfOf(
    `<path d="M${left} ${top}V${bottom}H${right}" fill="none" stroke="#999"/>${curves.join('')}${text(left - 6, top + 8, 'end', String(+high.toPrecision(3)))}${text(left - 6, bottom, 'end', String(+low.toPrecision(3)))}${text(left, bottom + 16, 'start', ends[0] ?? '')}${text(right, bottom + 16, 'end', ends[1] ?? '')}${text((left + right) / 2, bottom + 28, 'middle', x.label)}`,
    box,
  )
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** Dark drawing on white, which suits light and dark pages. */
async function halfOf(
  svg: string,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<Half> {
  const whole = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="DejaVu Sans, sans-serif" font-size="11" fill="#222"><rect width="${width}" height="${height}" fill="#fff"/>${svg}</svg>`
  const { data, info } = await sharp(Buffer.from(whole)).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, pixels: data }
}

/** What an example shows. Jobs run. Throws if something of it fails. */
async function exampleHalves(
  { document, shows }: NonNullable<ReturnType<typeof exampleOf>>,
  made: Made,
  folder: string,
) {
  const halves: Half[] = []
  const nodes = [...new Set(shows.map((port) => splitPort(port)[0]))]
  const result = await made.engine.run(document, { services: made.services(folder), nodes })
  const { signal } = new AbortController()
  const { ops, finish } = makeOps(made.devices, signal)
  const drawn = async (value: Value) => {
    const raster = rasterOf(value)
    if (!raster) throw new Error(`${value.kind} is no picture`)
    const { rgba, width, height } = await ops.preview(raster, { ...box, display: displayOf(value, {}) })
    halves.push({ width, height, pixels: rgba })
  }
  try {
    for (const shown of shows) {
      const [node, port] = splitPort(shown)
      const value = result.sinks.find((sink) => sink.node === node && sink.port === port)?.value
      const problem = result.nodes.find(({ status }) => status === 'error')?.problem ?? result.problems[0]
      if (!value) throw new Error(`${shown}: ${problem ? JSON.stringify(problem) : 'nothing came out'}`)
      if (value.kind === 'table') halves.push(await tableOf(value))
      else if (value.kind === 'plot') halves.push(await plotOf(value))
      else if (value.kind !== 'sequence') await drawn(value)
      else
        for (const index of [0, Math.floor((value.length - 1) / 2), value.length - 1])
          await drawn(await value.at(index, signal))
    }
    return halves
  } finally {
    finish([])
    result.release()
  }
}

/** A WebP of both halves side by side; undefined if the node cannot run on a sample, or its result is no picture. */
export async function pictureOf(info: NodeInfo, made: Made, folder: string): Promise<Buffer | undefined> {
  const example = exampleOf(info.type)
  if (example) return besideOf(await exampleHalves(example, made, folder))
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
  return besideOf(halves)
}

async function besideOf(halves: readonly Half[]): Promise<Buffer> {
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
