/** Values for the window: pixels of a part of a picture, or the small value itself. */
import type { Ops } from '../ops/calls.ts'
import { encoded } from '../ops/colour/formulas.ts'
import { expr, sub } from '../ops/expr.ts'
import { needsStatistics } from '../ops/preview/look.ts'
import { pictureOf, placeOf, type Rectangle } from '../ops/preview/place.ts'
import type { ChannelStatistics } from '../ops/reduce/layout.ts'
import type { View } from '../protocol/messages.ts'
import type { PreviewItem } from '../protocol/reports.ts'
import type { DisplayInput } from '../values/display.ts'
import {
  displayOf,
  type Face,
  kindOf,
  type Numbers,
  type Raster,
  rasterOf,
  type Shape,
  type Size,
  type Sketch,
  type Store,
  sizeOf,
} from '../values/index.ts'
import { type Mark, scaledMark } from '../values/mark.ts'
import { shapeOfValue } from './outside.ts'
import type { Cut } from './planned-node.ts'
import type { Wired } from './result.ts'
import { type Extremes, WholeExtents } from './whole-extents.ts'

export type Painted = Omit<PreviewItem, 'view' | 'node' | 'port' | 'offset'> & { readonly pixels: Uint8Array }

/** What is to be painted. */
export interface Paintable {
  readonly value: Wired
  /** Is subtracted from it: pictures of one size. */
  readonly minus?: Wired | undefined
  /** Of the value at full size, in whose pixels a view's region is. */
  readonly shape: Shape
  /** The value whose picture lies under it. */
  readonly under?: Wired | undefined
  /** Where the value lies, if it is a part of a picture. */
  readonly cut?: Cut | undefined
  readonly quality: 'draft' | 'full'
  /** Another name is another value. */
  readonly name?: string | undefined
}

/** The range of these channels, symmetric about 0 and never empty. */
function aboutZero(channels: readonly ChannelStatistics[]): [number, number] {
  const most = Math.max(0, ...channels.flatMap(({ min, max }) => [Math.abs(min ?? 0), Math.abs(max ?? 0)]))
  return [-(most || 1), most || 1]
}

const difference = expr((a, b) => sub(a, b))

const none: Rectangle = { x: 0, y: 0, width: 1, height: 1 }

export class Painter {
  /** For values whose display depends on their numbers: zooming does not measure them again. */
  readonly #statistics = new WeakMap<Store, readonly ChannelStatistics[]>()

  readonly #extents = new WholeExtents()

  async paint(ops: Ops, { value, minus, shape, under, cut, quality, name }: Paintable, view: View): Promise<Painted> {
    if (minus) return this.#difference(ops, value, minus, shape, view, quality)
    const own = rasterOf(value)
    if (own) return this.#picture(ops, own, displayOf(value, view.display), shape, view, quality, cut)
    const face = await faceOf(ops, value)
    const sketch = await sketchOf(ops, value, sketched(view))
    if (sketch) return this.#sketch(ops, sketch, face, shape, view, name)
    if (!face.marks) return smallItem(shape, view, face)
    const marks = atFullSize(face.marks, sizeOf(shapeOfValue(value)), sizeOf(shape))
    const raster = under && rasterOf(under)
    const picture = raster
      ? await this.#picture(ops, raster, displayOf(under, view.display), shape, view, quality)
      : emptyItem(shape, view)
    return { ...picture, marks: [...marks] }
  }

