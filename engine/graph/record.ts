/** A node by itself: its type, version and parameters, without its wires. */
import { checkParam, isParamValue, type ParamValue } from '../types/param.ts'
import { type Problem, toProblem } from '../types/problem.ts'
import type { NodeInfo } from './catalogue.ts'
import type { NodeRecord } from './document.ts'

const names = (table: object): string => Object.keys(table).join(', ') || 'none'
const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined

/** The parameters with defaults filled in; the first invalid one is the problem, and counts as not given. */
export function checkParams(
  info: NodeInfo,
  given: Readonly<Record<string, unknown>>,
): { readonly params: Readonly<Record<string, ParamValue>>; readonly problem?: Problem } {
  const params: Record<string, ParamValue> = {}
  let problem: Problem | undefined
  for (const [name, spec] of Object.entries(info.params)) {
    params[name] = spec.default
    const value = own(given, name)
    if (value === undefined) continue
    if (isParamValue(spec, value)) params[name] = value
    else problem ??= problemOf(() => checkParam(name, spec, value))
  }
  for (const name of Object.keys(given))
    if (!Object.hasOwn(info.params, name))
      problem ??= { code: 'param.unknown', params: { param: name, type: info.title, known: names(info.params) } }
  return { params, ...(problem && { problem }) }
}

/** A file or folder that is not chosen yet is waited for, like an unconnected input: not an error. */
export function unchosenFile(info: NodeInfo, params: Readonly<Record<string, ParamValue>>): Problem | undefined {
  for (const [name, spec] of Object.entries(info.params)) {
    if (spec.type !== 'file' && spec.type !== 'folder') continue
    const { when, optional } = spec
    if (optional) continue
    if (when && !when.is.some((value) => value === params[when.param])) continue
    if (String(params[name]).trim() === '')
      return { code: spec.type === 'file' ? 'file.none' : 'file.folder-none', params: {} }
  }
  return undefined
}

function problemOf(check: () => unknown): Problem | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    return toProblem(error)
  }
}

/** Brings the parameters of an older version of the node to the current one; see `migrateParams`. */
export type Migrate = (record: NodeRecord, info: NodeInfo) => Readonly<Record<string, unknown>>

/** The node itself: type, version, parameters. Parameters of an older version are judged only where `migrate` is given. */
export function checkRecord(
  { record, type }: { readonly record: NodeRecord; readonly type: string },
  info: NodeInfo | undefined,
  migrate?: Migrate,
): { readonly params: Readonly<Record<string, ParamValue>>; readonly problem?: Problem } {
  if (!info) return { params: {}, problem: { code: 'node.unknown-type', params: { type } } }
  const { version = 1, params = {} } = record
  if (version > info.version)
    return { params: {}, problem: { code: 'node.newer', params: { version, known: info.version } } }
  if (version === info.version) return checkParams(info, params)
  if (migrate) return checkParams(info, migrate(record, info))
  return { params: checkParams(info, params).params }
}
