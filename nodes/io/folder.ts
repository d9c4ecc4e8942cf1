import { defineNode } from '../../engine/graph/node.ts'
import type { Ops } from '../../engine/ops/calls.ts'
import { convertedShape } from '../../engine/ops/colour/op.ts'
import { param } from '../../engine/types/param.ts'
import type { Picture, Services } from '../../engine/types/services.ts'
import type { ImageShape, ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { limitParam, shapeOfPicture } from '../picture.ts'

type Colour = 'stored' | 'rgb' | 'gray'

const nameOf = (path: string): string => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)

/** The shape of the first picture; the others may have other sizes. */
async function elementShape(
  path: string,
  colour: Colour,
  services: Services,
  signal: AbortSignal,
): Promise<ImageShape> {
  const shape = shapeOfPicture(await services.probe(path, signal))
  return colour === 'stored' ? shape : convertedShape(shape, colour)
}

async function toImage(ops: Ops, picture: Picture, colour: Colour): Promise<ImageValue> {
  const image = await ops.fromPicture(picture)
  return colour === 'stored' ? image : ops.convertColour(image, { to: colour })
}

/** The pictures of a folder, one after the other. Sequence of images (H, W, 1 | 3 | 4) float32 0..1, gray or sRGB, out. */
export const folder = defineNode({
  type: 'io/folder',
  version: 1,
  kind: 'source',
  draft: 'exact',
  title: 'Folder',
  alias: 'glob + cv2.imread',
  keywords: ['directory', 'batch', 'many', 'sequence', 'dataset', 'files', 'ImageFolder', 'input'],
  summary: 'All pictures of a folder: what comes after runs once for each.',
  inputs: {},
  params: {
    path: param.folder({
      default: '',
      label: 'Folder',
      help: 'A relative path starts at the folder of the pipeline. Subfolders are not searched.',
    }),
    pattern: param.text({
      default: '*',
      label: 'Names',
      help: 'Which files are taken: * stands for any characters, ? for one. IMG_*.jpg takes IMG_0001.jpg.',
    }),
    colour: param.choice({
      default: 'stored',
      of: ['stored', 'rgb', 'gray'],
      names: { stored: 'As stored', rgb: 'RGB', gray: 'Gray' },
      label: 'Colour',
      help: 'Choose RGB or gray where the folder mixes both, so that all pictures have the same channels.',
    }),
    limit: limitParam,
  },
  outputs: {
    image: socket.sequence({ type: 'image', channels: [1, 3, 4], spaces: ['gray', 'rgb'], range: [0, 1] }),
  },
  shape: async ({ path, pattern, colour }, { services, signal }) => {
    const paths = await services.list(path, pattern, signal)
    const element = await elementShape(paths[0] ?? '', colour, services, signal)
    return { image: { kind: 'sequence', length: paths.length, element } }
  },
  identity: ({ path }, { services, signal }) => services.identity(path, signal),
  watches: ({ path }) => (path ? [path] : []),
  run: async ({ path, pattern, colour, limit }, { ops, services, signal }) => {
    const paths = await services.list(path, pattern, signal)
    return {
      image: {
        kind: 'sequence',
        length: paths.length,
        element: await elementShape(paths[0] ?? '', colour, services, signal),
        labels: paths.map(nameOf),
        at: async (index, signal) => toImage(ops, await services.decode(paths[index] ?? '', limit, signal), colour),
      },
    }
  },
  explain: {
    idea: 'The files are sorted the way a person counts (2 before 10) and go through the pipeline one at a time, so a folder of any size needs the memory of one picture.',
    formula: String.raw`\langle I_0, I_1, \dots, I_{n-1} \rangle`,
    reference: 'Python glob.glob and torchvision.datasets.ImageFolder; natural order as in file managers.',
    code: 'for path in natsorted(glob.glob({pattern}, root_dir={path})): image = cv2.imread(path)',
  },
})
