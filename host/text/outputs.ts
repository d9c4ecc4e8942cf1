/** The names of the files that outputs are written to. */
import { createHash } from 'node:crypto'
import { bytesOfName, cutToBytes } from '../files/names.ts'

/** Of a name, in bytes, so that its extension still fits into the 255 that file systems allow. */
const most = 200

/** A longer one is cut, and kept apart from others by a hash of all of it. */
const fitting = (name: string): string =>
  bytesOfName(name) <= most
    ? name
    : `${cutToBytes(name, most - 17)}~${createHash('sha256').update(name).digest('hex').slice(0, 16)}`

/** A port may be called as a model calls its outputs: what no file may be called is written as in addresses (`sum%3A0`). */
const portName = (port: string): string =>
  port.replace(/[%/\\:*?"<>|]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)

/** NODE.PORT, and NODE.PORT.0001 of the first element of a sequence. Nodes of a subgraph are called `outer/inner`. */
export const fileNameOf = (node: string, port: string, path: readonly number[]): string =>
  [fitting(`${node.replaceAll('/', '.')}.${portName(port)}`), ...path.map((i) => String(i + 1).padStart(4, '0'))].join(
    '.',
  )
