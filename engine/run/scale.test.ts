import { describe, expect, it } from 'vitest'
import { analyse } from '../graph/analyse.ts'
import { defineNode } from '../graph/node.ts'
import { flatten } from '../graph/topology.ts'
import type { View } from '../protocol/messages.ts'
import { param } from '../types/param.ts'
import { displaySchema } from '../values/display.ts'
import type { ImageShape } from '../values/index.ts'
import { socket } from '../values/sockets.ts'
import { Definitions } from './definitions.ts'
import { scaleFor } from './scale.ts'
import { graphOf, Log, testingNodes, testingServices } from './testing.ts'

const resize = defineNode({
  type: 'test/resize',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Resize',
  summary: 'For tests.',
  inputs: { image: socket.image() },
  params: { side: param.integer({ default: 224, unit: 'px' }) },
  outputs: { image: socket.image() },
  shape: ({ image, side }) => (image ? { image: { ...(image as ImageShape), width: side, height: side } } : {}),
  run: () => ({}),
  explain: { idea: 'For tests.', reference: 'Sightline' },
})
const definitions = new Definitions([...testingNodes(new Log()), resize])
const graph = graphOf(
  {
    photo: ['test/image', { width: 4000, height: 3000 }],
    blur: 'test/gain',
    small: 'test/resize',
    images: ['test/images', { side: 2000 }],
    gain: 'test/gain',
  },
  ['photo.image > blur.image', 'blur.image > small.image', 'images.images > gain.image'],
)

async function scaleOf(node: string, view: Partial<View>, seen?: { width: number; height: number }): Promise<number> {
  const { signal } = new AbortController()
  const flat = flatten(graph, definitions.catalogue)
  const analysis = await analyse(flat, definitions.catalogue, definitions.analysis(testingServices(), signal))
  const output = { node, port: 'image' }
  const full = { id: 'v', ...output, width: 160, height: 160, display: displaySchema.parse({}), ...view }
  return scaleFor([{ view: full, output }], analysis, () => seen)
}

describe('the scale of quick previews', () => {
  it.each([
    // The width decides: 4000 / 16 = 250 pixels are enough for 160, 125 are not.
    ['a preview in a node', 'blur', {}, 1 / 16],
    ['twice as large', 'blur', { width: 320, height: 320 }, 1 / 8],
    ['exactly a power of two', 'blur', { width: 250, height: 250 }, 1 / 16],
    ['a little more', 'blur', { width: 251, height: 251 }, 1 / 8],
    ['a tenth of the width', 'blur', { region: { x: 0, y: 0, width: 400, height: 400 } }, 1 / 2],
    ['pixels larger than the screen', 'blur', { region: { x: 0, y: 0, width: 20, height: 20 } }, 1],
    // 160 of 224 pixels of 4000: 1/25, but at least 32 of the 224 are kept.
    ['a picture made small', 'small', {}, 1 / 4],
  ])('%s', async (_, node, view, scale) => {
    expect(await scaleOf(node, view)).toBe(scale)
  })

  it('is full size where nothing is known, and what was seen where it was', async () => {
    expect(await scaleOf('gain', {})).toBe(1)
    expect(await scaleOf('gain', {}, { width: 2000, height: 2000 })).toBe(1 / 8)
  })
})
