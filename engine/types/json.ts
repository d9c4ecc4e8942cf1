/** JSON written so that people can read and compare it. */

const lineWidth = 100
const isFlat = (value: unknown): boolean => typeof value !== 'object' || value === null

/** As JSON.stringify: a key that is undefined is not written. */
const entriesOf = (value: object): [string, unknown][] => Object.entries(value).filter(([, item]) => item !== undefined)

function oneLine(value: object): string {
  const items = Array.isArray(value)
    ? value.map((item) => JSON.stringify(item))
    : entriesOf(value).map(([key, item]) => `${JSON.stringify(key)}: ${JSON.stringify(item)}`)
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  if (items.length === 0) return `${open}${close}`
  return Array.isArray(value) ? `[${items.join(', ')}]` : `{ ${items.join(', ')} }`
}

/** JSON with two spaces; a short list or record of plain values stays on one line. */
export function formatJson(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const parts: unknown[] = Array.isArray(value) ? value : Object.values(value)
  if (parts.every(isFlat)) {
    const line = oneLine(value)
    if (line.length + indent.length <= lineWidth) return line
  }
  const inner = `${indent}  `
  const lines = Array.isArray(value)
    ? value.map((item) => inner + formatJson(item, inner))
    : entriesOf(value).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${formatJson(item, inner)}`)
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`
}

/** Any value as such JSON. Numbers that JSON does not have become null. */
export const jsonText = (value: unknown): string => formatJson(JSON.parse(JSON.stringify(value)))
