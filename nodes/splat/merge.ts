import { defineNode } from '../../engine/graph/node.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import { socket } from '../../engine/values/sockets.ts'
import { buffersOf, toScene, toSplats } from '../splats.ts'
import { mergeWork } from './merge.work.ts'

/** Two scenes as one. Splats out: those of the first, then those of the second. */
export const merge = defineNode({
  type: 'splat/merge',
  version: 1,
  kind: 'pure',
  draft: 'exact',
  title: 'Merge splats',
  alias: 'np.concatenate',
  keywords: ['3D', 'Gaussian splatting', 'scene', 'join', 'add', 'combine', 'concatenate'],
  summary: 'Puts two scenes together.',
  inputs: { first: socket.splats({ help: 'A scene.' }), second: socket.splats({ help: 'What is added to it.' }) },
  params: {},
  outputs: { splats: socket.splats() },
  shape: () => ({ splats: { kind: 'splats' } }),
  run: async ({ first, second }, { ops, work, note }) => {
    if (first.space !== second.space)
      throw new SightlineError('shape.mismatch', {
        ...{
          what: 'colours',
          a: first.space === 'rgb' ? 'sRGB' : 'linear',
          b: second.space === 'rgb' ? 'sRGB' : 'linear',
        },
        advice: 'Merge scenes whose colours mean the same.',
      })
    if (first.antialiased !== second.antialiased) note('only one of the scenes was trained antialiased')
    const [a, b] = [await toScene(ops, first), await toScene(ops, second)]
    const transfer = first === second ? [] : [...buffersOf(a), ...buffersOf(b)]
    return { splats: await toSplats(ops, await work(mergeWork, { first: a, second: b }, { transfer })) }
  },
  explain: {
    idea: 'A scene is a list of splats, so two scenes are both lists one after the other. Where one has harmonics of a higher degree, the other gets zeros for them, which changes nothing.',
    reference: 'As SuperSplat and splat-transform join files.',
    code: 'means = np.concatenate([first, second])',
  },
})
