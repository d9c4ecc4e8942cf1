/** Pictures of bytes in an op's memory, at the sizes at which detectors look at them. */
import type { ImageValue } from '../../values/index.ts'
import type { CpuContext } from '../op.ts'
import { same } from '../rows.ts'
import { workspace } from '../workspace.ts'
import { placesOf } from './bytes.ts'
import { resizedScratch } from './layout.ts'

export interface Sides {
  readonly width: number
  readonly height: number
}

/** The bytes of a picture, in memory of their own. */
export async function bytesIn(context: CpuContext, image: ImageValue): Promise<number> {
  const { width, height, channels } = image
  const bytes = workspace(context, width * height * channels)
  await context.device.dispatch({
    kernel: 'bytesOfNumbers',
    args: [context.address(image), width * channels, bytes],
    rows: height,
    reads: [context.reading(image, same)],
  })
  return bytes
}

/**
 * A picture of bytes at another size (cv2.INTER_LINEAR_EXACT); at its own size it is given back.
 * @param made where it is put; absent: in memory of its own
 */
export async function resizedIn(
  context: CpuContext,
  from: Sides & { readonly bytes: number },
  to: Sides,
  { channels = 1, made }: { readonly channels?: number; readonly made?: number } = {},
): Promise<number> {
  if (from.width === to.width && from.height === to.height) return from.bytes
  const into = made ?? workspace(context, to.width * to.height * channels)
  const upload = (length: number, of: number) =>
    context.upload(Int32Array.from(placesOf(of, length).flatMap(({ low, part }) => [low, part])))
  const places = [upload(to.width, from.width), upload(to.height, from.height)]
  await context.device.dispatch({
    kernel: 'bytesResized',
    args: [from.bytes, from.width, from.height, channels, into, to.width, ...places],
    rows: to.height,
    scratch: resizedScratch(from.width * channels),
  })
  return into
}
