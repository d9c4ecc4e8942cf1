import { defineNode } from '../../engine/graph/node.ts'
import { unsupported } from '../../engine/ops/check.ts'
import { pointwiseShape } from '../../engine/ops/pointwise/op.ts'
import { param } from '../../engine/types/param.ts'
import type { ImageShape } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { sameSize } from '../same-size.ts'

const spaces = ['rgb', 'bgr', 'hsv', 'lab', 'linear', 'ycrcb', 'data'] as const
type Space = (typeof spaces)[number]

/** What the planes form together. HSV and Lab have no common range; plain data has one if all channels agree. */
function mergedShape(planes: readonly ImageShape[], space: Space): ImageShape {
  const { height, width } = pointwiseShape(planes, { space: 'data' })
  const alpha = planes.length === 4 && space !== 'data'
  if (alpha && (space === 'hsv' || space === 'lab' || space === 'ycrcb'))
    throw unsupported('Merge', `a fourth channel with ${space}`, 'one only with RGB, BGR, linear RGB and plain data')
  const shape = { kind: 'image', height, width, channels: planes.length, space, alpha } as const
  if (space === 'hsv' || space === 'lab') return shape
  const [first] = planes
  const shared = planes.every(({ range }) => range?.join() === first?.range?.join()) ? first?.range : undefined
  const range = space === 'data' ? shared : ([0, 1] as const)
  return range ? { ...shape, range } : shape
}

const present = <T>(planes: readonly (T | undefined)[]): readonly T[] => planes.filter((plane) => plane !== undefined)

/** Merges three or four one-channel pictures. Images (H, W, 1) in; image (H, W, 3 | 4) out. */
export const merge = defineNode({
  type: 'colour/merge',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Merge channels',
  alias: 'cv2.merge',
  keywords: ['combine', 'stack', 'join', 'red', 'green', 'blue', 'alpha', 'opacity', 'np.dstack'],
  summary: 'Makes one picture of three or four one-channel pictures.',
  inputs: {
    first: socket.image({ channels: [1], help: 'Red, hue, L or Y, as the colour space below has them.' }),
    second: socket.image({ channels: [1] }),
    third: socket.image({ channels: [1] }),
    fourth: socket.image({ channels: [1], optional: true, help: 'Opacity, 0 to 1, of RGB, BGR and linear RGB.' }),
  },
  params: {
    space: param.choice({
      default: 'rgb',
      of: spaces,
      names: {
        rgb: 'RGB',
        bgr: 'BGR',
        hsv: 'HSV',
        lab: 'Lab',
        linear: 'Linear RGB',
        ycrcb: 'YCrCb',
        data: 'Plain data',
      },
      label: 'Colour space',
      help: 'What the channels mean. Nothing is computed; the numbers are taken as they are.',
    }),
  },
  outputs: { image: socket.image({ channels: [3, 4] }) },
  shape: ({ first, second, third, fourth, space }) =>
    first && second && third ? { image: mergedShape(present([first, second, third, fourth]), space) } : {},
  run: async ({ first, second, third, fourth, space }, { ops, scale }) => {
    const given = present([first, second, third, fourth])
    const planes = await Promise.all(given.map((plane) => sameSize(ops, first, plane, scale)))
    const { alpha, range } = mergedShape(planes, space)
    return { image: await ops.merge(...planes, { space, alpha, ...(range && { range }) }) }
  },
  explain: {
    idea: 'The opposite of splitting: the pictures become the channels of one, in the order of the inputs. Wired in another order, colours change places.',
    formula: `I(y, x, c) = P_c(y, x)`,
    reference: 'OpenCV merge; chapter 6.1 on BGR and RGB order.',
    code: 'image = cv2.merge([first, second, third])',
  },
})