  /**
   * Signed, about 0, over the range of the display, else over that of its numbers. One channel diverges; several are colours in
   * which gray is 0.
   */
  async #difference(
    ops: Ops,
    value: Wired,
    minus: Wired,
    shape: Shape,
    view: View,
    quality: Paintable['quality'],
  ): Promise<Painted> {
    if (value.kind !== 'image' || minus.kind !== 'image') return emptyItem(shape, view)
    const apart = await ops.pointwise(value, minus, { formula: difference, space: 'data', range: null })
    const { channel } = view.display
    if (apart.channels - (apart.alpha ? 1 : 0) === 1 || channel !== undefined)
      return this.#picture(ops, apart, { ...view.display, mode: 'diverging' }, shape, view, quality)
    const range = view.display.range ?? aboutZero(await ops.statistics(apart, {}))
    return this.#picture(ops, apart, { ...view.display, mode: 'clip', range }, shape, view, quality)
  }

  async #picture(
    ops: Ops,
    raster: Raster,
    display: DisplayInput,
    shape: Shape,
    view: View,
    quality: Paintable['quality'],
    cut?: Cut,
  ): Promise<Painted> {
    const own = pictureOf(raster).image
    const of = cut?.of ?? own
    const full = sizeOf(shape) ?? of
    const [fx, fy] = [of.width / full.width, of.height / full.height]
    const { left, top } = cut?.extent ?? { left: 0, top: 0 }
    const region = (view.region || cut) && moved(scaled(view.region ?? { x: 0, y: 0, ...full }, fx, fy), -left, -top)
    let statistics: readonly Extremes[] | undefined
    if (needsStatistics(own, display)) {
      statistics = await this.#measure(ops, raster)
      if (cut) statistics = this.#extents.estimate(view, statistics)
      else if (quality === 'full') this.#extents.learn(view, statistics)
    }
    const preview = await ops.preview(raster, {
      width: view.width,
      height: view.height,
      display,
      ...(region && { region }),
      ...(statistics && { statistics }),
    })
    const { width, height, rgba } = preview
    return {
      width,
      height,
      shape,
      region: width > 0 ? scaled(moved(preview.region, left, top), 1 / fx, 1 / fy) : none,
      display: { ...preview.display, range: [...preview.display.range] },
      pixels: rgba,
    }
  }

  /** The scene as a small picture, and what is said of it: the window draws it large itself. */
  async #sketch(
    ops: Ops,
    { scene, ...seen }: Sketch,
    { json }: Face,
    shape: Shape,
    view: View,
    name: string | undefined,
  ): Promise<Painted> {
    const size = sketched(view)
    const drawn = await ops.rasterise(...scene, { ...size, ...seen, background: [0, 0, 0] })
    const [colours, alpha] = await Promise.all([ops.read(drawn.image, {}), ops.read(drawn.alpha, {})])
    return {
      ...{ ...size, shape, region: { x: 0, y: 0, ...size }, display: view.display },
      pixels: overNothing(colours, alpha, seen.space === 'linear' ? encoded : (v) => v),
      sketch: true,
      value: { ...json, ...(name !== undefined && { name }) },
    }
  }

  async #measure(ops: Ops, value: Raster): Promise<readonly ChannelStatistics[]> {
    const known = this.#statistics.get(value.store) ?? (await ops.statistics(value, {}))
    this.#statistics.set(value.store, known)
    return known
  }
}

const faceOf = async (ops: Ops, value: Wired): Promise<Face> =>
  (value.kind === 'series' ? undefined : await kindOf(value).face?.(value, (part) => ops.read(part, {}))) ?? {}

const sketchOf = async (ops: Ops, value: Wired, size: Size): Promise<Sketch | undefined> =>
  value.kind === 'series' ? undefined : kindOf(value).sketch?.(value, size, (part) => ops.read(part, {}))

/** Longer sides are not drawn: the window draws a large view itself. */
const longestSketch = 512

function sketched({ width, height }: View): Size {
  const by = Math.min(1, longestSketch / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * by)), height: Math.max(1, Math.round(height * by)) }
}

const byte = (v: number): number => Math.round(255 * Math.min(1, Math.max(0, v)))

/** RGBA of colours that were blended over black. */
function overNothing(colours: Numbers, alphas: Numbers, shown: (v: number) => number): Uint8Array {
  const pixels = new Uint8Array(4 * alphas.length)
  for (let i = 0; i < alphas.length; i++) {
    const alpha = alphas[i] ?? 0
    if (!(alpha > 0)) continue
    for (let c = 0; c < 3; c++) pixels[4 * i + c] = byte(shown((colours[3 * i + c] ?? 0) / alpha))
    pixels[4 * i + 3] = byte(alpha)
  }
  return pixels
}

const smallItem = (shape: Shape, { display }: View, { json }: Face): Painted => ({
  ...{ width: 0, height: 0, shape, region: none, display, pixels: new Uint8Array(0) },
  ...(json && { value: json }),
})

/** A transparent picture, for marks under which nothing lies. */
function emptyItem(shape: Shape, view: View): Painted {
  const { region, width, height } = placeOf(sizeOf(shape) ?? none, view)
  const pixels = new Uint8Array(width * height * 4)
  return { width, height, shape, region: width > 0 ? region : none, display: view.display, pixels }
}

/** Marks of a quick preview in the pixels of the full-size picture. */
function atFullSize(marks: readonly Mark[], own: Size | undefined, full: Size | undefined): readonly Mark[] {
  if (!own || !full || (own.width === full.width && own.height === full.height)) return marks
  return marks.map((mark) => scaledMark(mark, full.width / own.width, full.height / own.height))
}

const moved = ({ x, y, ...size }: Rectangle, dx: number, dy: number): Rectangle => ({ x: x + dx, y: y + dy, ...size })

const scaled = ({ x, y, width, height }: Rectangle, fx: number, fy: number): Rectangle => ({
  x: x * fx,
  y: y * fy,
  width: width * fx,
  height: height * fy,
})
