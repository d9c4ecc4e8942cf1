/** The colour and the label of a socket's type. */
import type { SocketSpec } from '../../engine/values/socket.ts'

const words: Readonly<Record<SocketSpec['type'], string>> = {
  any: 'Anything',
  image: 'Picture',
  tensor: 'Tensor',
  number: 'Number',
  text: 'Text',
  table: 'Table',
  plot: 'Plot',
  sequence: 'Sequence',
}

/** A CSS colour. A sequence has the colour of its elements. */
export function typeColour(spec: SocketSpec): string {
  const type = spec.type === 'sequence' && spec.element ? spec.element.type : spec.type
  return `var(--type-${type}, var(--type-any))`
}

export const typeWord = (type: SocketSpec['type']): string => words[type]
