/** Outputs as files: their names, and the text of values without stored numbers. */
import type { ImageValue, TensorValue, Value } from '../../engine/values/index.ts'
import { jsonText } from './json.ts'

export const shapeOf = (value: ImageValue | TensorValue): readonly number[] =>
  value.kind === 'tensor' ? value.shape : [value.height, value.width, value.channels]

/** What the file of a value without stored numbers holds; undefined of the others. */
export function textOf(value: Value): { readonly ext: 'txt' | 'json'; readonly text: string } | undefined {
  const json = (content: unknown) => ({ ext: 'json', text: `${jsonText(content)}\n` }) as const
  switch (value.kind) {
    case 'text':
      return { ext: 'txt', text: value.text }
    case 'number':
      return json(value.value)
    case 'table':
      return json({ columns: value.columns, rows: value.rows })
    case 'plot':
      return json({ x: value.x, series: value.series })
    default:
      return undefined
  }
}

/** A port may be called as a model calls its outputs: what no file may be called is written as in addresses (`sum%3A0`). */
const portName = (port: string): string =>
  port.replace(/[%/\\:*?"<>|]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)

/** NODE.PORT, and NODE.PORT.0001 of the first element of a sequence. Nodes of a subgraph are called `outer/inner`. */
export const fileNameOf = (node: string, port: string, path: readonly number[]): string =>
  [node.replaceAll('/', '.'), portName(port), ...path.map((index) => String(index + 1).padStart(4, '0'))].join('.')
