import { defineNode, type NodeContext } from '../../engine/graph/node.ts'
import type { Ops } from '../../engine/ops/calls.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type {
  CameraValue,
  ImageValue,
  PlotValue,
  SequenceValue,
  Shape,
  SplatsValue,
  TensorValue,
  Value,
} from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { resized } from '../cameras.ts'
import { anywhere, type FitState, lookedAt, ratesOf, rowLength, sceneOf, stateOf, viewsOf } from '../splat-fit.ts'
import { toScene, toSplats } from '../splats.ts'
import { refineWork } from './train.work.ts'

/** Steps between two looks: density control, what is shown, and a checkpoint. */
const stretch = 100
/** 3D Gaussian Splatting's: fainter splats go, and larger ones than a part of the scene are split. */
const [faintest, small] = [0.005, 0.01] as const
/** Every 3000 steps, opacities are clamped to at most 0.01. */
const [fadeEvery, fadeTo] = [3000, 0.01] as const
/** The part of all steps in which splats grow. They settle in the rest. */
const growing = 0.6
/** In this first part of all steps, pictures with a side of more than `fine` pixels are used at half their size: a quarter of the work. */
const [coarse, fine] = [0.3, 128] as const
/** Of the loss. */
const similarity = 0.2
/** A checkpoint begins with these numbers. */
const headLength = 4

/** What a training has come to: a checkpoint. */
export interface Training {
  readonly step: number
  readonly state: FitState
  /** One each `stretch`: the average loss, and the PSNR of views that are held out (NaN: there are none). */
  readonly losses: readonly number[]
  readonly quality: readonly number[]
}

export function bytesOf({ step, state, losses, quality }: Training): Uint8Array {
  const { degree, params, first, second } = state
  const head = Float64Array.from([step, degree, params.length, losses.length, ...losses, ...quality])
  const bytes = new Uint8Array(head.byteLength + 12 * params.length)
  bytes.set(new Uint8Array(head.buffer))
  for (const [i, part] of [params, first, second].entries())
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), head.byteLength + 4 * params.length * i)
  return bytes
}

export function trainingOf(bytes: Uint8Array): Training {
  const copy = bytes.slice().buffer
  const [step = 0, degree = 0, length = 0, looks = 0] = new Float64Array(copy, 0, headLength)
  const curves = [...new Float64Array(copy, 8 * headLength, 2 * looks)]
  const start = 8 * (headLength + 2 * looks)
  const part = (i: number): Float32Array =>
    new Float32Array(copy.slice(start + 4 * length * i, start + 4 * length * (i + 1)))
  return {
    ...{ step, losses: curves.slice(0, looks), quality: curves.slice(looks) },
    state: { degree, params: part(0), first: part(1), second: part(2) },
  }
}

export interface View {
  readonly camera: CameraValue
  readonly picture: Float32Array
}

interface Stack {
  readonly pictures: TensorValue
  readonly cameras: readonly CameraValue[]
}

/** A camera and its picture, red, green and blue each. Throws `splats.*`, `shape.mismatch`. */
async function viewsFrom(
  images: SequenceValue,
  cameras: SequenceValue,
  background: readonly number[],
  { ops, signal }: Pick<NodeContext, 'ops' | 'signal'>,
): Promise<{ readonly views: readonly View[]; readonly space: SplatsValue['space'] }> {
  if (images.length !== cameras.length)
    throw new SightlineError('splats.views', { pictures: images.length, cameras: cameras.length })
  const views: View[] = []
  let space: SplatsValue['space'] = 'rgb'
  for (let i = 0; i < images.length; i++) {
    const [image, camera] = [(await images.at(i, signal)) as ImageValue, (await cameras.at(i, signal)) as CameraValue]
    const { width, height } = image
    const first = views[0]?.camera ?? image
    if (width !== first.width || height !== first.height)
      throw new SightlineError('shape.mismatch', {
        what: 'size',
        a: `${first.height} × ${first.width}`,
        b: `${height} × ${width} of element ${i + 1}`,
        advice: 'Give pictures of one size.',
      })
    const numbers = await ops.read(image, {})
    const { channels } = image
    // What is transparent shows the background, as it does of the scene.
    const picture = new Float32Array(3 * width * height)
    for (let pixel = 0; pixel < width * height; pixel++) {
      const from = channels * pixel
      const seen = image.alpha ? (numbers[from + channels - 1] ?? 1) : 1
      for (let c = 0; c < 3; c++) {
        const [colour, behind] = [numbers[from + (channels < 3 ? 0 : c)] ?? 0, background[c] ?? 0]
        picture[3 * pixel + c] = seen > 0 ? seen * colour + (1 - seen) * behind : behind
      }
    }
    if (image.space === 'linear') space = 'linear'
    // A picture that was made larger or smaller since is still that of its camera.
    views.push({ camera: resized(camera, width, height), picture })
  }
  if (views.length === 0) throw new SightlineError('sequence.empty', {})
  return { views, space }
}

