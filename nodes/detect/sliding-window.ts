import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { socket } from '../../engine/values/sockets.ts'
import { boxesFrom } from '../boxes.ts'

const most = 500_000

/** Where windows of this length start, so that they end inside. */
const starts = (length: number, whole: number, step: number): number =>
  whole < length ? 0 : Math.floor((whole - length) / step + 1e-9) + 1

/**
 * All windows of a size over a picture, in rows, and of larger ones. Image (H, W, C) in; boxes (N, 4) in its pixels out, each with its
 * scale as class and a score of 1. A window that would reach over the edge is left out.
 */
export const slidingWindow = defineNode({
  type: 'detect/sliding-window',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Sliding window',
  alias: 'skimage.util.view_as_windows',
  keywords: ['windows', 'patches', 'HOG', 'Viola-Jones', 'scan', 'pyramid', 'crops', 'R-CNN', 'detector'],
  summary: 'Lays a window over every place of a picture, in steps and at several sizes.',
  inputs: { image: socket.image() },
  params: {
    width: param.integer({
      default: 64,
      min: 1,
      max: 10_000,
      soft: [16, 256],
      unit: 'px',
      label: 'Width',
      help: 'Of the window at scale 1.',
    }),
    height: param.integer({
      default: 128,
      min: 1,
      max: 10_000,
      soft: [16, 256],
      unit: 'px',
      label: 'Height',
      help: 'Of the window at scale 1. 64 × 128 is the window of the first pedestrian detector with HOG.',
    }),
    step: param.integer({
      default: 32,
      min: 1,
      max: 10_000,
      soft: [4, 128],
      unit: 'px',
      label: 'Step',
      help: 'From one window to the next, to the right and down. It grows with the scale.',
    }),
    scales: param.vector({
      default: [1, 1.5, 2],
      minLength: 1,
      maxLength: 16,
      label: 'Scales',
      help: 'How many times as large the window is: one scan for each.',
    }),
  },
  outputs: { boxes: socket.boxes({ over: 'image' }), count: socket.number({ help: 'How many windows there are.' }) },
  shape: ({ image }) => ({
    ...(image && { boxes: { kind: 'boxes' as const, width: image.width, height: image.height } }),
    count: { kind: 'number' },
  }),
  run: async ({ image, width, height, step, scales }, { ops }) => {
    if (scales.some((scale) => scale <= 0))
      throw new SightlineError('param.invalid', {
        param: 'scales',
        given: `[${scales.join(', ')}]`,
        wanted: 'numbers above 0',
      })
    const scans = scales.map((scale) => ({
      ...{ scale, w: width * scale, h: height * scale, step: step * scale },
      across: starts(width * scale, image.width, step * scale),
      down: starts(height * scale, image.height, step * scale),
    }))
    const count = scans.reduce((sum, { across, down }) => sum + across * down, 0)
    if (count > most)
      throw new SightlineError('param.invalid', {
        param: 'step',
        given: `${step}, which makes ${count} windows`,
        wanted: `a larger one: at most ${most} windows`,
      })
    const boxes: number[] = []
    const classes: number[] = []
    for (const [of, { w, h, step, across, down }] of scans.entries())
      for (let y = 0; y < down; y++)
        for (let x = 0; x < across; x++) {
          boxes.push(x * step, y * step, x * step + w, y * step + h)
          classes.push(of)
        }
    const candidates = { boxes, classes, scores: classes.map(() => 1) }
    const names = scales.map((scale) => `× ${scale}`)
    return {
      boxes: await boxesFrom(candidates, { width: image.width, height: image.height, names }, ops),
      count: { kind: 'number', value: count },
    }
  },
  explain: {
    idea: 'Before networks that see the whole picture at once, a detector looked through a window, asked whether there is a face in it, moved it a little, and asked again. The number of questions is what made this slow.',
    formula: String.raw`N = \sum_s \left( \left\lfloor \frac{W - s\,\param{width}{w}}{s\,\param{step}{d}} \right\rfloor + 1 \right) \left( \left\lfloor \frac{H - s\,\param{height}{h}}{s\,\param{step}{d}} \right\rfloor + 1 \right)`,
    reference: 'Dalal and Triggs 2005 (HOG); Viola and Jones 2001; chapter 6.3.',
    code: 'count = sum(((image.shape[1] - s * {width}) // (s * {step}) + 1) * ((image.shape[0] - s * {height}) // (s * {step}) + 1) for s in {scales} if s * {width} <= image.shape[1] and s * {height} <= image.shape[0])',
  },
})
