/** Attention: of all tokens to all (ViT), and within shifted windows with a bias by distance (Swin). */
import { uniform } from './convolution.ts'
import { defineLayer, type Emit, need, type Weight } from './layer.ts'

interface Attention {
  readonly heads: number
  /** How the weights are called: as torch.nn.MultiheadAttention has them, or timm (qkv, proj). Default: torch. */
  readonly names?: 'torch' | 'timm'
}

const attentionNames = { torch: ['in_proj', '_', 'out_proj'], timm: ['qkv', '.', 'proj'] } as const

const linearWeights = (name: string, out: number, features: number, dot = '.'): readonly Weight[] => [
  { name: `${name}${dot}weight`, shape: [out, features], start: uniform(features) },
  { name: `${name}${dot}bias`, shape: [out], start: { value: 0 } },
]

function project(emit: Emit, input: string, name: string, dot = '.'): string {
  const turned = emit.operator('Transpose', [emit.weight(`${name}${dot}weight`)], { perm: [1, 0] })
  return emit.operator('Add', [emit.operator('MatMul', [input, turned]), emit.weight(`${name}${dot}bias`)])
}

/**
 * softmax(q kᵀ / √d + bias) v, for each head. (batch, rows, 3 · features) in, (batch, rows, features) out. `more` adds to the
 * products (batch, heads, rows, rows).
 */
function attend(
  emit: Emit,
  all: string,
  [heads, rows, features]: readonly [number, number, number],
  more: (products: string) => string = (products) => products,
): string {
  const each = features / heads
  const split = emit.operator('Reshape', [all, emit.ints([-1, rows, 3, heads, each])])
  const apart = emit.operator('Transpose', [split], { perm: [2, 0, 3, 1, 4] })
  const [q = '', k = '', v = ''] = [0, 1, 2].map((i) => emit.operator('Gather', [apart, emit.scalar(i)], { axis: 0 }))
  const turned = emit.operator('Transpose', [k], { perm: [0, 1, 3, 2] })
  const scaled = emit.operator('Mul', [q, emit.floats([1 / Math.sqrt(each)], [])])
  const shares = emit.operator('Softmax', [more(emit.operator('MatMul', [scaled, turned]))], { axis: -1 })
  const mixed = emit.operator('Transpose', [emit.operator('MatMul', [shares, v])], { perm: [0, 2, 1, 3] })
  return emit.operator('Reshape', [mixed, emit.ints([-1, rows, features])])
}

/** (N, C) → (N, C). */
export const attention = defineLayer<Attention>({
  type: 'attention',
  title: 'MultiheadAttention',
  words: ({ heads }) => `${heads} heads`,
  shape(inputs, { heads }) {
    const [dims = []] = inputs
    need(dims.length === 2 && (dims[1] ?? 0) % heads === 0, inputs, `rows × features that ${heads} heads divide`)
    return dims
  },
  weights([[_ = 0, features = 0] = []], { names = 'torch' }) {
    const [into, dot, out] = attentionNames[names]
    return [...linearWeights(into, 3 * features, features, dot), ...linearWeights(out, features, features)]
  },
  sees: () => 'all',
  multiplyAdds: ([[rows = 0, features = 0] = []]) => 4 * rows * features ** 2 + 2 * rows ** 2 * features,
  onnx(emit, [input = ''], { inputs: [[rows = 0, features = 0] = []] }, { heads, names = 'torch' }) {
    const [into, dot, out] = attentionNames[names]
    const mixed = attend(emit, project(emit, input, into, dot), [heads, rows, features])
    return project(emit, mixed, out)
  },
})

/**
 * softmax(q kᵀ / √d) v for each head, of three layers (torch.nn.functional.scaled_dot_product_attention): queries (N, C), keys (M, C)
 * and values (M, C) → (N, C).
 */
export const dotAttention = defineLayer<Pick<Attention, 'heads'>>({
  type: 'dotAttention',
  title: 'DotAttention',
  takes: 3,
  words: ({ heads }) => (heads === 1 ? '1 head' : `${heads} heads`),
  shape(inputs, { heads }) {
    const [q = [], k = [], v = []] = inputs
    const features = q[1] ?? 0
    const fits =
      q.length === 2 && k.join() === v.join() && k.length === 2 && k[1] === features && features % heads === 0
    need(fits, inputs, `queries, keys and values of features that ${heads} heads divide`)
    return q
  },
  sees: () => 'all',
  multiplyAdds: ([[rows = 0, features = 0] = [], [keys = 0] = []]) => 2 * rows * keys * features,
  onnx(emit, [q = '', k = '', v = ''], { inputs: [[rows = 0, features = 0] = [], [keys = 0] = []] }, { heads }) {
    const each = features / heads
    const apart = (of: string, count: number, perm: readonly number[]): string =>
      emit.operator('Transpose', [emit.operator('Reshape', [of, emit.ints([-1, count, heads, each])])], { perm })
    const scaled = emit.operator('Mul', [apart(q, rows, [0, 2, 1, 3]), emit.floats([1 / Math.sqrt(each)], [])])
    const shares = emit.operator('Softmax', [emit.operator('MatMul', [scaled, apart(k, keys, [0, 2, 3, 1])])], {
      axis: -1,
    })
    const mixed = emit.operator('MatMul', [shares, apart(v, keys, [0, 2, 1, 3])])
    const turned = emit.operator('Transpose', [mixed], { perm: [0, 2, 1, 3] })
    return emit.operator('Reshape', [turned, emit.ints([-1, rows, features])])
  },
})

export interface WindowAttention {
  readonly heads: number
  readonly window: number
  readonly shift?: number
}

