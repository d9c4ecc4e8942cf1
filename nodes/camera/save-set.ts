import { defineNode } from '../../engine/graph/node.ts'
import { unsupported } from '../../engine/ops/check.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { CameraValue, SequenceValue, Value } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { pathParts } from '../path-parts.ts'
import { writeColmapBinary, writeColmapText } from './sets/colmap.ts'
import type { Posed } from './sets/set.ts'
import { writeTransforms } from './sets/transforms.ts'

function filesOf(set: readonly Posed[], path: string): ReadonlyMap<string, Uint8Array> {
  if (path.trim() === '') throw new SightlineError('file.none')
  const { folder, file } = pathParts(path)
  const ending = /\.(json|txt|bin)$/i.exec(file)?.[1]?.toLowerCase()
  if (ending === 'json') return new Map([[path, new TextEncoder().encode(writeTransforms(set))]])
  if (ending === undefined) throw new SightlineError('file.no-cameras', { name: file })
  const files = ending === 'txt' ? writeColmapText(set) : writeColmapBinary(set)
  return new Map([...files].map(([name, bytes]) => [folder + name, bytes]))
}

/** Writes cameras as other programs read them. A sequence of cameras in. */
export const saveSet = defineNode({
  type: 'camera/save-set',
  version: 1,
  kind: 'effect',
  draft: 'none',
  title: 'Save cameras',
  alias: 'read_write_model.write_model',
  keywords: ['camera', 'pose', 'COLMAP', 'NeRF', 'Instant-NGP', 'transforms.json', 'export', 'write', 'splat', '3D'],
  summary: 'Writes cameras for COLMAP, NeRF or gsplat, when you press Run.',
  inputs: { cameras: socket.camera({ collect: true, help: 'All cameras, each with the name of its picture.' }) },
  params: {
    path: param.file({
      default: '',
      mode: 'save',
      accept: ['json', 'txt', 'bin'],
      label: 'File',
      help: 'The ending chooses: .json a transforms.json; .txt or .bin a model of COLMAP, three files in the folder (cameras, images, points3D).',
    }),
    names: param.text({
      default: 'images/{index}.png',
      label: 'Names',
      help: 'Of the pictures, where the cameras come without names. {index} counts from 0001.',
    }),
  },
  outputs: {},
  run: async ({ cameras, path, names }, { services, signal, claim, note }) => {
    const all = cameras as Value as SequenceValue
    const digits = Math.max(4, String(all.length).length)
    const set: Posed[] = []
    for (let i = 0; i < all.length; i++) {
      const name = all.labels?.[i] ?? names.replaceAll('{index}', String(i + 1).padStart(digits, '0'))
      set.push({ name, camera: (await all.at(i, signal)) as CameraValue })
    }
    const seen = new Set<string>()
    const twice = set.find(({ name }) => seen.size === seen.add(name).size)
    if (twice && all.labels) throw unsupported('A set of cameras', `two of "${twice.name}"`, 'another name for each')
    if (twice)
      throw new SightlineError('param.invalid', {
        ...{ param: 'names', given: `"${names}", which names two pictures "${twice.name}"` },
        wanted: '{index} in it',
      })
    const files = filesOf(set, path)
    await claim([...files.keys()].map((file) => ({ path: file, of: 'cameras' })))
    for (const [file, bytes] of files) await services.saveBytes(file, bytes, signal)
    note(`${set.length} cameras in ${[...files.keys()].map((file) => pathParts(file).file).join(', ')}`)
    return {}
  },
  explain: {
    idea: 'Each program has its own axes and words for where a camera is. The same numbers are written in theirs.',
    formula: String.raw`q = \operatorname{quat}(R), \qquad M = W^{-1} \operatorname{diag}(1, -1, -1, 1)`,
    reference: 'COLMAP’s file formats; Instant-NGP’s transforms.json; Shepperd 1978, Quaternion from Rotation Matrix.',
    code: 'read_write_model.write_model(cameras, images, {}, os.path.dirname({path}))',
  },
})
