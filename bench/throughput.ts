/**
 * Images per second over a folder of 200 photographs: a detector as a pipeline, and a plain script that does the same with the same
 * libraries and as many threads: decode with sharp, fit, run the network in ONNX Runtime, decode its boxes, suppress. sharp averages
 * where it makes a picture smaller, so the boxes are not quite the same. The two take turns with all 200.
 * Then the detector's threshold is moved in a window: only what depends on it runs.
 */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Patch } from '../engine/graph/edit.ts'
import { parseFile } from '../engine/graph/file.ts'
import type { EngineMessage } from '../engine/protocol/messages.ts'
import { type Made, makeEngine } from '../host/engine.ts'
import type { FileServices } from '../host/files/services.ts'
import { root } from '../host/installation.ts'
import { decodeYolox } from '../nodes/detect/formats/yolox.ts'
import { nms } from '../nodes/nms.ts'
import { median, pairs, type Timed, timed } from './pairs.ts'
import type { Suite } from './report.ts'

const count = 200
const turns = 5
const size = { width: 640, height: 480 }
const side = 416
const score = 0.3
const iou = 0.45

/** Cuts of the sample pictures, as JPEG: each another. */
async function makePictures(folder: string): Promise<void> {
  const samples = ['coffee.jpg', 'chelsea.png', 'still-life.jpg'].map((name) => join(root, 'assets/samples', name))
  for (let i = 0; i < count; i++) {
    const { data, info } = await sharp(samples[i % samples.length])
      .resize(900, 700, { fit: 'fill' })
      .raw()
      .toBuffer({ resolveWithObject: true })
    const raw = { width: info.width, height: info.height, channels: info.channels } as const
    const picture = await sharp(data, { raw })
      .extract({ left: (i * 7) % 260, top: (i * 11) % 220, ...size })
      .jpeg({ quality: 90 })
      .toBuffer()
    await writeFile(join(folder, `${String(i).padStart(3, '0')}.jpg`), picture)
  }
}

const pipeline = (folder: string, model: string) =>
  parseFile({
    format: 'sightline',
    version: 1,
    nodes: [
      { id: 'files', type: 'io/folder', params: { path: folder } },
      { id: 'detect', type: 'detect/yolox', params: { path: model, score, iou } },
    ],
    edges: [{ from: 'files.image', to: 'detect.image' }],
  })

/** As one would write it: a picture after the other. Gives how many boxes there are. */
async function plainScript(path: string, threads: number) {
  const ort = createRequire(import.meta.url)('onnxruntime-node') as typeof import('onnxruntime-node')
  sharp.concurrency(threads)
  const session = await ort.InferenceSession.create(path, { intraOpNumThreads: threads, logSeverityLevel: 3 })
  const area = side * side
  const one = async (file: string): Promise<number> => {
    const { data, info } = await sharp(file)
      .resize(side, side, { fit: 'inside', kernel: 'linear' })
      .raw()
      .toBuffer({ resolveWithObject: true })
    const numbers = new Float32Array(3 * area).fill(114)
    for (let y = 0, at = 0; y < info.height; y++)
      for (let x = 0; x < info.width; x++, at += 3) {
        const to = y * side + x
        numbers[to] = data[at + 2] ?? 0
        numbers[area + to] = data[at + 1] ?? 0
        numbers[2 * area + to] = data[at] ?? 0
      }
    const made = await session.run({ images: new ort.Tensor('float32', numbers, [1, 3, side, side]) })
    const output = made.output
    if (!output) throw new Error('the network has no output')
    const candidates = decodeYolox(
      { shape: output.dims, numbers: output.data as Float32Array },
      { width: side, height: side },
      score,
    )
    return nms(candidates, { iou, score, method: 'hard' }).length
  }
  return {
    async run(folder: string): Promise<number> {
      let found = 0
      for (const name of (await readdir(folder)).sort()) found += await one(join(folder, name))
      return found
    },
    close: () => session.release(),
  }
}

