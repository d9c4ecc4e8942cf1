/** Fits 3D Gaussians to pictures: steps of gradient descent through the rasteriser (the training of 3D Gaussian Splatting). */
import type { ImageShape, TensorShape, TensorValue } from '../../values/index.ts'
import { requireFinite, requireInteger, unsupported } from '../check.ts'
import { SCRATCH_SLACK } from '../cpu.ts'
import { type At, type CpuContext, defineOp, type Readable, type StoredShape, type Terms } from '../op.ts'
import { BLEND_SCRATCH, SPANS } from '../rasterise/op.ts'
import { limitsOf, placeOf, rules, tile } from '../rasterise/rules.ts'
import { functionOf, pixel, termAt } from '../terms.ts'
import { type FitCamera, type FitParams, type FitRates, fixedNumbers, windowTaps } from './params.ts'
import { type FitOutputs, plainFit } from './plain.ts'

const label = 'Fit splats'
/** As the kernels count them. */
const [chunkOf, blockOf, bins, record, pairFloats] = [1024, 64, 2048, 12, 12] as const
const margin = 16
const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-15] as const

export interface FitResult {
  /** (N, 11 + 3 K): mean, quaternion, log sizes, logit of the opacity, harmonics. */
  readonly params: TensorValue
  /** Adam's first and second moments, of the same shape. */
  readonly first: TensorValue
  readonly second: TensorValue
  /** Of the last step, of the same shape. */
  readonly gradients: TensorValue
  /** (N, 2): the sum of the gradients by the place in the picture, and how often the splat was seen, over all steps. */
  readonly seen: TensorValue
  /** (steps, 2): |drawn − wanted|, and the structural similarity, both averaged over the numbers of the picture. */
  readonly losses: TensorValue
}

interface Sizes {
  readonly count: number
  readonly row: number
  readonly degree: number
  readonly views: number
  readonly height: number
  readonly width: number
}

/** Throws `op.unsupported`. */
function check(shapes: readonly TensorShape[], { cameras, order, part, start, background, rates }: FitParams): Sizes {
  const [params, first, second, pictures] = shapes.map(({ shape }) => shape)
  const [count = 0, row = 0] = params ?? []
  const [views = 0, height = 0, width = 0, channels = 0] = pictures ?? []
  const degree = Math.sqrt((row - fixedNumbers) / 3) - 1
  const alike = [first, second].every((shape) => shape?.length === 2 && shape[0] === count && shape[1] === row)
  const right = params?.length === 2 && pictures?.length === 4 && channels === 3 && [0, 1, 2, 3].includes(degree)
  if (!right || !alike)
    throw unsupported(
      label,
      shapes.map(({ shape }) => shape.join(' × ')).join(', '),
      'three times N × 14, 23, 38 or 59 numbers, and pictures of views × height × width × 3',
    )
  if (views === 0) throw unsupported(label, 'no pictures', 'at least one')
  if (cameras.length !== views) throw unsupported(label, `${cameras.length} cameras for ${views} pictures`, 'one each')
  if (height === 0 || width === 0) throw unsupported(label, `pictures of ${width} × ${height}`, 'pixels')
  for (const { fx, fy, cx, cy, view, near, far } of cameras) {
    requireFinite(label, 'a camera', [fx, fy, cx, cy, ...view, near])
    if (view.length !== 16) throw unsupported(label, `a view of ${view.length} numbers`, '16 numbers')
    if (!(fx > 0 && fy > 0 && near > 0 && far >= near))
      throw unsupported(label, 'a camera that sees nothing', 'positive focal lengths and near, and far not below near')
    requireFinite(label, 'a view', placeOf(view))
  }
  for (const view of order) requireInteger(label, 'a view', view, 0, views - 1)
  requireInteger(label, 'a first step of', start, 0, 1e9)
  requireFinite(label, 'a background', background)
  requireFinite(label, 'rates', Object.values(rates))
  const wrong = Object.entries(rates).find(([, rate]) => rate < 0)
  if (wrong) throw unsupported(label, `a rate of ${wrong[1]} for ${wrong[0]}`, 'rates of 0 or more')
  if (!(part >= 0 && part <= 1)) throw unsupported(label, `a part of ${part}`, 'a part from 0 to 1')
  return { count, row, degree, views, height, width }
}

