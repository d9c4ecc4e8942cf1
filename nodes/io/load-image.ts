import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { pictureExtensions, pictureWords } from '../../engine/types/pictures.ts'
import { socket } from '../../engine/values/sockets.ts'
import { limitParam, shapeOfPicture } from '../picture.ts'

/**
 * Reads a picture from a file. Image (H, W, 1 | 3 | 4) float32 out: 0..1, gray or sRGB; of files of floating point numbers, any
 * number, linear RGB or plain data.
 */
export const loadImage = defineNode({
  type: 'io/load-image',
  version: 1,
  kind: 'source',
  draft: 'exact',
  title: 'Load image',
  alias: 'cv2.imread',
  keywords: [
    ...['open', 'read', 'file', 'photo', 'picture', 'input', 'png', 'jpeg', 'tiff', 'webp', 'avif', 'Image.open'],
    ...['bmp', 'exr', 'OpenEXR', 'hdr', 'Radiance', 'high dynamic range', 'float'],
  ],
  summary: 'Reads a picture from a file, and again whenever the file changes.',
  basic: true,
  inputs: {},
  params: {
    path: param.file({
      default: '',
      mode: 'open',
      accept: pictureExtensions,
      label: 'File',
      help: `${pictureWords}. A relative path starts at the folder of the pipeline.`,
    }),
    limit: limitParam,
  },
  outputs: { image: socket.image({ channels: [1, 3, 4], spaces: ['gray', 'rgb', 'linear', 'data'] }) },
  shape: async ({ path }, { services, signal }) => ({ image: shapeOfPicture(await services.probe(path, signal)) }),
  identity: ({ path }, { services, signal }) => services.identity(path, signal),
  watches: ({ path }) => (path ? [path] : []),
  run: async ({ path, limit }, { ops, services, signal }) => ({
    image: await ops.fromPicture(await services.decode(path, limit, signal)),
  }),
  explain: {
    idea: 'A picture is a grid of numbers. The numbers in the file, 0 to 255 or 0 to 65535, are divided by the largest one, so that black is 0 and white is 1, whatever the file holds.',
    formula: String.raw`I(y, x, c) = \frac{v(y, x, c)}{2^{b} - 1}`,
    reference:
      'Chapter 6.1, "How pixels are encoded". Files of floating point numbers (OpenEXR, Radiance HDR, TIFF) are not divided: their colours are linear light, 1 is white, and brighter numbers are kept. Convert colour makes sRGB of them, as all other pictures are; one channel is plain data. EXIF orientation is applied, an embedded colour profile converted to sRGB, opacity not mixed in (straight alpha). Channels are red, green, blue; cv2.imread gives blue, green, red.',
    code: 'image = cv2.cvtColor(cv2.imread({path}), cv2.COLOR_BGR2RGB).astype(np.float32) / 255',
  },
})
