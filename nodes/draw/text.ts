import { defineNode } from '../../engine/graph/node.ts'
import { equal, expr, mul, round, select } from '../../engine/ops/expr.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { drawText, letterHeight, letterWidth } from '../letters.ts'

interface Lettering {
  readonly text: string
  readonly x: number
  readonly y: number
  readonly dot: number
  readonly ground: boolean
}

const [letter, ground] = [1, 2]

/** 0 nothing, 1 letters, 2 the ground behind them. */
function lettersOn(width: number, height: number, given: Lettering): Uint8Array<ArrayBuffer> {
  const pixels = new Uint8Array(width * height)
  const dot = Math.max(1, Math.round(given.dot))
  const fill = (x0: number, y0: number, w: number, h: number, value: number): void => {
    const [left, right] = [Math.max(0, x0), Math.min(width, x0 + w)]
    if (left >= right) return
    for (let y = Math.max(0, y0); y < Math.min(height, y0 + h); y++)
      pixels.fill(value, y * width + left, y * width + right)
  }
  const lines = given.text.split('\n')
  const longest = Math.max(...lines.map((line) => [...line].length))
  const [left, top] = [Math.round(given.x), Math.round(given.y)]
  const line = letterHeight + 2
  if (given.ground && longest > 0)
    fill(left - 2 * dot, top - 2 * dot, dot * (longest * letterWidth + 3), dot * (lines.length * line + 2), ground)
  for (const [i, text] of lines.entries())
    drawText(text, (x, y) => fill(left + dot * x, top + dot * (y + i * line), dot, dot, letter))
  return pixels
}

/** Writes into a picture. RGB image (H, W, 3) in, the same shape out. */
export const drawTextNode = defineNode({
  type: 'draw/text',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Draw text',
  alias: 'cv2.putText',
  keywords: ['write', 'caption', 'label', 'title', 'watermark', 'annotate', 'letters', 'stamp', 'burn in'],
  summary: 'Writes a text into the picture itself.',
  inputs: { image: socket.image({ channels: [3], spaces: ['rgb'] }) },
  params: {
    text: param.text({
      default: 'HELLO',
      multiline: true,
      label: 'Text',
      help: 'Capitals, digits and a few signs; small letters become capitals, others an empty box.',
    }),
    x: param.number({
      default: 24,
      min: -65535,
      max: 65535,
      soft: [0, 1024],
      unit: 'px',
      label: 'Left',
      help: 'Where the text begins; drag it on the picture in the viewer.',
    }),
    y: param.number({
      default: 24,
      min: -65535,
      max: 65535,
      soft: [0, 1024],
      unit: 'px',
      label: 'Top',
      help: 'The upper edge of its first line.',
    }),
    dot: param.integer({
      default: 4,
      min: 1,
      max: 128,
      soft: [1, 16],
      unit: 'px',
      label: 'Letter size',
      help: 'Side of a dot; a letter has 5 × 7 dots.',
    }),
    colour: param.colour({ default: [1, 1, 1], label: 'Colour', help: 'Of the letters.' }),
    ground: param.boolean({ default: true, label: 'Dark ground', help: 'Lays a black box behind the text.' }),
  },
  handles: [{ kind: 'point', over: 'image', params: { x: 'x', y: 'y' } }],
  outputs: { image: socket.image().like('image') },
  run: async ({ image, colour, ...given }, { ops }) => {
    const { width, height } = image
    const data = lettersOn(width, height, given)
    const drawn = await ops.fromPicture({ width, height, channels: 1, depth: 8, data })
    const formula = expr((v, d) => {
      const what = round(mul(d, 255))
      return select(equal(what, letter), [...colour], select(equal(what, ground), 0, v))
    })
    return { image: await ops.pointwise(image, drawn, { formula }) }
  },
  explain: {
    idea: 'Letters are small pictures of dots, which are copied into the large one. What was there is lost: use it for pictures that leave Sightline.',
    reference: 'OpenCV putText, whose letters are made of lines; letters of 5 × 7 dots of our own.',
    code: 'image = cv2.putText(image, {text}, (int({x}), int({y}) + 7 * {dot}), cv2.FONT_HERSHEY_PLAIN, {dot} * 0.7, {colour}, {dot})',
  },
})
