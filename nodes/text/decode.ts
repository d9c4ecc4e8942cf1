import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { keypointsOf } from '../../engine/values/keypoints.ts'
import { socket } from '../../engine/values/sockets.ts'
import { boxesFrom } from '../boxes.ts'
import { charactersOf } from '../ctc.ts'
import { readWork } from './decode.work.ts'
import { checkCorners } from './lines.ts'

/**
 * The text of lines, from the probabilities of a reading network (CTC). Tensor (N, T, C) of N lines, T columns and C characters, the
 * corners of the lines, four keypoints each, and the image in; boxes (N, 4) named by their text, the text, a line each, and a table
 * out.
 */
export const textDecode = defineNode({
  type: 'text/decode',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Decode text',
  alias: 'PaddleOCR CTCLabelDecode',
  keywords: ['OCR', 'CTC', 'text recognition', 'greedy', 'characters', 'dictionary', 'string'],
  summary: 'Turns what a network reads in the columns of a line into text.',
  inputs: {
    image: socket.image({ help: 'The picture that the text stands on.' }),
    tensor: socket.tensor({
      axes: ['NLC'],
      help: 'Probabilities: lines × columns × characters, the first of them none.',
    }),
    corners: socket.keypoints({ help: 'Four corners of each line.' }),
  },
  params: {
    file: param.file({
      default: '',
      mode: 'open',
      accept: ['txt'],
      label: 'Characters',
      help: 'The characters that the network knows, one a line.',
    }),
    score: param.number({
      default: 0.5,
      min: 0,
      max: 1,
      label: 'Least score',
      help: 'Lines that the network reads with less confidence are left out.',
    }),
  },
  outputs: { boxes: socket.boxes({ over: 'image' }), text: socket.text(), table: socket.table() },
  shape: ({ image, corners }) => {
    if (corners?.count !== undefined) checkCorners(corners.count)
    return {
      ...(image && { boxes: { kind: 'boxes', width: image.width, height: image.height } as const }),
      text: { kind: 'text' },
      table: { kind: 'table' },
    }
  },
  identity: async ({ file }, { services, signal }) => (file ? services.identity(file, signal) : ''),
  watches: ({ file }) => (file ? [file] : []),
  run: async ({ image, tensor, corners, file, score: least }, { ops, work, services, signal }) => {
    const [lines = 0, columns = 0, classes = 0] = tensor.shape
    const characters = charactersOf(await services.text(file, signal), classes)
    if (!characters) throw new SightlineError('text.characters', { path: file, classes })
    const points = await keypointsOf(corners, async (part) => Float32Array.from(await ops.read(part, {})))
    const count = Math.min(lines, points.length / 4)
    checkCorners(points.length)
    const numbers = Float32Array.from(await ops.read(tensor, {}))
    const read = (await work(readWork, { numbers, lines: count, columns, characters })).map((line, i) => ({
      ...line,
      i,
    }))
    const kept = read.filter(({ text, score }) => text.trim() !== '' && score >= least)
    const [fx, fy] = [image.width / corners.width, image.height / corners.height]
    const boxes = kept.flatMap(({ i }) => {
      const own = points.slice(4 * i, 4 * i + 4)
      const [xs, ys] = [own.map(({ x }) => x * fx), own.map(({ y }) => y * fy)]
      return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
    })
    const scores = kept.map(({ score }) => score)
    const { width, height } = image
    const names = kept.map(({ text }) => text)
    return {
      boxes: await boxesFrom({ boxes, scores, classes: scores.map((_, i) => i) }, { width, height, names }, ops),
      text: { kind: 'text', text: names.map((text) => `${text}\n`).join('') },
      table: { kind: 'table', columns: ['text', 'score'], rows: kept.map(({ text, score }) => [text, score]) },
    }
  },
  explain: {
    idea: 'The network looks at a line column by column and says for each which character it sees, or none. A wide letter is seen in several columns, so the same answer twice in a row counts once; a real double letter has a column of none in between.',
    formula: String.raw`\pi_t = \arg\max_c p_{t,c}, \qquad \text{text} = \mathcal{B}(\pi), \quad \mathcal{B}(\text{h h \_ e l \_ l o}) = \text{hello}`,
    reference: 'Connectionist Temporal Classification (Graves et al. 2006); PaddleOCR, CTCLabelDecode.',
    code: "best = tensor.argmax(axis=2); text = [''.join(([''] + characters)[c] for c, before in zip(line, [0, *line]) if c != 0 and c != before) for line in best]",
  },
})
