/** The names of the files that outputs are written to. */

/** A port may be called as a model calls its outputs: what no file may be called is written as in addresses (`sum%3A0`). */
const portName = (port: string): string =>
  port.replace(/[%/\\:*?"<>|]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)

/** NODE.PORT, and NODE.PORT.0001 of the first element of a sequence. Nodes of a subgraph are called `outer/inner`. */
export const fileNameOf = (node: string, port: string, path: readonly number[]): string =>
  [node.replaceAll('/', '.'), portName(port), ...path.map((index) => String(index + 1).padStart(4, '0'))].join('.')
