import { defineNode, type NodeContext } from '../../engine/graph/node.ts'
import type { Ops } from '../../engine/ops/calls.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { BoxesValue, SequenceValue, Shape, Value } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { type AnnotatedPicture, type Annotations, parseCoco, parseVoc, stemOf } from '../annotations.ts'
import { boxesFrom } from '../boxes.ts'
import { readCoco } from './annotations.work.ts'

/** The whole of COCO's validation set takes 20 MB. */
const mostBytes = 256 << 20

const toBoxes = ({ boxes, classes, ignored, ...size }: AnnotatedPicture, names: readonly string[], ops: Ops) =>
  boxesFrom({ boxes, classes, scores: ignored.map((ignore) => (ignore ? 0 : 1)) }, { ...size, names }, ops)

/** The boxes of one picture by the name of its file. */
function pictureIn({ pictures }: Annotations, name: string, path: string): AnnotatedPicture {
  const found = pictures.find((picture) => stemOf(picture.name) === stemOf(name))
  if (!found) throw new SightlineError('annotations.no-picture', { path, name })
  return found
}

/** VOC has one file a picture, in a folder. */
async function vocAt(folder: string, name: string, ops: Ops, context: NodeContext, signal: AbortSignal) {
  const path = `${folder.replace(/[/\\]$/, '')}/${stemOf(name)}.xml`
  const annotations = parseVoc(await context.services.text(path, signal), path)
  const [picture] = annotations.pictures
  if (!picture) throw new SightlineError('annotations.no-picture', { path, name })
  return toBoxes(picture, annotations.names, ops)
}

/**
 * Ground truth from a file: a sequence of boxes (N, 4), one element a picture. With a sequence of pictures at `image` (a folder), the
 * boxes of these pictures in this order, found by the names of their files; without, those of all pictures of the file. The score
 * is 1, and 0 where the file says that a box is a crowd (COCO) or difficult (VOC): measures count it neither way.
 */
export const annotations = defineNode({
  type: 'io/annotations',
  version: 1,
  kind: 'source',
  draft: 'none',
  title: 'Annotations',
  alias: 'pycocotools.coco.COCO',
  keywords: ['ground truth', 'COCO', 'VOC', 'PASCAL', 'JSON', 'XML', 'labels', 'dataset', 'bounding box', 'evaluate'],
  summary: 'Reads the right boxes of pictures from a COCO or VOC data set.',
  inputs: {
    image: socket.image({
      collect: true,
      optional: true,
      help: 'The pictures of a folder, whose names are looked up. Without it: all pictures of the file.',
    }),
  },
  params: {
    format: param.choice({
      default: 'coco',
      of: ['coco', 'voc'],
      names: { coco: 'COCO (one JSON file)', voc: 'VOC (an XML file for each picture)' },
      label: 'Format',
      help: 'COCO: instances_val2017.json. VOC: the folder Annotations.',
    }),
    path: param.file({
      default: '',
      mode: 'open',
      accept: ['json'],
      label: 'File',
      help: 'With "images", "annotations" and "categories" in it.',
      when: { param: 'format', is: ['coco'] },
    }),
    folder: param.folder({
      default: '',
      label: 'Folder',
      help: 'With a file NAME.xml for the picture NAME.jpg. Wire the pictures to "image".',
      when: { param: 'format', is: ['voc'] },
    }),
  },
  outputs: { boxes: socket.sequence({ type: 'boxes' }) },
  shape: async ({ image, format, path, folder }, { services, signal }) => {
    const element = { kind: 'boxes' } as const
    // A collecting input has the shape of a sequence.
    const wired = image as Shape | undefined
    const known = wired?.kind === 'sequence' ? wired.length : undefined
    if (format === 'voc') {
      await services.identity(folder, signal)
      if (!image) throw new SightlineError('input.waiting', { wanted: 'the pictures of a folder', port: 'image' })
      return { boxes: { kind: 'sequence', element, ...(known !== undefined && { length: known }) } }
    }
    const { pictures } = parseCoco(await services.text(path, signal, mostBytes), path)
    return { boxes: { kind: 'sequence', element, length: image ? (known ?? 1) : pictures.length } }
  },
  identity: ({ format, path, folder }, { services, signal }) =>
    services.identity(format === 'coco' ? path : folder, signal),
  watches: ({ format, path, folder }) => [format === 'coco' ? path : folder].filter((one) => one !== ''),
  run: async ({ image, format, path, folder }, context) => {
    const { ops, services, signal, work } = context
    const wired = image as Value | undefined as SequenceValue | undefined
    const labels = wired?.labels ?? Array.from({ length: wired?.length ?? 0 }, () => undefined)
    const sequence = (names: readonly (string | undefined)[], at: SequenceValue['at']) => ({
      boxes: {
        kind: 'sequence' as const,
        length: names.length,
        element: { kind: 'boxes' as const },
        ...(names.every((name) => name !== undefined) && { labels: names }),
        at,
      },
    })
    if (format === 'voc') {
      await services.identity(folder, signal)
      if (!wired) throw new SightlineError('input.waiting', { wanted: 'the pictures of a folder', port: 'image' })
      return sequence(
        labels,
        (index, signal): Promise<BoxesValue> => vocAt(folder, labels[index] ?? '', ops, context, signal),
      )
    }
    const found = await work(readCoco, { text: await services.text(path, signal, mostBytes), path })
    if (!wired)
      return sequence(
        found.pictures.map(({ name }) => name),
        async (index) => toBoxes(found.pictures[index] as AnnotatedPicture, found.names, ops),
      )
    // A picture that came from no folder has no name: it is the file's first.
    const of = (index: number) =>
      labels[index] === undefined ? found.pictures[0] : pictureIn(found, labels[index] ?? '', path)
    return sequence(labels, async (index) => toBoxes(of(index) ?? pictureIn(found, '', path), found.names, ops))
  },
  explain: {
    idea: 'People drew boxes around the things in each picture and wrote down what they are. Against these a detector is measured.',
    reference: 'COCO (Lin et al. 2014), "Data format"; PASCAL VOC 2012 development kit.',
    code: {
      by: 'format',
      of: {
        coco: 'truth = pycocotools.coco.COCO({path}); boxes = [truth.loadAnns(truth.getAnnIds(image)) for image in truth.getImgIds()]',
        voc: 'left = {path.stem: re.findall(r"<xmin>(.*?)</xmin>", path.read_text()) for path in pathlib.Path({folder}).glob("*.xml")}',
      },
    },
  },
})
