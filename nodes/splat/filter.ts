import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { selected } from '../splats.ts'

/** The splats whose opacity and size lie in a range. Splats in and out. */
export const filter = defineNode({
  type: 'splat/filter',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'Filter splats',
  alias: 'prune by opacity',
  keywords: ['3D', 'Gaussian splatting', 'scene', 'opacity', 'size', 'scale', 'prune', 'clean', 'haze', 'floaters'],
  summary: 'Keeps the splats that are opaque enough, and neither too small nor too large.',
  inputs: { splats: socket.splats({ help: 'The scene.' }) },
  params: {
    opacity: param.number({
      default: 0.05,
      min: 0,
      max: 1,
      step: 0.01,
      label: 'Least opacity',
      help: 'Fainter splats go: mostly haze.',
    }),
    most: param.number({
      default: 1,
      min: 0,
      max: 1,
      step: 0.01,
      label: 'Most opacity',
      help: 'More opaque splats go.',
    }),
    smallest: param.number({
      default: 0,
      min: 0,
      max: 1e6,
      soft: [0, 0.1],
      step: 0.001,
      label: 'Smallest size',
      help: 'Of the largest of the three sizes, in the scene’s unit. Smaller splats go.',
    }),
    largest: param.number({
      default: 1e6,
      min: 0,
      max: 1e6,
      soft: [0, 10],
      step: 0.01,
      label: 'Largest size',
      help: 'Of the largest of the three sizes, in the scene’s unit. Larger splats go.',
    }),
  },
  outputs: { splats: socket.splats() },
  shape: () => ({ splats: { kind: 'splats' } }),
  run: async ({ splats, opacity, most, smallest, largest }, context) => ({
    splats: await selected(splats, { kind: 'range', opacity: [opacity, most], size: [smallest, largest] }, context),
  }),
  explain: {
    idea: 'Training leaves splats that hardly anybody sees: faint haze, and huge ones that stand for the sky. Without them a scene is lighter and looks the same, or better.',
    formula: String.raw`\param{opacity}{o_0} \le o \le \param{most}{o_1}, \qquad \param{smallest}{s_0} \le \max(s_x, s_y, s_z) \le \param{largest}{s_1}`,
    reference: '3D Gaussian Splatting (Kerbl et al. 2023), section 5.2: pruning by opacity and size.',
    code: 'size = scales.max(axis=1); kept = (opacities >= {opacity}) & (opacities <= {most}) & (size >= {smallest}) & (size <= {largest})',
  },
})
