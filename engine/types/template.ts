/**
 * Texts with a node's parameters in them. A formula names them as `\param{sigma}{\sigma}`: the parameter, and the sign that
 * stands for it; code as `{sigma}`. Where a choice changes the whole text, there is one for each of its values.
 */
import type { ParamValue } from './param.ts'

export type Template = string | { readonly by: string; readonly of: Readonly<Record<string, string>> }

type Params = Readonly<Record<string, ParamValue>>
/**
 * How values are written: parameter → value → words. A value may have words at several places of a line: `{border:crop}` is
 * written as `border:crop` says.
 */
export type Words = Readonly<Record<string, Readonly<Record<string, string>>>>

const inFormula = /\\param\{([\w-]+)\}\{((?:[^{}]|\{[^{}]*\})*)\}/g
const inCode = /\{(([\w-]+)(?::[\w-]+)?)\}/g

/** All texts of a template. */
export const textsOf = (template: Template): readonly string[] =>
  typeof template === 'string' ? [template] : Object.values(template.of)

/** The parameters that a formula names. */
export const namedIn = (text: string): readonly string[] => [...text.matchAll(inFormula)].map(([, name = '']) => name)

/** The text for these parameters, nothing filled in yet. */
export function textFor(template: Template, params: Params): string {
  return typeof template === 'string' ? template : (template.of[String(params[template.by])] ?? '')
}

/** The formula with its signs: `e^{-x^2 / 2\sigma^2}`. */
export const symbolic = (tex: string): string => tex.replace(inFormula, (_, _name, sign: string) => sign)

/** The formula with its numbers, each of class `live`; undefined where it has none. */
export function filled(tex: string, params: Params): string | undefined {
  if (namedIn(tex).length === 0) return undefined
  return tex.replace(inFormula, (whole, name: string) => {
    const value = params[name]
    return value === undefined ? whole : `\\htmlClass{live}{${texOf(value)}}`
  })
}

const short = (value: number): string => String(Number(value.toPrecision(5)))
/** A negative number would run into the sign before it. */
const texNumber = (value: number): string => {
  const [digits = '', power] = short(value).split('e')
  const text = power === undefined ? digits : `${digits} \\cdot 10^{${Number(power)}}`
  return value < 0 ? `(${text})` : text
}
const texText = (text: string): string => `\\text{${text.replace(/[\\{}$&#^_%~]/g, ' ')}}`
/** Larger matrices are named by their size. */
const largest = 7

function texOf(value: ParamValue): string {
  if (typeof value === 'number') return texNumber(value)
  if (typeof value === 'boolean') return texText(value ? 'yes' : 'no')
  if (typeof value === 'string') return /^\d+$/.test(value) ? value : texText(value)
  const rows = value as readonly (number | readonly number[])[]
  if (rows.every((row) => typeof row === 'number')) return `(${rows.map(short).join(',\\ ')})`
  const matrix = rows as readonly (readonly number[])[]
  const columns = matrix[0]?.length ?? 0
  if (matrix.length > largest || columns > largest) return texText(`${matrix.length} × ${columns}`)
  return `\\begin{bmatrix}${matrix.map((row) => row.map(short).join(' & ')).join(' \\\\ ')}\\end{bmatrix}`
}

/** The code with its values, as Python writes them. */
export function codeFor(template: Template, params: Params, words: Words = {}): string {
  return textFor(template, params).replace(inCode, (whole, place: string, name: string) => {
    const value = params[name]
    return value === undefined ? whole : (words[place]?.[String(value)] ?? pythonOf(value))
  })
}

/** What does not stand for itself in a Python string; names of files may have line ends in them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const inQuotes = /[\\'\x00-\x1f\x7f]/g
const escaped = (sign: string): string =>
  /[\\']/.test(sign) ? `\\${sign}` : `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`

function pythonOf(value: ParamValue): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(8)))
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'string') return `'${value.replace(inQuotes, escaped)}'`
  const items = value as readonly (number | readonly number[])[]
  return `[${items.map((item) => pythonOf(item as ParamValue)).join(', ')}]`
}