/** Views at half their size, each number the average of those that it stands for. */
export async function halved(ops: Ops, views: readonly View[]): Promise<readonly View[]> {
  const small: View[] = []
  for (const { camera, picture } of views) {
    const size = { width: Math.ceil(camera.width / 2), height: Math.ceil(camera.height / 2) }
    const own = { width: camera.width, height: camera.height, channels: 3, alpha: false, space: 'rgb' } as const
    const whole = (await ops.fromNumbers({ shape: { kind: 'image', ...own }, numbers: picture })) as ImageValue
    const half = await ops.resize(whole, { ...size, method: 'area' })
    small.push({
      camera: resized(camera, size.width, size.height),
      picture: Float32Array.from(await ops.read(half, {})),
    })
  }
  return small
}

/** The pictures of views as one tensor, and their cameras. */
async function stacked(ops: Ops, views: readonly View[]): Promise<Stack> {
  const { width = 0, height = 0 } = views[0]?.camera ?? {}
  const numbers = new Float32Array(views.length * 3 * width * height)
  for (const [i, { picture }] of views.entries()) numbers.set(picture, i * picture.length)
  const pictures = (await ops.fromNumbers({
    shape: { kind: 'tensor', shape: [views.length, height, width, 3], axes: ['N', 'H', 'W', 'C'] },
    numbers,
  })) as TensorValue
  return { pictures, cameras: views.map(({ camera }) => camera) }
}

/**
 * Trains splats to look like pictures: images (H, W, C) and a camera for each in; splats, how a view looks that was held out, the
 * curves of the loss and of the PSNR of held-out views, and the last PSNR out. A job: it shows what it has while it runs, can be
 * paused, and goes on from its last checkpoint.
 */
