/** A node's page: everything that its declaration says, in words. `docs/nodes` and the window show the same. */
import { describeParam, type ParamSpec } from '../types/param.ts'
import { codeFor, symbolic, type Template } from '../types/template.ts'
import { describeSocket, type SocketSpec } from '../values/socket.ts'
import type { NodeInfo } from './catalogue.ts'
import { chapterOf, chapterTitle } from './chapters.ts'

export interface SocketRow {
  readonly name: string
  /** "a 3-channel picture", "optional: a picture" */
  readonly takes: string
  readonly help?: string
}

export interface ParamRow {
  readonly name: string
  readonly label?: string
  /** "a number from 0 to 64 px" */
  readonly takes: string
  readonly default: string
  readonly help?: string
  /** "only if border is constant" */
  readonly when?: string
}

/** One text of a template. `when`: "mode = otsu", where a choice changes the whole text. */
export interface Variant {
  readonly when?: string
  readonly text: string
}

export interface NodePage {
  readonly type: string
  readonly title: string
  readonly alias?: string
  readonly chapter: string
  readonly summary: string
  readonly needs?: string
  readonly idea: string
  /** TeX */
  readonly formulas: readonly Variant[]
  readonly inputs: readonly SocketRow[]
  readonly outputs: readonly SocketRow[]
  readonly params: readonly ParamRow[]
  readonly laws: readonly string[]
  /** With the default parameters. */
  readonly code: readonly Variant[]
  readonly reference: string
  /** When it runs, and how quick previews treat it. */
  readonly runs: string
}

const kinds: Readonly<Record<NodeInfo['kind'], string>> = {
  pure: 'Runs whenever something before it changes.',
  source: 'Runs whenever its parameters or the files that it reads change.',
  effect: 'Runs on Run only, because it changes files.',
  job: 'Runs on Run only, because it takes long.',
}
const feeds = 'Runs for every frame while it plays; frames that come too fast are dropped.'
const drafts: Readonly<Record<NodeInfo['draft'], string>> = {
  scaled: 'Quick previews run it on a smaller picture.',
  exact: 'Quick previews run it at full size.',
  none: 'It has no quick preview.',
}

const rowsOf = (sockets: Readonly<Record<string, SocketSpec>>): SocketRow[] =>
  Object.entries(sockets).map(([name, socket]) => ({
    name,
    takes: `${socket.optional ? 'optional: ' : ''}${describeSocket(socket)}`,
    ...(socket.help !== undefined && { help: socket.help }),
  }))

const written = (value: unknown): string => (typeof value === 'string' ? value || '(empty)' : JSON.stringify(value))

function paramRow(name: string, spec: ParamSpec): ParamRow {
  const { label, help, when } = spec
  return {
    name,
    ...(label !== undefined && { label }),
    takes: describeParam(spec),
    default: written(spec.default),
    ...(help !== undefined && { help }),
    ...(when && { when: `only if ${when.param} is ${when.is.join(' or ')}` }),
  }
}

function variants(template: Template | undefined, write: (text: string) => string): Variant[] {
  if (template === undefined) return []
  if (typeof template === 'string') return [{ text: write(template) }]
  return Object.entries(template.of).map(([value, text]) => ({ when: `${template.by} = ${value}`, text: write(text) }))
}

export function pageOf(info: NodeInfo): NodePage {
  const { idea, formula, code, words, laws = [], reference } = info.explain
  const defaults = Object.fromEntries(Object.entries(info.params).map(([name, spec]) => [name, spec.default]))
  return {
    type: info.type,
    title: info.title,
    ...(info.alias !== undefined && { alias: info.alias }),
    chapter: chapterTitle(chapterOf(info.type)),
    summary: info.summary,
    ...(info.needs !== undefined && { needs: info.needs }),
    idea,
    formulas: variants(formula, symbolic),
    inputs: rowsOf(info.inputs),
    outputs: rowsOf(info.outputs),
    params: Object.entries(info.params).map(([name, spec]) => paramRow(name, spec)),
    laws,
    code: variants(code, (text) => codeFor(text, defaults, words)),
    reference,
    runs: info.feed ? feeds : `${kinds[info.kind]} ${drafts[info.draft]}`,
  }
}
