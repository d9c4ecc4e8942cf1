/** The parameters of a node: plain JSON from which the form, the validation, the docs and the command line follow. */
import { SightlineError } from './problem.ts'

interface Common {
  readonly label?: string
  readonly help?: string
  /** Shown only while another parameter has one of these values. */
  readonly when?: { readonly param: string; readonly is: readonly (string | number | boolean)[] }
}

export interface NumberParam extends Common {
  readonly type: 'number' | 'integer'
  readonly default: number
  readonly min?: number
  readonly max?: number
  /** Where a slider ends when `max` is far away. */
  readonly soft?: readonly [number, number]
  readonly step?: number
  /** `px` parameters shrink along in quick previews. */
  readonly unit?: 'px' | '°' | '%' | 'MP' | 's'
  readonly odd?: boolean
}
export interface BooleanParam extends Common {
  readonly type: 'boolean'
  readonly default: boolean
}
export interface ChoiceParam<T extends string = string> extends Common {
  readonly type: 'choice'
  readonly default: T
  readonly of: readonly T[]
  /** What the form writes for each choice; absent: the choice itself. */
  readonly names?: Readonly<Partial<Record<T, string>>>
}
export interface TextParam extends Common {
  readonly type: 'text'
  readonly default: string
  readonly multiline?: boolean
  /** It names a parameter of a node before this one, `NODE.PARAMETER`: the form offers them. */
  readonly refersTo?: 'parameter'
}
export interface MatrixParam extends Common {
  readonly type: 'matrix'
  readonly default: readonly (readonly number[])[]
  readonly minSize: number
  readonly maxSize: number
  /** Both sides odd, so that there is a centre. */
  readonly odd?: boolean
}
export interface VectorParam extends Common {
  readonly type: 'vector'
  readonly default: readonly number[]
  readonly minLength: number
  readonly maxLength: number
}
/** A place on a picture. The label is the number of one of `PointsParam.labels`; absent: 1. */
export type PointValue = readonly [x: number, y: number] | readonly [x: number, y: number, label: number]

/** Places on a picture, [x, y] each; with `labels`, [x, y, label]. */
export interface PointsParam extends Common {
  readonly type: 'points'
  readonly default: readonly PointValue[]
  readonly minCount: number
  readonly maxCount: number
  /** What each label means, in words: `['Background', 'Object']`. */
  readonly labels?: readonly string[]
  /** Of every coordinate. */
  readonly min?: number
  readonly max?: number
  readonly integer?: true
  /** `px` coordinates shrink with the picture in quick previews. */
  readonly unit?: 'px'
  /** They are points of a curve (`curve.ts`) from 0 to 1, drawn before the histogram of what arrives at the input `over`. */
  readonly curve?: { readonly over: string }
}
/** Left, top, right, bottom. */
export type BoxValue = readonly [x0: number, y0: number, x1: number, y1: number]

/** Boxes on a picture. */
export interface BoxesParam extends Common {
  readonly type: 'boxes'
  readonly default: readonly BoxValue[]
  readonly maxCount: number
  /** `px` coordinates shrink with the picture in quick previews. */
  readonly unit?: 'px'
}
/**
 * A line drawn with a round brush: its radius, whether it paints (1) or erases (0), and the points that it passes through. A single
 * point is a dab.
 */
export type StrokeValue = readonly [radius: number, paints: number, x0: number, y0: number, ...rest: readonly number[]]

/** Strokes of a brush on a picture, in their order. */
export interface StrokesParam extends Common {
  readonly type: 'strokes'
  readonly default: readonly StrokeValue[]
  readonly maxCount: number
  /** The most numbers of all strokes together. */
  readonly maxNumbers: number
  /** `px` radii and coordinates shrink with the picture in quick previews. */
  readonly unit?: 'px'
}
export interface ColourParam extends Common {
  readonly type: 'colour'
  /** sRGB-encoded red, green, blue, 0..1. */
  readonly default: readonly [number, number, number]
}
export interface FileParam extends Common {
  readonly type: 'file' | 'folder'
  readonly default: string
  readonly mode?: 'open' | 'save'
  /** Extensions without the dot. */
  readonly accept?: readonly string[]
  /** Without one, the node takes a file of its own, or none. */
  readonly optional?: true
}

export type ParamSpec =
  | NumberParam
  | BooleanParam
  | ChoiceParam
  | TextParam
  | MatrixParam
  | VectorParam
  | PointsParam
  | BoxesParam
  | StrokesParam
  | ColourParam
  | FileParam

/** A parameter's value in the document: JSON. */
export type ParamValue = string | number | boolean | readonly number[] | readonly (readonly number[])[]