const rows = (count: number, width: number): TensorShape => ({
  ...{ kind: 'tensor', shape: [count, width], axes: ['N', 'C'] },
})
const picture = (height: number, width: number, channels: 1 | 3): ImageShape => ({
  ...{ kind: 'image', width, height, channels, alpha: false, space: channels === 3 ? 'rgb' : 'data' },
})

/** The numbers of a camera, as the kernels take them. */
const cameraNumbers = (
  { fx, fy, cx, cy, view, near, far }: FitCamera,
  width: number,
  height: number,
  antialiased: boolean,
): Float64Array =>
  Float64Array.from([
    ...[...view.slice(0, 12), fx, fy, cx, cy, width, height, near, far, ...placeOf(view)],
    ...[...limitsOf(fx, cx, width), ...limitsOf(fy, cy, height), rules.lowpass, rules.leastAlpha, Number(antialiased)],
  ])

/** What the kernels need for step t of Adam, with β and ε of 3D Gaussian Splatting. */
function adamNumbers({ decay, ...rates }: FitRates, t: number, row: number): readonly number[] {
  const far = Math.min(1, t / Math.max(1, decay))
  // Those of 0 stay so.
  const means = rates.means && rates.means * (rates.meansEnd / rates.means) ** far
  const many = (count: number, rate: number): readonly number[] => new Array(count).fill(rate / (1 - beta1 ** t))
  const own = [
    ...many(3, means),
    ...many(4, rates.quats),
    ...many(3, rates.scales),
    ...many(1, rates.opacities),
    ...many(3, rates.colours),
    ...many(row - fixedNumbers - 3, rates.harmonics),
  ]
  return [beta1, 1 - beta1, beta2, 1 - beta2, epsilon, 1 / (1 - beta2 ** t), ...own, ...own.slice(0, 3)]
}

