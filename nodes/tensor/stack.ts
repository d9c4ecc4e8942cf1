import { defineNode } from '../../engine/graph/node.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { SequenceValue, Shape, TensorShape, TensorValue, Value } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'

/** An element with N in front: tensors (1, …) are joined along their N, others get one. */
const batched = ({ shape, axes }: TensorShape): Pick<TensorShape, 'shape' | 'axes'> =>
  axes[0] === 'N' && shape[0] === 1 ? { shape: shape.slice(1), axes: axes.slice(1) } : { shape, axes }

/** All tensors of a sequence as one. Sequence of tensors (…) or (1, …) of one shape in; tensor (N, …) float32 out. */
export const stack = defineNode({
  type: 'tensor/stack',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Stack',
  alias: 'torch.stack',
  keywords: ['batch', 'concatenate', 'cat', 'collect', 'gather', 'sequence', 'features', 'join'],
  summary: 'Puts the tensors of a sequence behind each other, into one.',
  inputs: { tensor: socket.tensor({ collect: true, help: 'One tensor for each element of a sequence.' }) },
  params: {},
  outputs: { tensor: socket.tensor() },
  shape: ({ tensor }) => {
    // A collecting input has the shape of a sequence.
    const all = tensor as Shape | undefined
    if (all?.kind !== 'sequence' || all.length === undefined || all.element.kind !== 'tensor') return {}
    const { shape, axes } = batched(all.element)
    return { tensor: { kind: 'tensor', shape: [all.length, ...shape], axes: ['N', ...axes] } }
  },
  run: async ({ tensor }, { ops, signal, progress }) => {
    const all = tensor as Value as SequenceValue
    let first: TensorShape | undefined
    const parts: Float32Array[] = []
    for (let i = 0; i < all.length; i++) {
      const one = (await all.at(i, signal)) as TensorValue
      first ??= one
      if (one.shape.join() !== first.shape.join())
        throw new SightlineError('shape.mismatch', {
          what: 'shape',
          a: first.shape.join(' × '),
          b: `${one.shape.join(' × ')} of element ${i + 1}`,
          advice: 'Stack tensors of one shape.',
        })
      parts.push(Float32Array.from(await ops.read(one, {})))
      progress((i + 1) / all.length, `${i + 1} of ${all.length}`)
    }
    if (!first) throw new SightlineError('sequence.empty', {})
    const { shape, axes } = batched(first)
    const numbers = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
    let at = 0
    for (const part of parts) {
      numbers.set(part, at)
      at += part.length
    }
    const made = { kind: 'tensor', shape: [all.length, ...shape], axes: ['N', ...axes] } as const
    return { tensor: (await ops.fromNumbers({ shape: made, numbers })) as TensorValue }
  },
  explain: {
    idea: 'Many small results become one array, so that what comes next can work on all of them at once.',
    reference: 'torch.stack, torch.cat; numpy.stack.',
    code: 'np.stack(tensors)',
  },
})
