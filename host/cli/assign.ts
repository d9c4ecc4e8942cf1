/** `--input NODE=PATH` and `--set NODE.PARAM=VALUE`: the document with these parameters. */
import { resolve } from 'node:path'
import { type Catalogue, nodeInfo } from '../../engine/graph/catalogue.ts'
import type { Document } from '../../engine/graph/document.ts'
import { placeOfParam } from '../../engine/graph/expose.ts'
import { filesOfNode } from '../../engine/graph/files.ts'
import { infoOf, subgraphAt } from '../../engine/graph/info.ts'
import type { NodeDefinition } from '../../engine/graph/node.ts'
import { type ParamValue, parseParam } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { FileUse } from '../../engine/types/services.ts'
import { nodeNamed, withNodeAt } from './named.ts'

export interface Assignment {
  readonly option: 'input' | 'set'
  readonly node: string
  readonly param: string
  readonly text: string
}

function usage(option: string, text: string, wanted: string): never {
  throw new SightlineError('cli.usage', { message: `--${option} "${text}": wanted ${wanted}.` })
}

/** A path on the command line is relative to the current folder, not to the pipeline. */
export function parseInput(text: string): Assignment {
  const [, node, path] = /^([^=]+)=(.+)$/s.exec(text) ?? usage('input', text, 'NODE=PATH, as photo=cat.jpg')
  return { option: 'input', node: node ?? '', param: 'path', text: resolve(path ?? '') }
}

export function parseSet(text: string): Assignment {
  const [, node, param, value] =
    /^([^.=]+)\.([^.=]+)=(.*)$/s.exec(text) ??
    usage('set', text, 'NODE.PARAM=VALUE, as blur.sigma=2 or group/blur.sigma=2')
  return { option: 'set', node: node ?? '', param: param ?? '', text: value ?? '' }
}

const names = (table: object): string => Object.keys(table).join(', ') || 'none'

/** The files named on the command line: naming them is consent. */
export function namedFiles(document: Document, given: readonly Assignment[], catalogue: Catalogue): readonly FileUse[] {
  return given.flatMap(({ option, node, param }) => {
    const { record } = nodeNamed(document, node, option)
    return filesOfNode(record, catalogue).filter((file) => file.param === param)
  })
}

/** Throws `cli.unknown-node`, `cli.ambiguous-node`, `node.unknown-type`, `param.unknown`, `param.invalid`. */
export function assign(document: Document, given: readonly Assignment[], types: readonly NodeDefinition[]): Document {
  let next = document
  const catalogue = new Map(types.map((type) => [type.type, nodeInfo(type)]))
  for (const { option, node: name, param: named, text } of given) {
    const place = nodeNamed(next, name, option)
    // What a subgraph exposes is set at its node.
    const { path: ids, param } = placeOfParam(next, place.path.split('/'), named, (at) =>
      subgraphAt(next, at.join('/')),
    )
    const path = ids.join('/')
    const { record } = path === place.path ? place : nodeNamed(next, path, option)
    const info = infoOf(next, catalogue, record)
    if (!info) throw new SightlineError('node.unknown-type', { type: record.type })
    const spec = Object.hasOwn(info.params, param) ? info.params[param] : undefined
    if (!spec) throw new SightlineError('param.unknown', { param, type: info.type, known: names(info.params) })
    const value = parseParam(param, spec, text) as Exclude<ParamValue, readonly unknown[]>
    next = withNodeAt(next, path, { ...record, params: { ...record.params, [param]: value } })
  }
  return next
}
