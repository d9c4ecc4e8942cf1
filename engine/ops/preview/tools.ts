/** The steps of a preview, on either device. */

import { cover, f32 } from '../../gpu/device.ts'
import type { Grid, ImageShape, ImageValue } from '../../values/index.ts'
import { floats } from '../cast/floats.ts'
import { convert, convertOnGpu } from '../colour/op.ts'
import { copyBox, interleaved } from '../layout/box.ts'
import type { CpuContext, GpuContext, StoredValue } from '../op.ts'
import { momentsOnGpu } from '../reduce/gpu.ts'
import type { ChannelStatistics } from '../reduce/layout.ts'
import { moments } from '../reduce/op.ts'
import { type Axis, areaAxis, sampleRegion, sampleRegionOnGpu } from '../region/region.ts'
import { diverging, labelColours, viridis } from './colours.ts'
import type { ChosenDisplay, Shown } from './look.ts'
import { axesOf, type Picture, type Place, pictureOf, picturesAlong } from './place.ts'

export interface Tools {
  /** The shown channels of the region, as floats at the preview's size, not yet converted. */
  sample(value: StoredValue, shown: Shown, place: Place): Promise<ImageValue>
  convert(image: ImageValue, to: 'rgb' | 'gray'): Promise<ImageValue>
  /** Averages of squares of points. */
  average(image: ImageValue, place: Place): Promise<ImageValue>
  moments(value: StoredValue): Promise<readonly ChannelStatistics[]>
  /** Bytes from floats of the preview's own size. */
  paint(image: ImageValue, display: ChosenDisplay): Promise<Uint8Array<ArrayBuffer>>
}

/** Of what `sample` gives. */
function sampledShape(image: ImageShape, { count }: Shown, width: number, height: number): ImageShape {
  return { ...image, width, height, channels: count, alpha: image.alpha && count === image.channels }
}

/** The region's own pixels, all channels of them. */
const isWhole = ({ region, width, height }: Place): boolean =>
  width === region.width && height === region.height && Number.isInteger(region.x) && Number.isInteger(region.y)

/** The 256 colours of the first channel; absent: it is shown as light. */
const tableOf = ({ mode }: ChosenDisplay): Uint8Array | undefined => {
  if (mode === 'labels') return labelColours()
  return mode === 'viridis' ? viridis : mode === 'diverging' ? diverging : undefined
}

/** How kernels find a colour: 0 none, 1 by the place in the range, 2 by the label. */
const lookupOf = ({ mode }: ChosenDisplay, table: Uint8Array | undefined): 0 | 1 | 2 =>
  !table ? 0 : mode === 'labels' ? 2 : 1

export const onCpu = (context: CpuContext): Tools => ({
  sample: async (value, shown, place) => sample(context, await readable(context, value), shown, place),
  convert: (image, to) => convert(context, image, to),
  average: (image, place) => averagePoints(context, image, place),
  moments: async (value) => moments(context, await floats(context, value)),
  paint: (image, display) => paint(context, image, display),
})

/** As `sample` reads it: floats, or the bytes of a picture. */
const readable = async (context: CpuContext, value: StoredValue): Promise<StoredValue> =>
  value.kind === 'image' ? value : floats(context, value)

async function sample(context: CpuContext, value: StoredValue, shown: Shown, place: Place): Promise<ImageValue> {
  const picture = pictureOf(value)
  const { image, planar } = picture
  const { first, count } = shown
  const { columns, rows } = axesOf(place, picture, shown)
  const { x, y, width, height } = place.region
  const out = context.image(sampledShape(image, shown, columns.length, rows.length))
  const { address: from, eightBit } = context.stored(value)
  const to = context.address(out)
  if (picture.batch) {
    await sampleBatch(context, from, { ...picture, batch: picture.batch }, shown, to, columns, rows)
    return out
  }
  if (isWhole(place) && !planar && count === image.channels) {
    if (eightBit) {
      const stride = image.channels * image.width
      const args = [from + y * stride + image.channels * x, stride, to, image.channels * width, 255]
      await context.device.dispatch({ kernel: 'u8ToF32', args, rows: height })
      return out
    }
    const stride = 4 * image.channels * image.width
    const bytes = 4 * image.channels * width
    const args = [from + y * stride + 4 * image.channels * x, stride, to, bytes, bytes]
    await context.device.dispatch({ kernel: 'copyRegion', args, rows: height })
    return out
  }
  if (!planar) {
    const source = { address: from, eightBit, width: image.width, channels: image.channels, first, count }
    await sampleRegion(context, source, { address: to, channels: count }, columns, rows)
    return out
  }
  for (let c = 0; c < count; c++) {
    const address = from + 4 * (first + c) * image.width * image.height
    const source = { address, width: image.width, channels: 1, first: 0, count: 1 }
    await sampleRegion(context, source, { address: to + 4 * c, channels: count }, columns, rows)
  }
  return out
}

/** Picture by picture along a row: the columns of one lie together in memory. */
async function sampleBatch(
  context: CpuContext,
  from: number,
  { image, planar, batch }: Picture & { readonly batch: Grid },
  { first, count }: Shown,
  to: number,
  columns: Axis,
  rows: Axis,
): Promise<void> {
  const { width, height, count: pictures } = batch
  const planes = planar ? image.channels : 1
  const down = picturesAlong(rows, height)
  // In rows of one plane, of which each picture has `planes` times its height.
  const lines = moved(rows, height, batch.columns * planes * height)
  const pixel = 4 * count
  for (const [nth, start, end] of runsOf(columns, width)) {
    const across = columns.slice(start, end).map((cell) => cell.map((tap) => ({ ...tap, at: tap.at % width })))
    const bytes = pixel * (end - start)
    // Nothing lies below the last picture.
    const reached = down.filter((row) => row * batch.columns + nth < pictures).length
    const part = context.temporary(bytes * reached)
    const begin = from + 4 * nth * width * height * image.channels
    for (let c = 0; c < (planar ? count : 1); c++) {
      const source = planar
        ? { address: begin + 4 * (first + c) * width * height, width, channels: 1, first: 0, count: 1 }
        : { address: begin, width, channels: image.channels, first, count }
      await sampleRegion(context, source, { address: part + 4 * c, channels: count }, across, lines.slice(0, reached))
    }
    const args = [part, bytes, to + pixel * start, pixel * columns.length, bytes]
    await context.device.dispatch({ kernel: 'copyRegion', args, rows: reached })
  }
}

