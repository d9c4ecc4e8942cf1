/** Between pictures as files store them (u8, u16) and float32 images. */
import { cover, f32 } from '../../gpu/device.ts'
import type { Picture, WholePicture } from '../../types/services.ts'
import { dtypes } from '../../values/dtype.ts'
import type { ImageShape, ImageValue, TensorValue } from '../../values/index.ts'
import { requireImage, unsupported } from '../check.ts'
import { roundEven } from '../expr.ts'
import { defineOp } from '../op.ts'
import { alike } from '../parts.ts'
import { functionOf, pixel, sumOf, termAt } from '../terms.ts'
import { floats } from './floats.ts'

/** Bytes copied at a stretch: well under a millisecond of the engine's thread. */
const STRIP = 2 << 20

const fullScale = (depth: 8 | 16): number => (depth === 8 ? 255 : 65535)

/** Workgroups of the GPU in a row of them. */
const ROW = 1024

/** Calls `each` for strips of whole rows. */
async function inStrips(rows: number, rowBytes: number, each: (y: number, rows: number) => Promise<void>) {
  const step = Math.max(1, Math.floor(STRIP / rowBytes))
  for (let y = 0; y < rows; y += step) await each(y, Math.min(step, rows - y))
}

/** Floats are linear light, or plain data in one channel, and may be any number. */
export const pictureShape = ({
  height,
  width,
  channels,
  depth,
}: Pick<Picture, 'height' | 'width' | 'channels' | 'depth'>): ImageShape => ({
  kind: 'image',
  height,
  width,
  channels,
  alpha: channels === 4,
  ...(depth === 32
    ? { space: channels === 1 ? 'data' : 'linear' }
    : { space: channels === 1 ? 'gray' : 'rgb', range: [0, 1] }),
})

const arrays = { 8: Uint8Array, 16: Uint16Array, 32: Float32Array } as const

function checkPicture({ data, depth, height, width, channels }: Picture): void {
  const count = height * width * channels
  if (data.length !== count || !(data instanceof arrays[depth]))
    throw unsupported('This picture', `${data.length} numbers`, `${count} of ${depth} bits`)
}

/** The picture's size, if a file can hold it. */
function storable(image: ImageShape): Pick<Picture, 'height' | 'width' | 'channels'> {
  requireImage('A picture file', image)
  const { height, width, channels, space } = image
  const known = channels === 1 || channels === 3 || channels === 4
  if (!known || (space !== 'gray' && space !== 'rgb' && space !== 'data'))
    throw unsupported('A picture file', `${channels} channels of ${space}`, '1, 3 or 4 channels of gray or RGB')
  return { height, width, channels }
}

/**
 * A decoded picture as an image: value / 255, or / 65535 where it has 16 bits; floats as they are. On the CPU 8 bits are kept as
 * they are, and become float32 where an op needs it (`EightBitStore`).
 *
 * Picture (H, W, C) u8, u16 or float32, C 1, 3 or 4, in; image (H, W, C) float32 out: 0..1, gray or rgb, or any number, data or
 * linear.
 * @throws op.unsupported if the data's length does not match the picture
 */
export const fromPicture = defineOp<readonly [], Picture, ImageValue>({
  name: 'fromPicture',
  nonFinite: 'Whole numbers have none; those of floats are kept as they are, as by numpy.array.',
  async cpu(context, _, picture) {
    checkPicture(picture)
    const { data, depth, height, width, channels, note } = picture
    const count = width * channels
    const shape = pictureShape(picture)
    const out = depth === 8 ? context.eightBitImage(shape) : context.image(shape)
    const { address } = context.stored(out)
    const bytes = (depth / 8) * count
    const strip = context.temporary(Math.max(bytes, Math.min(STRIP, bytes * height)))
    const source = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    // The kernels write, because the first touch of memory is slow: it is not for the engine's thread.
    await inStrips(height, bytes, (y, rows) => {
      context.uint8(strip, rows * bytes).set(source.subarray(y * bytes, (y + rows) * bytes))
      return context.device.dispatch(
        depth === 16
          ? { kernel: 'u16ToF32', args: [strip, bytes, address + 4 * y * count, count, fullScale(depth)], rows }
          : { kernel: 'copyRegion', args: [strip, bytes, address + y * bytes, bytes, bytes], rows },
      )
    })
    return note === undefined ? out : { ...out, note }
  },
  async gpu(context, _, picture) {
    checkPicture(picture)
    const { data, depth, height, width, channels, note } = picture
    const out = await context.image(pictureShape(picture))
    const count = height * width * channels
    if (data instanceof Float32Array || depth === 32)
      await context.write(context.block(out), data as Float32Array<ArrayBuffer>)
    else
      await context.dispatch({
        kernel: depth === 8 ? 'cast/fromU8' : 'cast/fromU16',
        params: [count, ROW * 256, f32(fullScale(depth))],
        buffers: [await context.upload(data as Uint8Array<ArrayBuffer>), context.block(out)],
        groups: [Math.min(ROW, cover(count, 256)), cover(count, ROW * 256)],
      })
    return note === undefined ? out : { ...out, note }
  },
  reach: () => [],
  needs: () => [],
  terms: ({ y, x, c }, _, { data, depth, width, channels }) =>
    sumOf([
      { weight: depth === 32 ? 1 : 1 / fullScale(depth), value: data[(y * width + x) * channels + c] ?? Number.NaN },
    ]),
})

