/** The builders of sockets: `socket.image({ channels: [1] })`, `socket.image().like('image')`. */
import type { Socket, SocketSpec } from './socket.ts'
import type {
  ImageValue,
  NumberValue,
  PlotValue,
  SequenceValue,
  TableValue,
  TensorValue,
  TextValue,
  Value,
} from './value.ts'

type ImageNeeds = Pick<SocketSpec, 'channels' | 'spaces' | 'range' | 'optional' | 'collect' | 'help'>
type Needs = Pick<SocketSpec, 'optional' | 'collect' | 'help'>

/** `like` is not enumerable in the result of a builder, so a socket stays plain JSON. */
function withLike<V>(spec: SocketSpec): Socket<V> & { like(input: string): Socket<V> } {
  return Object.defineProperty({ ...spec }, 'like', {
    value: (input: string): Socket<V> => ({ ...spec, like: input }),
    enumerable: false,
  }) as Socket<V> & { like(input: string): Socket<V> }
}

export const socket = {
  /** Pixels (H, W, C). */
  image: (needs: ImageNeeds = {}) => withLike<ImageValue>({ type: 'image', ...needs }),
  /** Any array with named axes. */
  tensor: (needs: Needs & Pick<SocketSpec, 'axes'> = {}): Socket<TensorValue> => ({ type: 'tensor', ...needs }),
  number: (needs: Needs = {}): Socket<NumberValue> => ({ type: 'number', ...needs }),
  text: (needs: Needs = {}): Socket<TextValue> => ({ type: 'text', ...needs }),
  table: (needs: Needs = {}): Socket<TableValue> => ({ type: 'table', ...needs }),
  plot: (needs: Needs = {}): Socket<PlotValue> => ({ type: 'plot', ...needs }),
  any: (needs: Needs = {}): Socket<Value> => ({ type: 'any', ...needs }),
  /** A stream of `element`s. */
  sequence: (element: SocketSpec, needs: Needs = {}): Socket<SequenceValue> => ({
    type: 'sequence',
    element,
    ...needs,
  }),
}