/** Places along one side of a grid of pictures as places in memory: `step` from picture to picture, `within` from pixel to pixel. */
const moved = (axis: Axis, side: number, step: number, within = 1): Axis =>
  axis.map((cell) =>
    cell.map(({ at, weight }) => ({ at: Math.floor(at / side) * step + (at % side) * within, weight })),
  )

/** Which cells of an axis show which picture: its place along the row, and the first and the next cell. */
function runsOf(columns: Axis, width: number): readonly (readonly [nth: number, start: number, end: number])[] {
  const runs: [number, number, number][] = []
  for (const [i, nth] of picturesAlong(columns, width).entries()) {
    const last = runs.at(-1)
    if (last?.[0] === nth) last[2] = i + 1
    else runs.push([nth, i, i + 1])
  }
  return runs
}

async function averagePoints(context: CpuContext, image: ImageValue, place: Place): Promise<ImageValue> {
  const out = context.image({ ...image, width: place.width, height: place.height })
  const { width, height, channels } = image
  const source = { address: context.address(image), width, channels, first: 0, count: channels }
  const target = { address: context.address(out), channels }
  const columns = areaAxis(0, width, place.width, width)
  await sampleRegion(context, source, target, columns, areaAxis(0, height, place.height, height))
  return out
}

async function paint(context: CpuContext, image: ImageValue, display: ChosenDisplay) {
  const { width, height, channels } = image
  const { range, flag } = display
  const table = tableOf(display)
  const out = context.temporary(width * height * 4)
  const from = context.address(image)
  const colours = [table ? context.upload(table) : 0, lookupOf(display, table)]
  const args = [from, out, width, channels, ...range, ...colours, flag ? 1 : 0]
  await context.device.dispatch({ kernel: 'paint', args, rows: height })
  return new Uint8Array(context.uint8(out, width * height * 4))
}

export const onGpu = (context: GpuContext): Tools => ({
  async sample(value, shown, place) {
    const picture = pictureOf(value)
    const { image, planar, batch } = picture
    const { first, count } = shown
    const { columns, rows } = axesOf(place, picture, shown)
    const out = await context.image(sampledShape(image, shown, columns.length, rows.length))
    const to = { block: context.block(out), start: 0, channels: count }
    const block = context.block(value)
    const plane = image.width * image.height
    if (batch) {
      const { width, height } = batch
      const [plane, all] = [width * height, width * height * (planar ? image.channels : 1)]
      const [across, down] = [moved(columns, width, all), moved(rows, height, batch.columns * all, width)]
      for (let c = 0; c < (planar ? count : 1); c++) {
        const source = planar
          ? { block, base: (first + c) * plane, pixel: 1, row: 1, count: 1 }
          : { block, base: first, pixel: image.channels, row: image.channels, count }
        await sampleRegionOnGpu(context, source, { ...to, start: c }, across, down)
      }
    } else if (!planar && isWhole(place)) {
      const { x, y, width, height } = place.region
      const strides = interleaved(image.width, image.channels)
      const start = y * strides[0] + x * strides[1] + first
      await copyBox(
        context,
        { height, width, channels: count },
        { block, start, strides },
        {
          block: to.block,
          strides: interleaved(width, count),
        },
      )
    } else if (!planar) {
      const source = { block, base: first, pixel: image.channels, row: image.width * image.channels, count }
      await sampleRegionOnGpu(context, source, to, columns, rows)
    } else
      for (let c = 0; c < count; c++) {
        const source = { block, base: (first + c) * plane, pixel: 1, row: image.width, count: 1 }
        await sampleRegionOnGpu(context, source, { ...to, start: c }, columns, rows)
      }
    return out
  },
  convert: (image, to) => convertOnGpu(context, image, to),
  async average(image, place) {
    const { width, height, channels } = image
    const out = await context.image({ ...image, width: place.width, height: place.height })
    await sampleRegionOnGpu(
      context,
      { block: context.block(image), base: 0, pixel: channels, row: width * channels, count: channels },
      { block: context.block(out), start: 0, channels },
      areaAxis(0, width, place.width, width),
      areaAxis(0, height, place.height, height),
    )
    return out
  },
  moments: (value) => momentsOnGpu(context, value),
  async paint(image, display) {
    const { width, height, channels } = image
    const [lo, hi] = display.range
    const colours = tableOf(display)
    const words = Uint32Array.from({ length: 256 }, (_, i) => {
      const [r = 0, g = 0, b = 0] = colours?.subarray(3 * i, 3 * i + 3) ?? []
      return r | (g << 8) | (b << 16)
    })
    const out = await context.temporary(width * height * 4)
    await context.dispatch({
      kernel: 'preview/paint',
      params: [width, height, channels, f32(lo), f32(hi), lookupOf(display, colours), display.flag ? 1 : 0],
      buffers: [context.block(image), await context.upload(words), out],
      groups: [cover(width, 64), cover(height, 4)],
    })
    return new Uint8Array(await context.read(out))
  },
})
