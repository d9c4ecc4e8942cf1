import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { selected } from '../splats.ts'

/** The splats whose colour is near one, or all others. Splats in and out. */
export const filterColour = defineNode({
  type: 'splat/filter-colour',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'Filter splats by colour',
  alias: 'np.linalg.norm',
  keywords: ['3D', 'Gaussian splatting', 'scene', 'colour', 'color', 'select', 'background', 'sky', 'green screen'],
  summary: 'Keeps the splats of one colour, or all others.',
  inputs: { splats: socket.splats({ help: 'The scene.' }) },
  params: {
    colour: param.colour({
      default: [1, 1, 1],
      label: 'Colour',
      help: 'What is looked for. Pick it in a rendered picture.',
    }),
    within: param.number({
      default: 0.3,
      min: 0,
      max: 1.75,
      step: 0.01,
      label: 'Distance',
      help: 'How far a colour may be from it, as red, green and blue from 0 to 1. Black and white are 1.73 apart.',
    }),
    keep: param.choice({
      default: 'others',
      of: ['others', 'near'],
      names: { others: 'All others', near: 'Those near it' },
      label: 'Keep',
      help: 'Which splats stay.',
    }),
  },
  outputs: { splats: socket.splats() },
  shape: () => ({ splats: { kind: 'splats' } }),
  run: async ({ splats, colour, within, keep }, context) => ({
    splats: await selected(splats, { kind: 'colour', colour, within, inside: keep === 'near' }, context),
  }),
  explain: {
    idea: 'Each splat has a colour that does not depend on the direction: the zeroth harmonic. It is compared with the one chosen, as a point in the cube of red, green and blue.',
    formula: String.raw`c = 0.5 + 0.2820948\, f_{dc}, \qquad \lVert c - \param{colour}{c_0} \rVert \le \param{within}{r}`,
    reference:
      'As SuperSplat selects by colour, with a ball instead of ranges. In the colours of the file, which are mostly sRGB.',
    code: {
      by: 'keep',
      of: {
        near: 'kept = np.linalg.norm(0.5 + 0.28209479177387814 * sh[:, 0] - np.array({colour}), axis=1) <= {within}',
        others: 'kept = np.linalg.norm(0.5 + 0.28209479177387814 * sh[:, 0] - np.array({colour}), axis=1) > {within}',
      },
    },
  },
})