export const train = defineNode({
  type: 'splat/train',
  version: 1,
  kind: 'job',
  draft: 'none',
  title: 'Train splats',
  alias: 'gsplat simple_trainer',
  keywords: [
    '3D',
    'Gaussian splatting',
    '3DGS',
    'fit',
    'optimise',
    'reconstruct',
    'novel view',
    'NeRF',
    'photogrammetry',
  ],
  summary: 'Makes a scene of splats that looks like pictures whose cameras are known.',
  needs:
    'Needs pictures and their cameras: from Load cameras (COLMAP, transforms.json) or camera nodes. For photos alone, run COLMAP or ns-process-data first.',
  inputs: {
    images: socket.image({
      collect: true,
      channels: [1, 3, 4],
      spaces: ['gray', 'rgb', 'linear'],
      help: 'The pictures, all of one size. Training runs on the CPU: take 64 to 256 pixels a side.',
    }),
    cameras: socket.camera({
      collect: true,
      help: 'The camera of each picture, at any size. For photos, run COLMAP or Nerfstudio’s ns-process-data first, and read the result with Load cameras.',
    }),
    splats: socket.splats({
      optional: true,
      help: 'Where it starts: a point cloud as splats, for example. Without it, splats anywhere in what the cameras look at.',
    }),
  },
  params: {
    steps: param.integer({
      default: 1000,
      min: 1,
      max: 100_000,
      soft: [200, 5000],
      step: 100,
      label: 'Steps',
      help: 'Each looks at one picture. A thousand show what it will be; more make it finer.',
    }),
    count: param.integer({
      default: 2000,
      min: 1,
      max: 200_000,
      soft: [500, 10_000],
      label: 'Start with',
      help: 'The number of splats at the start, where none are given.',
    }),
    most: param.integer({
      default: 5000,
      min: 1,
      max: 500_000,
      soft: [1000, 50_000],
      label: 'At most',
      help: 'The largest number of splats. More make it finer and slower.',
    }),
    degree: param.integer({
      default: 0,
      min: 0,
      max: 3,
      label: 'Harmonics',
      help: 'How much colours may depend on the direction: 0 not at all, 3 as published.',
    }),
    gradient: param.number({
      default: 0.0002,
      min: 0,
      max: 1,
      soft: [0.00005, 0.001],
      step: 0.00005,
      label: 'Grow above',
      help: 'Where the pictures pull a splat more than this, it becomes two.',
    }),
    hold: param.integer({
      default: 8,
      min: 0,
      max: 1000,
      soft: [0, 20],
      label: 'Hold out every',
      help: '8 keeps every eighth view for testing instead of training. 0 keeps none.',
    }),
    background: param.colour({
      default: [0, 0, 0],
      label: 'Background',
      help: 'What is behind the scene in the pictures, and shows where they are transparent.',
    }),
    antialiased: param.boolean({
      default: false,
      label: 'Antialiased',
      help: 'What is smaller than a pixel gets fainter instead of larger, so the scene looks right from far away too. Viewers must draw it so.',
    }),
    seed: param.integer({ default: 0, min: 0, max: 1e6, label: 'Seed', help: 'The same seed gives the same scene.' }),
  },
  outputs: {
    splats: socket.splats(),
    view: socket.image({
      channels: [3],
      spaces: ['rgb', 'linear'],
      help: 'The first held-out view, or the first, as it looks now.',
    }),
    loss: socket.plot({ help: 'The average loss of every hundred steps.' }),
    quality: socket.plot({ help: 'PSNR of the views that were held out, in dB.' }),
    psnr: socket.number({ help: 'The last of them; of all views where none is held out.' }),
  },
  preview: 'view',
  shape: ({ images }) => {
    // A collecting input has the shape of a sequence.
    const all = images as Shape | undefined
    const one = all?.kind === 'sequence' && all.element.kind === 'image' ? all.element : undefined
    return {
      splats: { kind: 'splats' },
      ...(one && {
        view: {
          ...{ kind: 'image', width: one.width, height: one.height, channels: 3, alpha: false },
          space: one.space === 'linear' ? 'linear' : 'rgb',
        },
      }),
      ...{ loss: { kind: 'plot' }, quality: { kind: 'plot' }, psnr: { kind: 'number' } },
    }
  },
  run: async (
    { images, cameras, splats, steps, count, most, degree, gradient, hold, background, antialiased, seed },
    { job, ops, work, progress, note, signal },
  ) => {
    const { views, space } = await viewsFrom(
      images as Value as SequenceValue,
      cameras as Value as SequenceValue,
      background,
      {
        ops,
        signal,
      },
    )
    const held = views.filter((_, i) => hold > 0 && views.length > 1 && i % hold === 0)
    const learned = views.filter((view) => !held.includes(view))
    if (learned.length === 0) throw new SightlineError('splats.held', { pictures: views.length, hold })
    const tested = held.length > 0 ? held : learned
    const { width, height } = (views[0] as View).camera
    const resumed = job.resume && trainingOf(job.resume)
    const whole = await stacked(ops, learned)
    const rough =
      Math.max(width, height) > fine && (resumed?.step ?? 0) + Math.min(stretch, steps) <= coarse * steps
        ? await stacked(ops, await halved(ops, learned))
        : whole

    const { radius } = lookedAt(views.map(({ camera }) => camera))
    const row = rowLength(degree)
    const rates = ratesOf(radius, steps)
    const rows = async (of: Float32Array): Promise<TensorValue> =>
      (await ops.fromNumbers({
        shape: { kind: 'tensor', shape: [of.length / row, row], axes: ['N', 'C'] },
        numbers: of,
      })) as TensorValue
    const read = async (value: TensorValue): Promise<Float32Array> => Float32Array.from(await ops.read(value, {}))

    const show = async ({ state, step, losses, quality }: Training) => {
      const made = await toSplats(ops, { ...sceneOf(state), antialiased, space })
      const { means, quats, scales, opacities, sh } = made
      let [view, psnr]: [ImageValue | undefined, number] = [undefined, 0]
      for (const { camera, picture } of tested) {
        const { kind: _, ...lens } = camera
        const drawn = { ...lens, background, antialiased, space } as const
        const { image } = await ops.rasterise(means, quats, scales, opacities, sh, drawn)
        view ??= image
        const seen = await ops.read(image, {})
        const squares = picture.reduce((sum, v, at) => sum + (v - (seen[at] ?? 0)) ** 2, 0)
        psnr += (10 * Math.log10(picture.length / Math.max(1e-12, squares))) / tested.length
      }
      const all = [...quality, psnr]
      const curve = (name: string, values: readonly number[]): PlotValue => ({
        ...{
          kind: 'plot',
          x: { label: 'step', range: [stretch, Math.max(stretch + 1, step)] },
          series: [{ name, values }],
        },
      })
      return {
        quality: all,
        outputs: {
          splats: made,
          view: view as ImageValue,
          ...{ loss: curve('loss', losses), quality: curve('PSNR in dB', all) },
          psnr: { kind: 'number' as const, value: psnr },
        },
      }
    }

    const given = splats ? await toScene(ops, splats) : undefined
    let now: Training = resumed ?? {
      ...{ step: 0, losses: [], quality: [] },
      state: stateOf(
        given ??
          anywhere(
            learned.map(({ camera }) => camera),
            Math.min(count, most),
            seed,
          ),
        degree,
      ),
    }
    let outputs: Awaited<ReturnType<typeof show>>['outputs'] | undefined
    while (now.step < steps) {
      const there = now.state.params.length / row
      progress(now.step / steps, `step ${now.step} of ${steps}, ${there} splats`)
      const take = Math.min(stretch, steps - now.step)
      const { params, first, second } = now.state
      const { pictures, cameras: from } = now.step + take <= coarse * steps ? rough : whole
      const made = await ops.fitSplats(await rows(params), await rows(first), await rows(second), pictures, {
        cameras: from,
        ...{
          order: viewsOf(learned.length, seed, now.step, take),
          start: now.step,
          part: similarity,
          ...{ background, antialiased },
          rates,
        },
      })
      const losses = await read(made.losses)
      const loss =
        losses.reduce((sum, v, i) => sum + (i % 2 === 0 ? (1 - similarity) * v : similarity * (1 - v)), 0) / take
      if (!Number.isFinite(loss)) throw new SightlineError('splats.lost', { step: now.step + take })
      const state: FitState = {
        ...{ degree, params: await read(made.params), first: await read(made.first), second: await read(made.second) },
      }
      const step = now.step + take
      const next = { step, state, losses: [...now.losses, loss], quality: now.quality }
      // What the steps have come to: splats that have just become two need some more.
      const shown = await show(next)
      now = { ...next, quality: shown.quality }
      outputs = shown.outputs
      if (step >= 2 * stretch && step <= growing * steps) {
        const refining = {
          gradient,
          opacity: faintest,
          size: small * radius,
          largest: Infinity,
          most,
          seed: seed + step,
        }
        const fade = step % fadeEvery === 0 ? { fade: fadeTo } : {}
        const change = await work(refineWork, { state, seen: await read(made.seen), refining, ...fade })
        now = { ...now, state: change.state }
      }
      await job.emit(outputs)
      await job.checkpoint(bytesOf(now))
    }
    outputs ??= (await show({ ...now, quality: now.quality.slice(0, -1) })).outputs
    note(`${now.state.params.length / row} splats from ${learned.length} views, ${held.length} held out`)
    return outputs
  },
  explain: {
    idea: 'The scene is drawn as a camera saw it and compared with the picture. Every number of every splat is moved to where the difference gets smaller. Where pictures keep pulling at a splat it becomes two; splats that fade go. Held-out views tell whether the scene was learned, or only its pictures.',
    formula: String.raw`L = 0.8\, \lvert C - C^* \rvert + 0.2\, (1 - \mathrm{SSIM}), \qquad \theta \leftarrow \theta - \eta\, \frac{\hat m}{\sqrt{\hat v} + \epsilon}, \qquad \Bigl\lVert \frac{\partial L}{\partial \mu'} \Bigr\rVert > \param{gradient}{\tau}: \text{clone or split}`,
    reference:
      '3D Gaussian Splatting (Kerbl et al. 2023), section 5 and its code; Adam (Kingma and Ba 2015). Rates are larger than published, because a thousand steps take the place of thirty thousand.',
    code: 'loss = 0.8 * (image - target).abs().mean() + 0.2 * (1 - ssim(image, target)); loss.backward(); optimizer.step()',
  },
})