/** For each pair of places in a window, the row of the table of biases: by how far they are apart. */
function distances(window: number): readonly number[] {
  const places = Array.from({ length: window * window }, (_, i) => [Math.floor(i / window), i % window] as const)
  return places.flatMap(([y, x]) =>
    places.map(([v, u]) => (y - v + window - 1) * (2 * window - 1) + (x - u + window - 1)),
  )
}

/** -100 between places that only the shift brought into one window. (windows, 1, w², w²) */
function strangers(
  height: number,
  width: number,
  window: number,
  [down = 0, right = 0]: readonly number[],
): Float32Array {
  const rows = window * window
  const region = (at: number, side: number, shift: number): number =>
    at < side - window ? 0 : at < side - shift ? 1 : 2
  const mask = new Float32Array((height / window) * (width / window) * rows * rows)
  let at = 0
  for (let top = 0; top < height; top += window)
    for (let left = 0; left < width; left += window) {
      const regions = Array.from(
        { length: rows },
        (_, i) => 3 * region(top + Math.floor(i / window), height, down) + region(left + (i % window), width, right),
      )
      for (const a of regions) for (const b of regions) mask[at++] = a === b ? 0 : -100
    }
  return mask
}

/** How far windows lie down and to the right. Where they are as large as the picture, there is nothing to shift. */
export const shiftOf = ([height = 0, width = 0]: readonly number[], { window, shift = 0 }: WindowAttention) =>
  [height, width].map((side) => (window >= side ? 0 : shift))

/** (H, W, C) → (H, W, C). */
export const windowAttention = defineLayer<WindowAttention>({
  type: 'windowAttention',
  title: 'WindowAttention',
  words: ({ heads, window, shift = 0 }) =>
    `${heads} heads, ${window} × ${window}${shift === 0 ? '' : `, shifted by ${shift}`}`,
  shape(inputs, { heads, window }) {
    const [dims = []] = inputs
    const [height = 0, width = 0, features = 0] = dims
    need(
      dims.length === 3 && height % window === 0 && width % window === 0 && features % heads === 0,
      inputs,
      `height × width × features, sides that ${window} divides, features that ${heads} heads divide`,
    )
    return dims
  },
  weights: ([[_ = 0, __ = 0, features = 0] = []], { heads, window }) => [
    { name: 'relative_position_bias_table', shape: [(2 * window - 1) ** 2, heads], start: { value: 0 } },
    ...linearWeights('qkv', 3 * features, features),
    ...linearWeights('proj', features, features),
  ],
  /** At most: where in its window a place is differs. */
  sees(_, __, { window }) {
    const seen = { by: 1, first: 1 - window, last: window - 1 }
    return [seen, seen]
  },
  multiplyAdds: ([[height = 0, width = 0, features = 0] = []], _, { window }) =>
    height * width * (4 * features ** 2 + 2 * window ** 2 * features),
  onnx(emit, [input = ''], { inputs: [dims = []] }, set) {
    const { heads, window } = set
    const [height = 0, width = 0, features = 0] = dims
    const [down = 0, right = 0] = shiftOf(dims, set)
    const [rows, count] = [window * window, (height / window) * (width / window)]
    const rolled = (of: string, axis: number, by: number, side: number): string => {
      if (by === 0) return of
      const part = (begin: number, end: number): string =>
        emit.operator('Slice', [of, ...[[begin], [end], [axis]].map((numbers) => emit.ints(numbers))])
      return emit.operator('Concat', [part(by, side), part(0, by)], { axis })
    }
    const moved = rolled(rolled(input, 1, down, height), 2, right, width)
    const cut = emit.operator('Reshape', [
      moved,
      emit.ints([-1, height / window, window, width / window, window, features]),
    ])
    const sorted = emit.operator('Transpose', [cut], { perm: [0, 1, 3, 2, 4, 5] })
    const each = emit.operator('Reshape', [sorted, emit.ints([-1, rows, features])])
    const gathered = emit.operator(
      'Gather',
      [emit.weight('relative_position_bias_table'), emit.ints(distances(window))],
      {
        axis: 0,
      },
    )
    const bias = emit.operator('Transpose', [emit.operator('Reshape', [gathered, emit.ints([rows, rows, heads])])], {
      perm: [2, 0, 1],
    })
    const mixed = attend(emit, project(emit, each, 'qkv'), [heads, rows, features], (products) => {
      const biased = emit.operator('Add', [products, bias])
      if (down === 0 && right === 0) return biased
      const apart = emit.operator('Reshape', [biased, emit.ints([-1, count, heads, rows, rows])])
      const mask = emit.floats(strangers(height, width, window, [down, right]), [count, 1, rows, rows])
      return emit.operator('Reshape', [emit.operator('Add', [apart, mask]), emit.ints([-1, heads, rows, rows])])
    })
    const made = emit.operator('Reshape', [
      project(emit, mixed, 'proj'),
      emit.ints([-1, height / window, width / window, window, window, features]),
    ])
    const whole = emit.operator('Reshape', [
      emit.operator('Transpose', [made], { perm: [0, 1, 3, 2, 4, 5] }),
      emit.ints([-1, height, width, features]),
    ])
    return rolled(rolled(whole, 1, down === 0 ? 0 : height - down, height), 2, right === 0 ? 0 : width - right, width)
  },
})

const kinds = [attention, dotAttention, windowAttention].map(({ type }) => type)

/** Whether a layer of this type looks from each place at others: its softmax gives the shares, (N, heads, queries, keys). */
export const attends = (type: string): boolean => kinds.includes(type)
