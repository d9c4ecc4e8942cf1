import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { limitParam, readable, shapeOfPicture } from '../picture.ts'

/** Reads a picture from a file. Image (H, W, 1 | 3 | 4) float32 0..1, gray or sRGB, out. */
export const loadImage = defineNode({
  type: 'io/load-image',
  version: 1,
  kind: 'source',
  draft: 'exact',
  title: 'Load image',
  alias: 'cv2.imread',
  keywords: ['open', 'read', 'file', 'photo', 'picture', 'input', 'png', 'jpeg', 'tiff', 'webp', 'avif', 'Image.open'],
  summary: 'Reads a picture from a file, and again whenever the file changes.',
  basic: true,
  inputs: {},
  params: {
    path: param.file({
      default: '',
      mode: 'open',
      accept: readable,
      label: 'File',
      help: 'PNG, JPEG, WebP, AVIF, TIFF or GIF. A relative path starts at the folder of the pipeline.',
    }),
    limit: limitParam,
  },
  outputs: { image: socket.image({ channels: [1, 3, 4], spaces: ['gray', 'rgb'], range: [0, 1] }) },
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
      'Chapter 6.1, "How pixels are encoded". EXIF orientation is applied, an embedded colour profile converted to sRGB, opacity not mixed in (straight alpha). Channels are red, green, blue; cv2.imread gives blue, green, red.',
    code: 'image = cv2.cvtColor(cv2.imread({path}), cv2.COLOR_BGR2RGB).astype(np.float32) / 255',
  },
})
