/** Masks: for every pixel of a picture how much it belongs, 0..1. */
import { z } from 'zod'
import { extent } from './extent.ts'
import { type ImageShape, type ImageValue, sizeAt } from './image.ts'
import type { Kind } from './kind.ts'
import type { TensorValue } from './tensor.ts'

export interface MaskShape {
  readonly kind: 'mask'
  readonly height: number
  readonly width: number
}

export interface MaskValue extends MaskShape {
  /** (H, W) float32, 0..1; a binary mask has 0 and 1 only. */
  readonly pixels: TensorValue
}

const pictureShape = ({ height, width }: MaskShape): ImageShape => ({
  kind: 'image',
  ...{ height, width, channels: 1, space: 'gray', alpha: false, range: [0, 1] },
})

/** The mask as a gray picture over the same store. */
export const pictureOfMask = (value: MaskValue): ImageValue => ({ ...pictureShape(value), store: value.pixels.store })

const count = z.number().int().nonnegative()

export const mask: Kind<MaskValue, MaskShape> = {
  kind: 'mask',
  words: { title: 'Mask', one: 'a mask' },
  look: { light: '#5c5f66', dark: '#c9ccd3', radius: '50% 50% 2px 50%' },
  head: z.object({ kind: z.literal('mask'), height: count, width: count }),
  parts: ({ pixels }) => ({ pixels }),
  shape: ({ height, width }) => ({ kind: 'mask', height, width }),
  describe: ({ height, width }) => `${height} × ${width} mask`,
  size: ({ width, height }) => ({ width, height }),
  sized: (shape, size) => ({ ...shape, ...size }),
  async scaled(value, by, { resize }) {
    const size = sizeAt(value, by)
    const { store } = await resize(pictureOfMask(value), size)
    const shape = [size.height, size.width]
    return { kind: 'mask', ...size, pixels: { kind: 'tensor', shape, axes: ['H', 'W'], store } }
  },
  raster: pictureOfMask,
  pictured: pictureShape,
  sides: ({ height, width }) => [height, width, 1],
  async files(value, read) {
    const { width, height, pixels } = value
    // Halves to even, as cv2 rounds.
    const byte = (v: number): number => {
      const x = Math.min(255, Math.max(0, v * 255))
      const down = Math.floor(x)
      return Number.isNaN(x) ? 0 : x - down > 0.5 || (x - down === 0.5 && down % 2 === 1) ? down + 1 : down
    }
    return [
      { ext: 'png', gray: Uint8Array.from(await read(pixels), byte), width, height },
      { ext: 'npy', tensor: pixels, raw: true },
    ]
  },
  report: async ({ pixels }, read) => extent(await read(pixels)),
  async sample(tensor) {
    const pixels = await tensor({ kind: 'tensor', shape: [2, 3], axes: ['H', 'W'] }, [0, 1, 1, 0, 0.5, 1])
    return [{ kind: 'mask', height: 2, width: 3, pixels }]
  },
}
