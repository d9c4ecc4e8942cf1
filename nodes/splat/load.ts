import { defineNode } from '../../engine/graph/node.ts'
import { isSogList, largestSogList, sogFiles } from '../../engine/protocol/scene.ts'
import { filesOfLevel, isLevelList, largestLevelList } from '../../engine/protocol/sog-levels.ts'
import { param } from '../../engine/types/param.ts'
import { pointFormats, type Services, splatFormats } from '../../engine/types/services.ts'
import { socket } from '../../engine/values/sockets.ts'
import { toSplats } from '../splats.ts'

const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)

/** The files of a scene: of an unpacked .sog the list and the pictures that it names; of one with levels the lists of one level. */
async function filesOf(
  { path, level }: { readonly path: string; readonly level: number },
  services: Services,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const folder = folderOf(path)
  if (isLevelList(path)) {
    const lists = filesOfLevel(await services.text(path, signal, largestLevelList), level) ?? []
    const inside = lists.map(({ file }) => filesOf({ path: folder + file, level }, services, signal))
    return [path, ...(await Promise.all(inside)).flat()]
  }
  if (!isSogList(path)) return [path]
  const names = sogFiles(await services.text(path, signal, largestSogList)) ?? []
  return [path, ...names.map((name) => folder + name)]
}

/**
 * Reads a scene of splats: 3D Gaussian splatting's .ply (any legal header, also compressed), .splat, .ksplat, .spz
 * (versions 1 to 4), .sog, the meta.json of an unpacked .sog, a level of the lod-meta.json of a streamed one, and points: .ply, .pcd,
 * .las, .laz, .xyz and .pts. Splats out, in the axes of the file; a .spz is turned to those of the .ply.
 */
export const load = defineNode({
  type: 'splat/load',
  version: 1,
  kind: 'source',
  draft: 'exact',
  title: 'Load splats',
  alias: 'PlyData.read',
  keywords: [
    '3D',
    'Gaussian splatting',
    '3DGS',
    'scene',
    'ply',
    'splat',
    'ksplat',
    'spz',
    'sog',
    'pcd',
    'las',
    'laz',
    'xyz',
    'open',
    'point cloud',
    'level of detail',
  ],
  summary: 'Reads a scene of 3D Gaussians from a file, and again whenever the file changes.',
  inputs: {},
  params: {
    path: param.file({
      default: '',
      mode: 'open',
      accept: [...splatFormats, ...pointFormats, 'json'],
      label: 'File',
      help: 'A .ply, .splat, .ksplat, .spz or .sog, or the meta.json of an unpacked .sog. Also points: .pcd, .las, .laz, .xyz and .pts.',
    }),
    level: param.integer({
      default: 0,
      min: 0,
      max: 100,
      soft: [0, 8],
      label: 'Level of detail',
      help: 'Of the lod-meta.json of a streamed .sog. 0 is the finest; each further one has about half the splats.',
    }),
  },
  outputs: { splats: socket.splats() },
  shape: async ({ path }, { services, signal }) => {
    await services.identity(path, signal)
    return { splats: { kind: 'splats' } }
  },
  identity: async ({ path, level }, { services, signal }) => {
    const files = await filesOf({ path, level }, services, signal)
    return (await Promise.all(files.map((file) => services.identity(file, signal)))).join(' ')
  },
  reads: ({ path, level }, { services, signal }) => filesOf({ path, level }, services, signal),
  watches: ({ path }) => (path ? [path] : []),
  run: async ({ path, level }, { ops, services, signal, note }) => {
    const scene = await services.splats(path, signal, level)
    if (scene.note) note(scene.note)
    return { splats: await toSplats(ops, scene) }
  },
  explain: {
    idea: 'A scene is a cloud of soft ellipsoids. The file keeps their opacities as logits and their sizes as logarithms, because training changes those freely; here they become what they stand for.',
    formula: String.raw`o = \frac{1}{1 + e^{-l}}, \qquad s = e^{\,t}, \qquad c = 0.5 + 0.2820948\, f_{dc}`,
    reference:
      '3D Gaussian Splatting (Kerbl et al. 2023), save_ply; SuperSplat’s compressed .ply; Niantic’s .spz, whose y goes up, and which is turned to the axes of a .ply; PlayCanvas’s .sog; mkkellogg’s .ksplat; the Point Cloud Library’s .pcd; ASPRS’s .las; LASzip’s .laz (Isenburg 2013).',
    code: "scene = plyfile.PlyData.read({path})['vertex']; opacities = 1 / (1 + np.exp(-scene['opacity'])); scales = np.exp(np.stack([scene[f'scale_{i}'] for i in range(3)], 1))",
  },
})
