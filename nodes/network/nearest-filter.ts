import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { TensorValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { cosine, filtersOf, onGray, sidesOfFilters } from '../kernels.ts'

/** Rows of the table. */
const listed = 10

/**
 * Of the filters of a convolution layer, the one that is most like a matrix of one's own. Weights HWIO or OIHW in; the filter as it
 * acts on gray pictures (its sum over the channels), its likeness (cosine, −1..1), and a table of the ten nearest out.
 */
export const nearestFilter = defineNode({
  type: 'network/nearest-filter',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Nearest filter',
  alias: 'torch.cosine_similarity',
  keywords: ['cosine similarity', 'kernel', 'weights', 'learned', 'compare', 'Sobel', 'Gabor', 'first layer', 'search'],
  summary: 'Finds the learned filter that is most like a kernel of your own.',
  inputs: { weights: socket.tensor({ axes: ['HWIO', 'OIHW'], help: 'Of a convolution layer.' }) },
  params: {
    kernel: param.matrix({
      default: [
        [-1, 0, 1],
        [-2, 0, 2],
        [-1, 0, 1],
      ],
      minSize: 1,
      maxSize: 31,
      label: 'Kernel',
      help: 'Made by hand. The smaller of the two matrices is laid into the middle of the larger one.',
    }),
    either: param.boolean({
      default: true,
      label: 'Either sign',
      help: 'A filter that answers dark where the kernel answers bright counts as the same.',
    }),
  },
  outputs: { kernel: socket.tensor({ axes: ['KL'] }), similarity: socket.number(), table: socket.table() },
  shape: ({ weights }) => {
    if (!weights) return {}
    const { height, width } = sidesOfFilters(weights)
    return {
      kernel: { kind: 'tensor', shape: [height, width], axes: ['K', 'L'] },
      similarity: { kind: 'number' },
      table: { kind: 'table' },
    }
  },
  run: async ({ weights, kernel, either }, { ops }) => {
    const filters = filtersOf(weights, await ops.read(weights, {}))
    const found = Array.from({ length: filters.count }, (_, index) => {
      const matrix = onGray(filters, index)
      const similarity = cosine(matrix, kernel)
      return { index, matrix, similarity, by: either ? Math.abs(similarity) : similarity }
    }).sort((a, b) => b.by - a.by)
    const [best] = found
    const shape = { kind: 'tensor', shape: [filters.height, filters.width], axes: ['K', 'L'] } as const
    return {
      kernel: (await ops.fromNumbers({ shape, numbers: best?.matrix.flat() ?? [] })) as TensorValue,
      similarity: { kind: 'number', value: best?.similarity ?? 0 },
      table: {
        kind: 'table',
        columns: ['filter', 'similarity'],
        rows: found.slice(0, listed).map(({ index, similarity }) => [index, similarity]),
      },
    }
  },
  explain: {
    idea: 'Two kernels are alike if they point the same way: multiplied number by number and added up, they give much. The angle between them says how alike they are, whatever their strength.',
    formula: String.raw`\cos \theta = \frac{\sum_{ij} A_{ij} B_{ij}}{\sqrt{\sum A_{ij}^2}\,\sqrt{\sum B_{ij}^2}}`,
    reference: 'torch.nn.functional.cosine_similarity; chapters 6.1 and 6.2: a filter designed, and a filter learned.',
    code: 'a = weights.sum(axis=2).reshape(-1, weights.shape[-1]); k = np.resize({kernel}, a.shape[0]); similarity = k @ a / (np.linalg.norm(k) * np.linalg.norm(a, axis=0))',
  },
})