/** The score of a detector in a window, moved step by step once all else has run: how long, and which nodes ran. */
async function movedThreshold(made: Made, services: FileServices, model: string) {
  let rev = 0
  let idle: (() => void) | undefined
  let ran = new Set<string>()
  const send = (message: EngineMessage): void => {
    if (message.type !== 'status' || message.rev !== rev) return
    for (const [node, { status }] of Object.entries(message.nodes)) if (status === 'done') ran.add(node)
    if (message.run.state === 'idle') idle?.()
  }
  const session = made.engine.session({ send, services })
  const detect = (score: number) => ({
    type: 'detect/yolox',
    params: { path: model, score, iou },
    position: { x: 0, y: 0 },
  })
  const nodes = [
    { id: 'photo', type: 'io/sample-image', params: { name: 'coffee' }, position: { x: 0, y: 0 } },
    { id: 'detect', ...detect(score) },
  ]
  const edges = [{ from: 'photo.image', to: 'detect.image' }]
  const step = async (message: (rev: number) => Parameters<typeof session.receive>[0]): Promise<number> => {
    rev++
    ran = new Set()
    const done = new Promise<void>((resolve) => {
      idle = resolve
    })
    const start = performance.now()
    session.receive(message(rev))
    await done
    return performance.now() - start
  }
  const first = await step((rev) => ({
    type: 'open',
    rev,
    document: { format: 'sightline', version: 1, nodes, edges },
  }))
  const all: number[] = []
  for (let i = 0; i < 30; i++) {
    const edit = [{ table: 'nodes', id: 'detect', value: detect(0.1 + i / 50) } as unknown as Patch]
    all.push(await step((rev) => ({ type: 'edit', rev, edit, draft: false })))
  }
  session.close()
  const nodesThatRan = [...ran].filter((node) => node.includes('/')).map((node) => node.slice(node.indexOf('/') + 1))
  return { first, ms: median(all), ran: nodesThatRan.sort().join(' + ') }
}

export const throughput: Suite = async ({ report, say, threads }) => {
  const data = process.env.SIGHTLINE_TEST_DATA
  if (!data) return say('\nthroughput is left out: SIGHTLINE_TEST_DATA does not say where yolox_nano.onnx is')
  say(`\nthroughput: YOLOX-nano over ${count} pictures of ${size.width} × ${size.height}; a: pipeline, b: plain script`)
  const path = join(data, 'models/yolox_nano.onnx')
  const folder = await mkdtemp(join(tmpdir(), 'sightline-bench-'))
  const made = await makeEngine({ device: 'cpu', threads })
  const plain = await plainScript(path, threads)
  // Nothing else keeps the process alive while the model's process computes.
  const alive = setInterval(() => undefined, 1000)
  try {
    await makePictures(folder)
    const services = made.services(folder, { allow: async () => true })
    const counts = { ours: 0, theirs: 0 }
    const ours = timed(async () => {
      const result = await made.engine.run(pipeline('.', path), {
        services,
        fresh: true,
        onSink: async ({ value, path: at }) => {
          if (at.length > 0 && value.kind === 'boxes') counts.ours += value.boxes.shape[0] ?? 0
        },
      })
      if (!result.ok) throw new Error(JSON.stringify(result.problems))
      result.release()
    })
    const theirs = timed(async () => {
      counts.theirs += await plain.run(folder)
    })
    // Threads of the plain script's session wait for work in a loop for a while, which is not to be counted as our time.
    const rested =
      (run: Timed): Timed =>
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 100))
        return run()
      }
    const pair = await pairs(rested(ours), rested(theirs), { pairs: turns, seconds: 600, warmup: 1 })
    const second = (ms: number): number => (1000 * count) / ms
    report({
      suite: 'throughput',
      name: 'a folder through a detector',
      figures: {
        'ours images/s': second(pair.a),
        'plain images/s': second(pair.b),
        'time ours/plain': pair.ratio,
        ...{ pairs: pair.pairs, 'boxes ours': counts.ours, 'boxes plain': counts.theirs },
        'steal %': 100 * pair.steal,
      },
    })
    const moved = await movedThreshold(made, services, path)
    report({
      suite: 'throughput',
      name: 'a changed threshold',
      figures: { 'first run ms': moved.first, 'changed ms': moved.ms, 'nodes that ran': moved.ran },
    })
  } finally {
    clearInterval(alive)
    await plain.close()
    await made.close()
    await rm(folder, { recursive: true })
  }
}