async function take(
  context: CpuContext,
  inputs: readonly TensorValue[],
  params: FitParams,
  sizes: Sizes,
): Promise<FitResult> {
  const { count, row, degree, height, width } = sizes
  const { order, start, part, background, rates } = params
  const { device } = context
  const words = (address: number, length: number): Uint32Array => new Uint32Array(device.memory.buffer, address, length)
  /** Not zeroed, unlike `temporary`. */
  const room = (length: number): number =>
    context.address(context.tensor({ kind: 'tensor', shape: [Math.max(4, length)], axes: ['N'] }))
  const copied = (value: TensorValue): TensorValue => {
    const made = context.tensor(rows(count, row))
    context.float32(context.address(made), count * row).set(context.float32(context.address(value), count * row))
    return made
  }
  const [given, m, v, pictures] = inputs as [TensorValue, TensorValue, TensorValue, TensorValue]
  const made = { params: copied(given), first: copied(m), second: copied(v) }
  const [gradients, seen, losses] = [
    context.tensor(rows(count, row)),
    context.tensor(rows(count, 2)),
    context.tensor(rows(order.length, 2)),
  ]
  context.float32(context.address(seen), 2 * count).fill(0)
  context.float32(context.address(gradients), row * count).fill(0)
  const state = [made.params, made.first, made.second, gradients, seen].map((value) => context.address(value))

  const cameras = params.cameras.map((camera) =>
    context.upload(cameraNumbers(camera, width, height, params.antialiased)),
  )
  const taps = context.upload(windowTaps)
  const blend = context.upload([rules.mostAlpha, rules.leastAlpha, rules.leastTransmittance, ...background])
  const adam = context.upload(new Float32Array(6 + row + 3))
  const drawn = [3, 1, 1].map((channels) => context.address(context.image(picture(height, width, channels as 1 | 3))))
  const [image = 0] = drawn

  // What is drawn, and the lists.
  const chunks = Math.ceil(count / chunkOf)
  const slots = chunks * chunkOf
  const blocks = Math.ceil(count / blockOf)
  const parts = [3, 4, 3, 1, row - fixedNumbers].map((each) => room(each * count))
  const [records, numbers, counts] = [room(slots * record), room(slots), room(chunks)]
  const [pairs, other, firsts, slotOf] = [room(2 * count), room(2 * count), room(slots + 2), room(count)]
  const [columns, lines] = [Math.ceil(width / tile), Math.ceil(height / tile)]
  const tiles = columns * lines
  const [table, starts, total, spans] = [room(tiles + 1), room(tiles + 1), room(1), room((SPANS / 4) * count)]
  let capacity = 8 * count + tiles
  let [lists, places, sums] = [room(capacity), room(capacity), room(pairFloats * capacity)]

  // The loss: what is blurred, and of every picture its mean and mean square.
  const line = 3 * width
  const stride = 4 * Math.ceil(line / 4)
  const map = stride * height
  const scratch = 3 * (stride + 2 * margin) * 4 + SCRATCH_SLACK
  const [blurred, back, byPixel] = [room(3 * map), room(3 * map), room(line * height)]
  const [similar, apart] = [context.upload(new Float64Array(height)), context.upload(new Float64Array(height))]
  const wantedAt = (view: number): number => context.address(pictures) + 4 * view * line * height
  const wantedMaps = new Map<number, number>()
  const mapsOf = async (view: number): Promise<number> => {
    const known = wantedMaps.get(view)
    if (known !== undefined) return known
    const maps = room(2 * map)
    const args = [wantedAt(view), wantedAt(view), line, stride, height, taps, blurred]
    await device.dispatch({ kernel: 'fitBlur', args, rows: height, scratch })
    await device.dispatch({ kernel: 'fitBlurDown', args: [blurred, stride, height, taps, maps], rows: height })
    wantedMaps.set(view, maps)
    return maps
  }

  for (const [step, view] of order.entries()) {
    context.signal.throwIfAborted()
    const t = start + step + 1
    const camera = cameras[view] ?? 0
    if (count > 0) {
      const args = [state[0] ?? 0, count, row, ...parts]
      await device.dispatch({ kernel: 'fitActivate', args, rows: blocks })
    }
    await device.dispatch({
      kernel: 'splatsProject',
      args: [...parts, degree, count, camera, records, counts, numbers],
      rows: chunks,
    })
    for (;;) {
      const lengths = [chunks, count, columns, lines, capacity]
      const args = [
        records,
        numbers,
        counts,
        ...lengths,
        pairs,
        other,
        table,
        spans,
        starts,
        lists,
        firsts,
        places,
        slotOf,
        total,
      ]
      await device.dispatch({ kernel: 'fitOrder', args, rows: 1, scratch: 4 * bins })
      const wanted = words(total, 1)[0] ?? 0
      if (wanted <= capacity) break
      capacity = Math.ceil(1.5 * wanted)
      ;[lists, places, sums] = [room(capacity), room(capacity), room(pairFloats * capacity)]
    }
    await device.dispatch({
      kernel: 'splatsBlend',
      args: [records, lists, starts, columns, width, height, blend, ...drawn],
      rows: tiles,
      scratch: BLEND_SCRATCH,
    })
    const maps = await mapsOf(view)
    const lossArgs = [line, stride, height, taps]
    await device.dispatch({
      kernel: 'fitBlur',
      args: [image, wantedAt(view), ...lossArgs, blurred],
      rows: height,
      scratch,
    })
    await device.dispatch({
      kernel: 'fitSimilarity',
      args: [blurred, maps, ...lossArgs, back, similar],
      rows: height,
      scratch,
    })
    await device.dispatch({
      kernel: 'fitLoss',
      args: [back, image, wantedAt(view), ...lossArgs, part, byPixel, apart],
      rows: height,
      scratch,
    })
    await device.dispatch({
      kernel: 'fitBack',
      args: [records, lists, starts, columns, width, height, blend, image, byPixel, sums],
      rows: tiles,
      scratch: BLEND_SCRATCH,
    })
    context.float32(adam, 6 + row + 3).set(adamNumbers(rates, t, row))
    if (count > 0)
      await device.dispatch({
        kernel: 'fitMove',
        args: [
          ...state,
          count,
          row,
          degree,
          camera,
          parts[2] ?? 0,
          parts[3] ?? 0,
          records,
          slotOf,
          firsts,
          places,
          sums,
          adam,
        ],
        rows: blocks,
      })
    const average = (address: number): number =>
      context.float64(address, height).reduce((sum, value) => sum + value, 0) / (line * height)
    context.float32(context.address(losses), 2 * order.length).set([average(apart), average(similar)], 2 * step)
  }
  return { ...made, gradients, seen, losses }
}

