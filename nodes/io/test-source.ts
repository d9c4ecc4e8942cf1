import { defineNode } from '../../engine/graph/node.ts'
import type { Clock } from '../../engine/types/clock.ts'
import type { FeedFrame } from '../../engine/types/feed.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { shapeOfPicture } from '../picture.ts'

/** Frame i is due i / fps seconds after the start. Where the reader is late, it gets the newest that is due. */
async function* frames(fps: number, clock: Clock, signal: AbortSignal): AsyncGenerator<FeedFrame<undefined>> {
  const start = clock.now()
  for (let next = 0; ; ) {
    const index = Math.max(next, Math.floor(((clock.now() - start) * fps) / 1000))
    next = index + 1
    const time = start + (1000 * index) / fps
    await clock.until(time, signal)
    yield { index, time, data: undefined }
  }
}

/** Where something is that goes to and fro between 0 and `length`, `distance` after it left 0. */
export function bounce(distance: number, length: number): number {
  if (length <= 0) return 0
  const phase = distance % (2 * length)
  return phase > length ? 2 * length - phase : phase
}

/** The brightness of the three channels over one period of the stripes: cosines, a third of a period apart. */
const stripes = (x: number, period: number, channel: number): number =>
  Math.round(127.5 + 127.5 * Math.cos(2 * Math.PI * (x / period - channel / 3)))

/** Vertical colour stripes that move to the right. */
function drawStripes(data: Uint8Array, width: number, height: number, moved: number): void {
  const period = Math.max(2, Math.round(width / 4))
  const row = data.subarray(0, 3 * width)
  for (let x = 0; x < width; x++) for (let c = 0; c < 3; c++) row[3 * x + c] = stripes(x - moved, period, c)
  for (let y = 1; y < height; y++) data.set(row, 3 * width * y)
}

/** A white disc on black that bounces off the edges. */
function drawBall(data: Uint8Array, width: number, height: number, moved: number): void {
  const radius = Math.max(1, Math.round(Math.min(width, height) / 8))
  const cx = radius + bounce(moved, width - 1 - 2 * radius)
  const cy = radius + bounce(moved, height - 1 - 2 * radius)
  for (let dy = -radius; dy <= radius; dy++) {
    const y = cy + dy
    const half = Math.floor(Math.sqrt(radius * radius - dy * dy))
    if (y < 0 || y >= height) continue
    const [from, to] = [Math.max(0, cx - half), Math.min(width - 1, cx + half)]
    data.fill(255, 3 * (width * y + from), 3 * (width * y + to + 1))
  }
}

/** A live source for trying things out: frame i is a function of i alone. Image (H, W, 3) float32 0..1, sRGB, out. */
export const testSource = defineNode({
  type: 'io/test-source',
  version: 1,
  kind: 'source',
  draft: 'exact',
  title: 'Test source',
  alias: 'videotestsrc',
  keywords: ['live', 'video', 'stream', 'frames', 'pattern', 'moving', 'fps', 'testsrc', 'input'],
  summary: 'A live source without a camera: a pattern that moves, frame by frame.',
  inputs: {},
  params: {
    pattern: param.choice({
      default: 'ball',
      of: ['ball', 'stripes'],
      names: { ball: 'Bouncing ball', stripes: 'Moving stripes' },
      label: 'Pattern',
      help: 'A white disc that bounces off the edges, or colour stripes that move to the right.',
    }),
    width: param.integer({
      default: 640,
      min: 1,
      max: 4096,
      unit: 'px',
      label: 'Width',
      help: 'The width of every frame.',
    }),
    height: param.integer({
      default: 480,
      min: 1,
      max: 4096,
      unit: 'px',
      label: 'Height',
      help: 'The height of every frame.',
    }),
    fps: param.number({
      default: 30,
      min: 0.1,
      max: 240,
      label: 'Frame rate',
      help: 'Frames a second. What comes faster than the pipeline runs is dropped.',
    }),
    speed: param.integer({
      default: 4,
      min: 0,
      max: 256,
      unit: 'px',
      label: 'Speed',
      help: 'How far the pattern moves from frame to frame; the ball moves as far down as to the right.',
    }),
  },
  outputs: { image: socket.image({ channels: [3], spaces: ['rgb'], range: [0, 1] }) },
  shape: ({ width, height }) => ({ image: shapeOfPicture({ width, height, channels: 3, depth: 8 }) }),
  feed: { by: ['fps'], of: ({ fps }, { clock, signal }) => frames(fps, clock, signal) },
  run: async ({ pattern, width, height, speed }, { ops, frame }) => {
    const data = new Uint8Array(3 * width * height)
    const draw = pattern === 'ball' ? drawBall : drawStripes
    draw(data, width, height, frame.index * speed)
    return { image: await ops.fromPicture({ width, height, channels: 3, depth: 8, data }) }
  },
  explain: {
    idea: 'A live source gives one picture after the other, whether or not anybody keeps up. The newest wins: what came while the pipeline was busy is dropped and counted. This one makes its pictures itself, so that the true position of everything in them is known.',
    formula: String.raw`c_x(i) = r + b(\param{speed}{s}\,i,\; W - 1 - 2r), \quad b(d, n) = n - \lvert n - (d \bmod 2n) \rvert`,
    reference: 'GStreamer videotestsrc (pattern=ball) and FFmpeg testsrc; chapter 6.1.',
    code: {
      by: 'pattern',
      of: {
        ball: "cv2.VideoCapture('videotestsrc pattern=ball ! appsink', cv2.CAP_GSTREAMER)",
        stripes: "cv2.VideoCapture('videotestsrc pattern=smpte horizontal-speed={speed} ! appsink', cv2.CAP_GSTREAMER)",
      },
    },
  },
})
