import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import type { Shape } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { limitParam, shapeOfPicture } from '../picture.ts'
import { filesOfSet, readSet } from './sets/read.ts'

/**
 * Cameras that another program found for photographs, and the photographs: COLMAP's models (also GLOMAP's), text or binary, and the
 * transforms.json of NeRF, Instant-NGP and Nerfstudio. Two sequences of one length out, in the order of the pictures' names.
 */
export const loadSet = defineNode({
  type: 'camera/load-set',
  version: 1,
  kind: 'source',
  draft: 'exact',
  title: 'Load cameras',
  alias: 'read_write_model.read_model',
  keywords: [
    ...['camera', 'pose', 'COLMAP', 'GLOMAP', 'NeRF', 'Instant-NGP', 'Nerfstudio', 'transforms.json', 'photogrammetry'],
    ...['structure from motion', 'SfM', 'sparse', 'splat', '3D', 'dataset'],
  ],
  summary: 'Reads the cameras that COLMAP, or a transforms.json, has of photographs, and the photographs.',
  inputs: {},
  params: {
    path: param.file({
      default: '',
      mode: 'open',
      accept: ['bin', 'txt', 'json'],
      label: 'File',
      help: 'A file of COLMAP’s model (cameras.bin or .txt in sparse/0), or a transforms.json. Photos without cameras: run COLMAP or Nerfstudio’s ns-process-data on them first.',
    }),
    pictures: param.folder({
      default: '',
      optional: true,
      label: 'Pictures',
      help: 'Their folder. Empty: where such sets have them, as in images.',
    }),
    limit: limitParam,
  },
  outputs: {
    cameras: socket.sequence({ type: 'camera' }),
    images: socket.sequence({ type: 'image', channels: [1, 3, 4], spaces: ['gray', 'rgb', 'linear', 'data'] }),
  },
  shape: async (params, context) => {
    const { all, pathOf } = await readSet(params, context)
    const [first] = all
    const camera = { kind: 'camera', width: first?.camera.width, height: first?.camera.height }
    const cameras = { kind: 'sequence', length: all.length, element: camera as Shape } as const
    // Where the pictures are not there, the cameras still are; but a folder that somebody chose should have them.
    const picture = await pathOf(first?.name ?? '')
      .then((path) => context.services.probe(path, context.signal))
      .catch((error: unknown) => {
        if (params.pictures !== '') throw error
        return undefined
      })
    if (!picture) return { cameras }
    return { cameras, images: { kind: 'sequence', length: all.length, element: shapeOfPicture(picture) } }
  },
  identity: async ({ path, pictures }, { services, signal }) => {
    const files = [...filesOfSet(path), ...(pictures ? [pictures] : [])]
    return (await Promise.all(files.map((file) => services.identity(file, signal)))).join(' ')
  },
  reads: async (params, context) => {
    const { all, pathOf } = await readSet(params, context)
    const paths = await Promise.all(all.map(({ name }) => pathOf(name).catch(() => undefined)))
    return [...filesOfSet(params.path), ...paths.filter((path) => path !== undefined)]
  },
  watches: ({ path }) => (path ? filesOfSet(path) : []),
  run: async ({ limit, ...params }, { ops, services, signal, note, wants }) => {
    const { all, pathOf } = await readSet(params, { services, signal })
    const labels = all.map(({ name }) => name)
    const bent = Math.max(0, ...all.map(({ bent = 0 }) => bent))
    const lenses = new Set(
      all.map(({ camera: { width, height, fx, fy, cx, cy } }) => [width, height, fx, fy, cx, cy].join()),
    )
    note(`${all.length} cameras, ${lenses.size === 1 ? 'one lens' : `${lenses.size} lenses`}`)
    if (bent > 1)
      note(`The lens bends corners by up to ${bent.toFixed(0)} px, which is left out: undistort the pictures`)
    const [first] = all
    const cameras = {
      ...{ kind: 'sequence' as const, length: all.length, labels },
      element: { kind: 'camera', width: first?.camera.width, height: first?.camera.height } as Shape,
      at: async (index: number) => all[index]?.camera as NonNullable<(typeof all)[number]>['camera'],
    }
    if (!wants('images')) return { cameras }
    const element = shapeOfPicture(await services.probe(await pathOf(first?.name ?? ''), signal))
    return {
      cameras,
      images: {
        ...{ kind: 'sequence' as const, length: all.length, labels, element },
        at: async (index: number, signal: AbortSignal) =>
          ops.fromPicture(await services.decode(await pathOf(labels[index] ?? ''), limit, signal)),
      },
    }
  },
  explain: {
    idea: 'A program that has compared the photographs knows from where each was taken, and through which lens. Its files differ in their axes: NeRF’s cameras look backwards along z with y up, so two columns change their sign.',
    formula: String.raw`W = \begin{pmatrix} R & t \\ 0 & 1 \end{pmatrix}, \qquad W_{\text{NeRF}} = \bigl(M \operatorname{diag}(1, -1, -1, 1)\bigr)^{-1}`,
    reference:
      'Schönberger and Frahm 2016, Structure-from-Motion Revisited, and COLMAP’s file formats; Mildenhall et al. 2020 (NeRF); Müller et al. 2022 (Instant-NGP).',
    code: 'cameras, images, points = read_write_model.read_model(os.path.dirname({path}))',
  },
})
