/** The builders of sockets: `socket.image({ channels: [1] })`, `socket.image().like('image')`. */
import type { NeedsOf, Value, ValueKind, ValueOf } from './index.ts'
import { kinds } from './kinds.ts'
import type { SequenceValue } from './sequence.ts'
import type { Socket, SocketSpec } from './socket.ts'

/** What any socket may state. */
type Needs = Pick<SocketSpec, 'optional' | 'collect' | 'help' | 'over'>

type Built<V> = Socket<V> & {
  /** Has the shape of this input. */
  like(input: string): Socket<V>
}

/** `like` is not enumerable, so a socket stays plain JSON. */
function build<V>(spec: SocketSpec): Built<V> {
  return Object.defineProperty({ ...spec }, 'like', {
    value: (input: string): Socket<V> => ({ ...spec, like: input }),
    enumerable: false,
  }) as Built<V>
}

type Builders = {
  readonly [K in Exclude<ValueKind, 'sequence'>]: (needs?: Needs & NeedsOf<K>) => Built<ValueOf<K>>
}

const builders = Object.fromEntries(
  Object.keys(kinds).map((type) => [type, (needs: object = {}) => build({ ...needs, type: type as ValueKind })]),
) as unknown as Builders

export const socket = {
  ...builders,
  any: (needs: Needs = {}): Built<Value> => build({ type: 'any', ...needs }),
  /** A stream of `element`s. */
  sequence: (element: SocketSpec, needs: Needs = {}): Built<SequenceValue> =>
    build({ type: 'sequence', element, ...needs }),
}
