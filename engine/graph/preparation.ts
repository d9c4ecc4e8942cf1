/**
 * Whether a picture was prepared for a network as it was trained, in plain words and before anything runs. What differs is a
 * warning, not an error: a class may want to see what it costs.
 */
import type { Problem } from '../types/problem.ts'
import type { ModelExpects } from '../values/expects.ts'
import type { Prepared } from '../values/prepared.ts'
import type { TensorShape } from '../values/tensor.ts'

/** Means and deviations that are named instead of listed: of R, G and B from 0 to 1. */
const imageNet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const

/** How far numbers may be apart that count as the same, as a part of the range: 127 or 127.5 makes no difference to a network. */
const close = 0.01

type Numbers = Pick<Prepared, 'order' | 'scale' | 'mean' | 'std'>

const of = (list: readonly number[], channel: number): number => list[channel] ?? list[0] ?? 0

/** x = slope · v + start, for each channel of the tensor. */
const linesOf = ({ order, scale, mean, std }: Numbers) =>
  Array.from({ length: order === 'gray' ? 1 : 3 }, (_, c) => {
    return { slope: scale / of(std, c), start: -of(mean, c) / of(std, c) }
  })
type Line = ReturnType<typeof linesOf>[number]

const sameLine = (a: Line, b: Line): boolean =>
  Math.abs(a.slope - b.slope) <= close * Math.abs(a.slope) && Math.abs(a.start - b.start) <= close * Math.abs(a.slope)

const sameNumbers = (a: Numbers, b: Numbers): boolean => {
  const [ours, theirs] = [linesOf(a), linesOf(b)]
  return ours.length === theirs.length && ours.every((line, c) => sameLine(line, theirs[c] as Line))
}

const short = (value: number): string => String(Number(value.toPrecision(6))).replace('-', '−')

/** "the ImageNet mean", "(104, 117, 123)" */
function named(list: readonly number[], { order, scale }: Numbers, known: readonly number[], name: string): string {
  const rgb = order === 'BGR' ? [...list].reverse() : list
  const is = known.every((value, c) => Math.abs(of(rgb, c) / scale - value) < close)
  return is ? `the ImageNet ${name}` : `(${list.map(short).join(', ')})`
}

/** "RGB from 0 to 1", "BGR from 0 to 255 minus the ImageNet mean" */
export function describeNumbers(numbers: Numbers): string {
  const { order, scale, mean, std } = numbers
  const [first, ...others] = linesOf(numbers)
  const name = order === 'gray' ? 'gray' : order
  if (first && others.every((line) => sameLine(first, line)))
    return `${name} from ${short(first.start)} to ${short(first.start + first.slope)}`
  const minus = mean.some((value) => value !== 0) ? ` minus ${named(mean, numbers, imageNet.mean, 'mean')}` : ''
  const by = std.some((value) => value !== 1) ? `, divided by ${named(std, numbers, imageNet.std, 'deviation')}` : ''
  return `${name} from 0 to ${scale}${minus}${by}`
}

interface Difference {
  readonly wanted: string
  readonly given: string
}

function numbersDiffer(expects: ModelExpects, { prepared }: TensorShape): Difference | undefined {
  if (!prepared || (prepared.order === expects.order && sameNumbers(prepared, expects))) return undefined
  return { wanted: describeNumbers(expects), given: describeNumbers(prepared) }
}

function fitDiffers({ resize }: ModelExpects, { prepared }: TensorShape): Difference | undefined {
  if (resize === 'letterbox' && prepared?.fit === 'stretch')
    return { wanted: 'a picture in its own proportions', given: 'a stretched one' }
  if (resize === 'stretch' && prepared?.fit === 'letterbox')
    return { wanted: 'a picture stretched to its size', given: 'a letterboxed one' }
  return undefined
}

const side = ({ shape, axes }: TensorShape, axis: string): number | undefined => shape[axes.indexOf(axis)]

function sizeDiffers({ size }: ModelExpects, tensor: TensorShape): Difference | undefined {
  const [width, height] = [side(tensor, 'W'), side(tensor, 'H')]
  if (!size || width === undefined || height === undefined) return undefined
  if (width === size.width && height === size.height) return undefined
  return { wanted: `${size.width} × ${size.height} pixels`, given: `${width} × ${height}` }
}

function layoutDiffers({ layout }: ModelExpects, { axes }: TensorShape): Difference | undefined {
  const given = axes.join('')
  return given === layout ? undefined : { wanted: `axes ${layout}`, given: `${given}` }
}

/** What is different from what the network was trained on, as far as it is known. */
export function preparationProblem(expects: ModelExpects, tensor: TensorShape): Problem | undefined {
  const found = [numbersDiffer, fitDiffers, sizeDiffers, layoutDiffers].flatMap((look) => look(expects, tensor) ?? [])
  if (found.length === 0) return undefined
  const list = (which: keyof Difference): string => found.map((one) => one[which]).join(', ')
  return { code: 'model.prepared', params: { wanted: list('wanted'), given: list('given') } }
}
