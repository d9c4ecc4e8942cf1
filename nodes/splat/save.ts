import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { writtenSplats } from '../../engine/types/services.ts'
import { socket } from '../../engine/values/sockets.ts'
import { toScene } from '../splats.ts'

/** Writes a scene of splats to a file. Splats in. */
export const save = defineNode({
  type: 'splat/save',
  version: 1,
  kind: 'effect',
  draft: 'none',
  title: 'Save splats',
  alias: 'PlyData.write',
  keywords: ['3D', 'Gaussian splatting', 'scene', 'ply', 'splat', 'spz', 'sog', 'write', 'export', 'file'],
  summary: 'Writes the scene to a file when you press Run.',
  inputs: { splats: socket.splats({ help: 'What is written.' }) },
  params: {
    path: param.file({
      default: '',
      mode: 'save',
      accept: [...writtenSplats],
      label: 'File',
      help: 'The ending chooses the format: .ply keeps all, .spz takes a tenth, .sog a twentieth, .splat loses the harmonics.',
    }),
  },
  outputs: {},
  run: async ({ splats, path }, { ops, services, signal, claim, note }) => {
    await claim([{ path, of: 'splats' }])
    await services.saveSplats(path, await toScene(ops, splats), signal)
    note(`Saved as ${path}`)
    return {}
  },
  explain: {
    idea: 'The scene is written as training programs and viewers read it: opacities as logits, sizes as logarithms, colours as coefficients of spherical harmonics.',
    formula: String.raw`l = \ln\frac{o}{1 - o}, \qquad t = \ln s, \qquad f_{dc} = \frac{c - 0.5}{0.2820948}`,
    reference:
      '3D Gaussian Splatting (Kerbl et al. 2023), save_ply. A .spz (version 3) keeps 24 bits of a place and 8 of colours, opacities, sizes and harmonics; a .sog (version 2) has 256 values for sizes, colours and harmonics, chosen for the scene; a .splat keeps no harmonics.',
    code: "plyfile.PlyData([plyfile.PlyElement.describe(vertices, 'vertex')]).write({path})",
  },
})
