/** The colour of a socket's type. */
import type { SocketSpec } from '../../engine/values/socket.ts'

/** A CSS colour. A sequence has the colour of its elements. */
export function typeColour(spec: SocketSpec): string {
  const type = spec.type === 'sequence' && spec.element ? spec.element.type : spec.type
  return `var(--type-${type}, var(--type-any))`
}