/** A parameter and the TypeScript type of its value. */
export type Param<V extends ParamValue = ParamValue> = ParamSpec & { readonly __value?: V }

type Options<S> = Omit<S, 'type'>

export const param = {
  number: (o: Options<NumberParam>): Param<number> => ({ type: 'number', ...o }),
  integer: (o: Options<NumberParam>): Param<number> => ({ type: 'integer', ...o }),
  boolean: (o: Options<BooleanParam>): Param<boolean> => ({ type: 'boolean', ...o }),
  choice: <const T extends string>(o: Options<ChoiceParam<T>>): Param<T> => ({ type: 'choice', ...o }) as Param<T>,
  text: (o: Options<TextParam>): Param<string> => ({ type: 'text', ...o }),
  matrix: (o: Options<MatrixParam>): Param<readonly (readonly number[])[]> => ({ type: 'matrix', ...o }),
  vector: (o: Options<VectorParam>): Param<readonly number[]> => ({ type: 'vector', ...o }),
  points: (o: Options<PointsParam>): Param<readonly PointValue[]> =>
    ({ type: 'points', ...o }) as Param<readonly PointValue[]>,
  boxes: (o: Options<BoxesParam>): Param<readonly BoxValue[]> => ({ type: 'boxes', ...o }),
  strokes: (o: Options<StrokesParam>): Param<readonly StrokeValue[]> =>
    ({ type: 'strokes', ...o }) as Param<readonly StrokeValue[]>,
  colour: (o: Omit<Options<ColourParam>, never>): Param<readonly [number, number, number]> => ({
    type: 'colour',
    ...o,
  }),
  file: (o: Options<FileParam>): Param<string> => ({ type: 'file', ...o }),
  folder: (o: Options<FileParam>): Param<string> => ({ type: 'folder', ...o }),
}

const isNumber = (v: unknown): v is number => typeof v === 'number' && Number.isFinite(v)

function numberWords(spec: NumberParam): string {
  const kind = `${spec.odd ? 'an odd ' : spec.type === 'integer' ? 'a ' : 'a '}${spec.type === 'integer' ? 'whole number' : 'number'}`
  const { min, max, unit } = spec
  const range =
    min !== undefined && max !== undefined
      ? ` from ${min} to ${max}`
      : min !== undefined
        ? ` of at least ${min}`
        : max !== undefined
          ? ` of at most ${max}`
          : ''
  return `${kind}${range}${unit && range ? ` ${unit}` : ''}`
}

const labelWords = (labels: readonly string[]): string =>
  labels.map((label, i) => `${i} (${label.toLowerCase()})`).join(' or ')

/** What a parameter takes, in words: "a number from 0 to 64 px". */
export function describeParam(spec: ParamSpec): string {
  switch (spec.type) {
    case 'number':
    case 'integer':
      return numberWords(spec)
    case 'boolean':
      return 'true or false'
    case 'choice':
      return `one of ${spec.of.join(', ')}`
    case 'text':
      return 'a text'
    case 'matrix':
      return `a matrix of numbers, ${spec.minSize} to ${spec.maxSize} rows and columns${spec.odd ? ', both odd' : ''}`
    case 'vector':
      return `${spec.minLength === spec.maxLength ? spec.minLength : `${spec.minLength} to ${spec.maxLength}`} numbers`
    case 'points':
      return `${spec.minCount === spec.maxCount ? spec.minCount : `${spec.minCount} to ${spec.maxCount}`} points [x, y${spec.labels ? `, label], the label ${labelWords(spec.labels)}` : ']'}`
    case 'boxes':
      return `up to ${spec.maxCount} boxes [left, top, right, bottom]`
    case 'strokes':
      return `up to ${spec.maxCount} strokes [radius, 1 to paint or 0 to erase, x, y, x, y, ...], of up to ${spec.maxNumbers} numbers in all`
    case 'colour':
      return 'three numbers from 0 to 1 (red, green, blue)'
    case 'file':
      return 'the path of a file'
    case 'folder':
      return 'the path of a folder'
  }
}

const isCoordinate =
  ({ min, max, integer }: PointsParam) =>
  (v: unknown): boolean =>
    isNumber(v) &&
    (!integer || Number.isInteger(v)) &&
    (min === undefined || v >= min) &&
    (max === undefined || v <= max)

function isPoint(spec: PointsParam, point: unknown): boolean {
  if (!Array.isArray(point)) return false
  const [x, y, ...label] = point as readonly unknown[]
  const labelled = label.length === 0 || (label.length === 1 && spec.labels?.[label[0] as number] !== undefined)
  return [x, y].every(isCoordinate(spec)) && labelled
}

/** Its sides are in order, and it has an area. */
function isBox(box: unknown): boolean {
  if (!Array.isArray(box) || box.length !== 4 || !box.every(isNumber)) return false
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = box
  return x0 < x1 && y0 < y1
}