const siteList = (shapes: readonly StoredShape[]) =>
  shapes.flatMap((shape, input) =>
    shape.kind === 'tensor'
      ? Array.from({ length: shape.shape.reduce((a, b) => a * b, 1) }, (_, i) => pixel(0, i, 0, input))
      : [],
  )

/** Of the same inputs every number is asked for. */
const explained = new WeakMap<readonly Readable[], { readonly params: FitParams; readonly made: FitOutputs }>()

function madeOf(inputs: readonly Readable[], params: FitParams): FitOutputs {
  const known = explained.get(inputs)
  if (known?.params === params) return known.made
  const shapes = inputs.map(({ shape }) => shape as TensorShape)
  const { count, row, degree, height, width } = check(shapes, params)
  const [given, first, second] = inputs.map(({ at }) =>
    Float64Array.from({ length: count * row }, (_, i) => at(0, i, 0)),
  )
  const pictures = (at: number): number => inputs[3]?.at(0, at, 0) ?? Number.NaN
  if (!given || !first || !second) throw new Error('four inputs')
  const made = plainFit({ count, row, degree, height, width, params: given, first, second, pictures }, params)
  explained.set(inputs, { params, made })
  return made
}

/** Splats at pixels that may be looked at for an explanation: a second or so. */
const mostExplained = 5e6

function explain(at: At, inputs: readonly Readable[], params: FitParams): Terms {
  const { count, row, height, width } = check(
    inputs.map(({ shape }) => shape as TensorShape),
    params,
  )
  const work = params.order.length * 2 * count * row * count * height * width
  const output = work <= mostExplained ? madeOf(inputs, params)[(at.output ?? 'params') as keyof FitOutputs] : []
  const sites = siteList(inputs.map(({ shape }) => shape))
  return functionOf(
    sites.map((site) => termAt(inputs, site)),
    'steps of Adam',
    output[at.x] ?? Number.NaN,
  )
}

/**
 * Steps of Adam that bring splats nearer to pictures of known cameras. Splats (N, 11 + 3 K), Adam's moments (the same), and pictures
 * (V, H, W, 3), all float32, in; all of them after the steps, the last gradients and the losses out. Loss: (1 − part)·L1 +
 * part·(1 − SSIM), with a Gaussian window of 11 and σ 1.5, and zeros outside the picture. Drawn by the rules of `rasterise`, classic or antialiased. On
 * the CPU.
 * @throws op.unsupported for other shapes, and cameras that are none
 * @see Kerbl et al., 3D Gaussian Splatting for Real-Time Radiance Field Rendering (2023), section 5; Kingma and Ba, Adam (2015)
 */
export const fitSplats = defineOp<readonly [TensorValue, TensorValue, TensorValue, TensorValue], FitParams, FitResult>({
  name: 'fitSplats',
  nonFinite:
    'Splats with a number that is not finite are not drawn and stay as they are, as in gsplat; other gradients that are none count as 0.',
  cpu: (context, inputs, params) => take(context, inputs, params, check(inputs, params)),
  whole: true,
  reach: (_, shapes) => siteList(shapes),
  terms: explain,
})
