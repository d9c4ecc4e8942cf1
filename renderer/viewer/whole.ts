/** A picture of the viewer as a file: all of it, at its own size, in the colours in which it is shown. */
import { SightlineError } from '../../engine/types/problem.ts'
import type { DisplayInput } from '../../engine/values/display.ts'
import { drawItem } from '../preview/PreviewCanvas.tsx'
import type { ViewTarget } from '../state/ui.ts'
import { registerView } from '../state/views.ts'
import { download } from '../ui/download.ts'
import { toast } from '../ui/toasts.ts'
import type { Size } from './camera.ts'
import type { Picture } from './picture.ts'

/** What a view may be, in pixels: of larger pictures the file is a smaller one. */
const most = { side: 8192, pixels: 32_000_000 }
/** How long the engine may take, in ms. */
const patience = 20_000

/** The size of the file for a picture of this size. */
export function fileSize({ width, height }: Size): Size {
  const scale = Math.min(1, most.side / width, most.side / height, Math.sqrt(most.pixels / (width * height)))
  const side = (length: number): number => Math.max(1, Math.floor(length * scale))
  return scale === 1 ? { width, height } : { width: side(width), height: side(height) }
}

let count = 0

/** Asks for all its pixels once. */
function pixelsOf({ node, port }: ViewTarget, size: Size, display: DisplayInput): Promise<OffscreenCanvas> {
  return new Promise((resolve, reject) => {
    const finish = (then: () => void): void => {
      clearTimeout(timer)
      // It may be called while it is registered.
      queueMicrotask(() => end())
      then()
    }
    const timer = setTimeout(() => finish(() => reject(new SightlineError('view.no-picture', { node }))), patience)
    const end = registerView({ id: `whole:${++count}`, node, port, ...size, display }, (item, pixels) => {
      // A quick preview is smaller.
      if (!pixels || Math.abs(item.width - size.width) > 1 || Math.abs(item.height - size.height) > 1) return
      const canvas = new OffscreenCanvas(item.width, item.height)
      drawItem(canvas, item, pixels)
      finish(() => resolve(canvas))
    })
  })
}

async function fileOf(picture: Picture, display: DisplayInput): Promise<Blob> {
  const { size } = picture.info ?? {}
  if (!size) throw new SightlineError('view.no-picture', { node: picture.node })
  const file = fileSize(size)
  const canvas = await pixelsOf(picture, file, display)
  if (file.width < size.width) toast(`This picture is very large: its copy has ${file.width} × ${file.height} pixels.`)
  return canvas.convertToBlob({ type: 'image/png' })
}

export async function copyPicture(picture: Picture, display: DisplayInput): Promise<void> {
  // The promise goes in as it is: the browser allows it only in answer to a click or key.
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': fileOf(picture, display) })])
  toast('The picture is in the clipboard.', { tone: 'success' })
}

export const savePicture = async (picture: Picture, display: DisplayInput, title: string): Promise<void> =>
  download(await fileOf(picture, display), `${title.replace(/[\\/:*?"<>|]/g, '-')}.png`)
