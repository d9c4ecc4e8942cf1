import { defineNode } from '../../engine/graph/node.ts'
import type { Ops } from '../../engine/ops/calls.ts'
import { convertedShape } from '../../engine/ops/colour/op.ts'
import { param } from '../../engine/types/param.ts'
import type { Listed, Picture, Services } from '../../engine/types/services.ts'
import type { ImageShape, ImageValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { limitParam, shapeOfPicture } from '../picture.ts'

type Colour = 'stored' | 'rgb' | 'gray'

/** As many pictures are looked at to say what the others are. */
const looked = 16

/**
 * What an element is: as most pictures are, and of these the first. One that cannot be read, or is another kind, does not decide
 * for the others. Throws the first picture's problem if none can be read.
 */
async function elementShape(
  pictures: readonly Listed[],
  colour: Colour,
  services: Services,
  signal: AbortSignal,
): Promise<ImageShape> {
  let [problem, count]: [unknown, number] = [undefined, 0]
  const kinds = new Map<string, ImageShape[]>()
  for (const { path } of pictures) {
    try {
      const shape = shapeOfPicture(await services.probe(path, signal))
      const kind = `${shape.space} ${shape.channels}`
      kinds.set(kind, [...(kinds.get(kind) ?? []), shape])
      if (++count === looked) break
    } catch (error) {
      signal.throwIfAborted()
      problem ??= error
    }
  }
  const [most] = [...kinds.values()].sort((a, b) => b.length - a.length)
  const shape = most?.[0]
  if (!shape) throw problem
  return colour === 'stored' ? shape : convertedShape(shape, colour)
}

async function toImage(ops: Ops, picture: Picture, colour: Colour): Promise<ImageValue> {
  const image = await ops.fromPicture(picture)
  return colour === 'stored' ? image : ops.convertColour(image, { to: colour })
}

/**
 * The pictures of a folder, one after the other. Sequence of images (H, W, 1 | 3 | 4) float32 out: 0..1, gray or sRGB; of files of
 * floating point numbers, any number, linear RGB or plain data.
 */
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
      help: 'A relative path starts at the folder of the pipeline.',
    }),
    pattern: param.text({
      default: '*',
      label: 'Names',
      help: 'Which files are taken: * stands for any characters, ? for one. IMG_*.jpg takes IMG_0001.jpg; */* takes those of all subfolders.',
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
    image: socket.sequence({ type: 'image', channels: [1, 3, 4], spaces: ['gray', 'rgb', 'linear', 'data'] }),
  },
  shape: async ({ path, pattern, colour }, { services, signal }) => {
    const pictures = await services.list(path, pattern, signal)
    const element = await elementShape(pictures, colour, services, signal)
    return { image: { kind: 'sequence', length: pictures.length, element } }
  },
  identity: async ({ path, pattern }, { services, signal }) => {
    if (!pattern.includes('/')) return services.identity(path, signal)
    const pictures = await services.list(path, pattern, signal)
    const folders = [...new Set(pictures.map(({ path }) => path.replace(/[/\\][^/\\]*$/, '')))]
    return (await Promise.all(folders.map((folder) => services.identity(folder, signal)))).join(' ')
  },
  reads: async ({ path, pattern }, { services, signal }) =>
    (await services.list(path, pattern, signal)).map(({ path }) => path),
  watches: ({ path }) => (path ? [path] : []),
  run: async ({ path, pattern, colour, limit }, { ops, services, signal }) => {
    const pictures = await services.list(path, pattern, signal)
    return {
      image: {
        kind: 'sequence',
        length: pictures.length,
        element: await elementShape(pictures, colour, services, signal),
        labels: pictures.map(({ name }) => name),
        at: async (index, signal) =>
          toImage(ops, await services.decode(pictures[index]?.path ?? '', limit, signal), colour),
      },
    }
  },
  explain: {
    idea: 'The files are sorted the way a person counts (2 before 10) and go through the pipeline one at a time, so a folder of any size needs the memory of one picture.',
    formula: String.raw`\langle I_0, I_1, \dots, I_{n-1} \rangle`,
    reference: 'Python pathlib.Path.glob and torchvision.datasets.ImageFolder; natural order as in file managers.',
    code: String.raw`for path in sorted(pathlib.Path({path}).glob({pattern}), key=lambda p: [int(s) if s.isdigit() else s.lower() for s in re.split(r'(\d+)', p.name)]): image = cv2.imread(str(path))`,
  },
})
