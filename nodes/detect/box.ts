import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { arraysOf, boxesFrom } from '../boxes.ts'

/** One box that a person sets, beside others. Image (H, W, C), and boxes if there are any, in; boxes (N + 1, 4) out. */
export const box = defineNode({
  type: 'detect/box',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Box by hand',
  alias: 'cv2.selectROI',
  keywords: ['annotate', 'label', 'ground truth', 'bounding box', 'draw', 'ROI', 'region', 'prompt'],
  summary: 'Lets you draw a box on the picture, for instance to say what would be right.',
  inputs: {
    image: socket.image(),
    boxes: socket.boxes({ optional: true, help: 'Boxes to which this one is added.' }),
  },
  params: {
    x: param.number({ default: 16, min: 0, max: 100_000, unit: 'px', label: 'Left', help: 'Of its left edge.' }),
    y: param.number({ default: 16, min: 0, max: 100_000, unit: 'px', label: 'Top', help: 'Of its top edge.' }),
    width: param.number({ default: 128, min: 0, max: 100_000, unit: 'px', label: 'Width', help: 'In pixels.' }),
    height: param.number({ default: 128, min: 0, max: 100_000, unit: 'px', label: 'Height', help: 'In pixels.' }),
    name: param.text({ default: 'object', label: 'Name', help: 'What is in it: the name of its class.' }),
  },
  outputs: { boxes: socket.boxes({ over: 'image' }) },
  handles: [{ kind: 'box', over: 'image', params: { x: 'x', y: 'y', width: 'width', height: 'height' } }],
  shape: ({ image }) => (image ? { boxes: { kind: 'boxes', width: image.width, height: image.height } } : {}),
  run: async ({ image, boxes, x, y, width, height, name }, { ops }) => {
    const given = boxes ? await arraysOf(boxes, ops) : { boxes: [], scores: [], classes: [] }
    const names = boxes?.names ?? []
    const known = names.indexOf(name)
    const candidates = {
      boxes: [...Array.from(given.boxes), x, y, x + width, y + height],
      scores: [...Array.from(given.scores), 1],
      classes: [...Array.from(given.classes), known < 0 ? names.length : known],
    }
    const head = { width: image.width, height: image.height, names: known < 0 ? [...names, name] : names }
    return { boxes: await boxesFrom(candidates, head, ops) }
  },
  explain: {
    idea: 'A box from a person is what a detector learns from, and what it is measured by. Its score is 1: you are sure.',
    reference: 'OpenCV selectROI; chapter 6.3.',
    code: 'box = [{x}, {y}, {x} + {width}, {y} + {height}]',
  },
})
