import { defineNode } from '../../engine/graph/node.ts'
import { isSogList, largestSogList, sogFiles } from '../../engine/protocol/scene.ts'
import { param } from '../../engine/types/param.ts'
import { type Services, splatFormats } from '../../engine/types/services.ts'
import { socket } from '../../engine/values/sockets.ts'
import { toSplats } from '../splats.ts'

/** The files of a scene: of an unpacked .sog the list and the pictures that it names. */
async function filesOf(path: string, services: Services, signal: AbortSignal): Promise<readonly string[]> {
  if (!isSogList(path)) return [path]
  const folder = path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
  const names = sogFiles(await services.text(path, signal, largestSogList)) ?? []
  return [path, ...names.map((name) => folder + name)]
}

/**
 * Reads a scene of splats: 3D Gaussian splatting's .ply (any legal header, also compressed, and point clouds), .splat, .spz (versions
 * 1 to 4), .sog, and the meta.json of an unpacked .sog. Splats out, in the axes of the .ply.
 */
export const load = defineNode({
  type: 'splat/load',
  version: 1,
  kind: 'source',
  draft: 'exact',
  title: 'Load splats',
  alias: 'PlyData.read',
  keywords: ['3D', 'Gaussian splatting', '3DGS', 'scene', 'ply', 'splat', 'spz', 'sog', 'open', 'point cloud'],
  summary: 'Reads a scene of 3D Gaussians from a file, and again whenever the file changes.',
  inputs: {},
  params: {
    path: param.file({
      default: '',
      mode: 'open',
      accept: [...splatFormats, 'json'],
      label: 'File',
      help: 'A .ply, .splat, .spz or .sog, or the meta.json of an unpacked .sog.',
    }),
  },
  outputs: { splats: socket.splats() },
  shape: async ({ path }, { services, signal }) => {
    await services.identity(path, signal)
    return { splats: { kind: 'splats' } }
  },
  identity: async ({ path }, { services, signal }) => {
    const files = await filesOf(path, services, signal)
    return (await Promise.all(files.map((file) => services.identity(file, signal)))).join(' ')
  },
  reads: ({ path }, { services, signal }) => filesOf(path, services, signal),
  watches: ({ path }) => (path ? [path] : []),
  run: async ({ path }, { ops, services, signal, note }) => {
    const scene = await services.splats(path, signal)
    if (scene.note) note(scene.note)
    return { splats: await toSplats(ops, scene) }
  },
  explain: {
    idea: 'A scene is a cloud of soft ellipsoids. The file keeps their opacities as logits and their sizes as logarithms, because training changes those freely; here they become what they stand for.',
    formula: String.raw`o = \frac{1}{1 + e^{-l}}, \qquad s = e^{\,t}, \qquad c = 0.5 + 0.2820948\, f_{dc}`,
    reference:
      '3D Gaussian Splatting (Kerbl et al. 2023), save_ply; SuperSplat’s compressed .ply; Niantic’s .spz, whose y goes up, and which is turned to the axes of a .ply; PlayCanvas’s .sog.',
    code: "scene = plyfile.PlyData.read({path})['vertex']; opacities = 1 / (1 + np.exp(-scene['opacity'])); scales = np.exp(np.stack([scene[f'scale_{i}'] for i in range(3)], 1))",
  },
})