/**
 * An image as a file stores it: round(value · 255), or · 65535, halves to even, saturated; NaN becomes 0.
 *
 * Image (H, W, C) float32, C 1, 3 or 4, gray, rgb or data, in; picture (H, W, C) u8 or u16 in ordinary memory out.
 * @throws op.unsupported for other channels and colour spaces: convert first
 */
export const toPicture = defineOp<readonly [ImageValue], { readonly depth: 8 | 16 }, WholePicture>({
  name: 'toPicture',
  nonFinite: 'NaN becomes 0, infinities saturate: numpy.clip(numpy.nan_to_num(v, nan=0)).',
  async cpu(context, [image], { depth }) {
    const { height, width, channels } = storable(image)
    const count = width * channels
    const data = depth === 8 ? new Uint8Array(height * count) : new Uint16Array(height * count)
    const target = new Uint8Array(data.buffer)
    const bytes = (depth / 8) * count
    const strip = context.temporary(Math.max(bytes, Math.min(STRIP, bytes * height)))
    await inStrips(height, bytes, async (y, rows) => {
      const args = [context.address(image) + y * count * 4, strip, count, fullScale(depth), 0]
      await context.device.dispatch({ kernel: depth === 8 ? 'f32ToU8' : 'f32ToU16', args, rows })
      target.set(context.uint8(strip, rows * bytes), y * bytes)
    })
    return { height, width, channels, depth, data }
  },
  async gpu(context, [image], { depth }) {
    const { height, width, channels } = storable(image)
    const count = height * width * channels
    const bytes = (count * depth) / 8
    const words = await context.temporary(Math.ceil(bytes / 4) * 4)
    await context.dispatch({
      kernel: depth === 8 ? 'cast/toU8' : 'cast/toU16',
      params: [count, ROW * 256, f32(fullScale(depth))],
      buffers: [context.block(image), words],
      groups: [Math.min(ROW, cover(words.bytes / 4, 256)), cover(words.bytes / 4, ROW * 256)],
    })
    const data = await context.read(words, bytes)
    return { height, width, channels, depth, data: depth === 8 ? new Uint8Array(data) : new Uint16Array(data) }
  },
  reach: (at) => [pixel(at.y, at.x, at.c)],
  local: true,
  needs: alike,
  terms(at, inputs, { depth }) {
    const term = termAt(inputs, pixel(at.y, at.x, at.c))
    const top = fullScale(depth)
    const rounded = roundEven(Math.fround(term.value * top))
    const result = Number.isNaN(rounded) ? 0 : Math.min(top, Math.max(0, rounded))
    return functionOf([term], `round(${top} · value)`, result)
  },
})

/**
 * A tensor of any dtype as float32: the same numbers, whole ones beyond 2^24 rounded to the nearest.
 *
 * Tensor of any shape and dtype in; tensor of the same shape, float32, out.
 * @see numpy ndarray.astype(float32)
 */
export const toFloat = defineOp<readonly [TensorValue], object, TensorValue>({
  name: 'toFloat',
  nonFinite: 'Kept as they are, as by ndarray.astype(float32).',
  dtypes,
  cpu: (context, [tensor]) => floats(context, tensor),
  reach: (at) => [pixel(0, at.x, 0)],
  terms(at, inputs) {
    const term = termAt(inputs, pixel(0, at.x, 0))
    return functionOf([term], 'float32(value)', Math.fround(term.value))
  },
})