/** A radius above 0, whether it paints, and at least one point. */
function isStroke(stroke: unknown): boolean {
  if (!Array.isArray(stroke) || stroke.length < 4 || stroke.length % 2 === 1 || !stroke.every(isNumber)) return false
  const [radius = 0, paints] = stroke
  return radius > 0 && (paints === 0 || paints === 1)
}

/** Whether `value` is one that `spec` takes. */
export function isParamValue(spec: ParamSpec, value: unknown): value is ParamValue {
  switch (spec.type) {
    case 'number':
    case 'integer':
      return (
        isNumber(value) &&
        (spec.type === 'number' || Number.isInteger(value)) &&
        (spec.min === undefined || value >= spec.min) &&
        (spec.max === undefined || value <= spec.max) &&
        (!spec.odd || Math.abs(value % 2) === 1)
      )
    case 'boolean':
      return typeof value === 'boolean'
    case 'choice':
      return typeof value === 'string' && spec.of.includes(value)
    case 'text':
    case 'file':
    case 'folder':
      return typeof value === 'string'
    case 'vector':
      return (
        Array.isArray(value) &&
        value.length >= spec.minLength &&
        value.length <= spec.maxLength &&
        value.every(isNumber)
      )
    case 'points':
      return (
        Array.isArray(value) &&
        value.length >= spec.minCount &&
        value.length <= spec.maxCount &&
        value.every((point: unknown) => isPoint(spec, point))
      )
    case 'boxes':
      return Array.isArray(value) && value.length <= spec.maxCount && value.every(isBox)
    case 'strokes':
      return (
        Array.isArray(value) &&
        value.length <= spec.maxCount &&
        value.every(isStroke) &&
        value.reduce((sum: number, stroke: readonly number[]) => sum + stroke.length, 0) <= spec.maxNumbers
      )
    case 'colour':
      return Array.isArray(value) && value.length === 3 && value.every((v) => isNumber(v) && v >= 0 && v <= 1)
    case 'matrix': {
      if (!Array.isArray(value)) return false
      const side = (n: number): boolean => n >= spec.minSize && n <= spec.maxSize && (!spec.odd || n % 2 === 1)
      const columns = Array.isArray(value[0]) ? value[0].length : 0
      return (
        side(value.length) &&
        side(columns) &&
        value.every((row: unknown) => Array.isArray(row) && row.length === columns && row.every(isNumber))
      )
    }
  }
}

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}...` : text)

/** `value`, or the error that names what was given and what is wanted. */
export function checkParam(name: string, spec: ParamSpec, value: unknown): ParamValue {
  if (isParamValue(spec, value)) return value
  throw new SightlineError('param.invalid', {
    param: name,
    given: shorten(JSON.stringify(value) ?? 'missing'),
    wanted: describeParam(spec),
  })
}

/** Reads a parameter from the command line: `2.5`, `true`, `hsv`, `[[0,1,0]]`. */
export function parseParam(name: string, spec: ParamSpec, text: string): ParamValue {
  if (spec.type === 'text' || spec.type === 'choice' || spec.type === 'file' || spec.type === 'folder')
    return checkParam(name, spec, text)
  try {
    return checkParam(name, spec, JSON.parse(text))
  } catch (error) {
    if (error instanceof SightlineError) throw error
    throw new SightlineError('param.invalid', { param: name, given: shorten(text), wanted: describeParam(spec) })
  }
}

/** The parameter in a quick preview at `scale` (0 < scale ≤ 1): lengths and places in pixels shrink with the picture. */
export function scaleParam(spec: ParamSpec, value: ParamValue, scale: number): ParamValue {
  if (spec.type === 'points' && spec.unit === 'px')
    return (value as PointsParam['default']).map(([x, y, ...label]) => [
      ...[x, y].map((v) => (spec.integer ? Math.round(v * scale) : v * scale)),
      ...label,
    ])
  if (spec.type === 'boxes' && spec.unit === 'px')
    return (value as BoxesParam['default']).map((box) => box.map((v) => v * scale))
  if (spec.type === 'strokes' && spec.unit === 'px')
    return (value as StrokesParam['default']).map((stroke) => stroke.map((v, i) => (i === 1 ? v : v * scale)))
  if ((spec.type !== 'number' && spec.type !== 'integer') || spec.unit !== 'px' || typeof value !== 'number')
    return value
  const scaled = value * scale
  if (spec.type === 'number') return scaled
  if (spec.odd) return Math.max(1, 2 * Math.round((scaled - 1) / 2) + 1)
  return value > 0 ? Math.max(1, Math.round(scaled)) : Math.round(scaled)
}
