import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { socket } from '../../engine/values/sockets.ts'
import { linesFrom } from '../lines.ts'

/**
 * Lines from each matched keypoint to its partner, over both pictures side by side. Image of both, and two keypoints in the same order
 * in; lines in pixels of the image out.
 */
export const matchLines = defineNode({
  type: 'feature/match-lines',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Match lines',
  alias: 'cv2.drawMatches',
  keywords: ['matches', 'correspondences', 'side by side', 'compare', 'features', 'draw matches', 'view'],
  summary: 'Joins the matched keypoints of two pictures that lie side by side.',
  inputs: {
    image: socket.image({ help: 'Both pictures: from "Concatenate", the first one first.' }),
    first: socket.keypoints({ help: 'Matched keypoints of the first picture.' }),
    second: socket.keypoints({ help: 'Their partners in the second, in the same order.' }),
  },
  params: {
    direction: param.choice({
      default: 'right',
      of: ['right', 'below'],
      names: { right: 'Side by side', below: 'One below the other' },
      label: 'Direction',
      help: 'How the two pictures lie, with the starts of their sides aligned.',
    }),
    most: param.integer({
      default: 100,
      min: 1,
      max: 10_000,
      soft: [1, 500],
      label: 'How many',
      help: 'Lines to the best matches, so that each can be seen.',
    }),
  },
  outputs: { lines: socket.lines({ over: 'image' }) },
  shape: ({ image }) => (image ? { lines: { kind: 'lines', width: image.width, height: image.height } } : {}),
  run: async ({ image, first, second, direction, most }, { ops }) => {
    const [p, q] = [await ops.read(first.points, {}), await ops.read(second.points, {})]
    if (p.length !== q.length)
      throw new SightlineError('shape.mismatch', {
        what: 'number of points',
        a: `${p.length / 5}`,
        b: `${q.length / 5}`,
        advice: 'Wire both from one "Match features": row by row they are partners.',
      })
    // The second picture ends where both end, whatever gap is between them.
    const [dx, dy] = direction === 'right' ? [image.width - second.width, 0] : [0, image.height - second.height]
    const count = Math.min(most, p.length / 5)
    const points = Array.from({ length: count }, (_, i) => {
      const [x = 0, y = 0, u = 0, v = 0] = [p[5 * i], p[5 * i + 1], q[5 * i], q[5 * i + 1]]
      return [x, y, u + dx, v + dy]
    }).flat()
    const { width, height } = image
    return { lines: linesFrom(points, new Array<number>(count).fill(2), { width, height, closed: false }, ops) }
  },
  explain: {
    idea: 'The two pictures lie beside each other, and a line goes from each keypoint to its partner. Lines of right matches run alongside each other; a line that crosses the others is probably a mistake.',
    formula: String.raw`(x_i,\ y_i) \to (x'_i + W,\ y'_i)`,
    reference: 'OpenCV drawMatches, which draws into the pixels; here the lines lie over the picture.',
    code: 'lines = np.hstack([first, second + (image.shape[1] - 20, 0)])',
  },
})
