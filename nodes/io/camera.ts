import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { shapeOfPicture } from '../picture.ts'

/** The same picture seen in a mirror. */
function mirrored(data: Uint8Array, width: number): Uint8Array {
  const out = new Uint8Array(data.length)
  for (let row = 0; row < data.length; row += 3 * width)
    for (let x = 0; x < width; x++) {
      const [from, to] = [row + 3 * x, row + 3 * (width - 1 - x)]
      for (let c = 0; c < 3; c++) out[to + c] = data[from + c] ?? 0
    }
  return out
}

/** The pictures of a camera, live. Image (H, W, 3) float32 0..1, sRGB, out. */
export const camera = defineNode({
  type: 'io/camera',
  version: 1,
  kind: 'source',
  draft: 'exact',
  title: 'Camera',
  alias: 'cv2.VideoCapture',
  keywords: ['webcam', 'live', 'video', 'stream', 'frames', 'capture', 'record', 'input', 'USB'],
  summary: 'What a camera sees, from Play to Stop. The pictures stay on this computer.',
  inputs: {},
  params: {
    camera: param.text({
      default: '',
      label: 'Camera',
      help: 'The name of the camera, or a part of it. Empty: the one that the system prefers.',
    }),
    width: param.integer({
      default: 640,
      min: 16,
      max: 4096,
      unit: 'px',
      label: 'Width',
      help: 'The width of the pictures. What the camera gives is scaled until it fills the size, and cropped about its centre.',
    }),
    height: param.integer({
      default: 480,
      min: 16,
      max: 4096,
      unit: 'px',
      label: 'Height',
      help: 'The height of the pictures.',
    }),
    mirror: param.boolean({
      default: false,
      label: 'Mirror',
      help: 'Swaps left and right, as people know themselves from a mirror.',
    }),
  },
  outputs: { image: socket.image({ channels: [3], spaces: ['rgb'], range: [0, 1] }) },
  shape: ({ width, height }) => ({ image: shapeOfPicture({ width, height, channels: 3, depth: 8 }) }),
  feed: {
    by: ['camera', 'width', 'height'],
    of: ({ camera, width, height }, { cameras, signal }) => cameras.open({ camera, width, height }, signal),
  },
  run: async ({ mirror }, { ops, frame }) => {
    const { width, height, data } = frame.data
    const picture = mirror ? mirrored(data, width) : data
    return { image: await ops.fromPicture({ width, height, channels: 3, depth: 8, data: picture }) }
  },
  explain: {
    idea: 'A camera takes a picture some 30 times a second, whether or not anybody is ready for it. The newest wins: what came while the pipeline was busy is dropped and counted, so that what one sees is never old.',
    formula: String.raw`I(y, x, c) = \frac{v(y, x, c)}{255}`,
    reference:
      'OpenCV VideoCapture (CAP_PROP_FRAME_WIDTH, CAP_PROP_FRAME_HEIGHT) and W3C Media Capture and Streams; chapter 6.1. Channels are red, green, blue; cv2.VideoCapture gives blue, green, red.',
    code: 'ok, image = cv2.VideoCapture(0).read()',
  },
})
