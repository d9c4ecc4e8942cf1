/**
 * Ready networks with real weights, against plain Python scripts with ONNX Runtime (fixtures/networks.py). They need the models of
 * `sightline models pull NAME --yes` and the photographs of scikit-image.
 */
import { describe, expect, it, vi } from 'vitest'
import { graphOf } from '../engine/run/testing.ts'
import type { ImageValue, MaskValue } from '../engine/values/index.ts'
import { createNetworkBench, lacking, photographs } from '../host/testing/networks.ts'
import truth from './fixtures/networks.json' with { type: 'json' }

vi.setConfig({ testTimeout: 120_000 })

const bench = await createNetworkBench()

/** Every so many-th number of every so many-th row, from the middle of the first cell. */
const sampled = (numbers: readonly number[], width: number, every: number): readonly number[] =>
  numbers.filter((_, i) => (i % width) % every === every / 2 && Math.floor(i / width) % every === every / 2)

const worst = (given: readonly number[], wanted: readonly number[]): number => {
  expect(given.length).toBe(wanted.length)
  return Math.max(...given.map((v, i) => Math.abs(v - (wanted[i] ?? Number.NaN))))
}

const reason = lacking(['modnet'], ['astronaut.png'])
describe.skipIf(reason)(`MODNet${reason ? ` (${reason})` : ''}`, () => {
  it('gives the opacity of a plain script', async () => {
    const graph = graphOf(
      {
        photo: ['io/load-image', { path: 'astronaut.png' }],
        crop: ['geometry/crop', { height: 384 }],
        modnet: 'segment/modnet',
      },
      ['photo.image > crop.image', 'crop.image > modnet.image'],
    )
    const { size, every, mask: wanted } = truth.modnet
    await bench.run(graph, photographs, async (outputs, read) => {
      const mask = outputs.get('modnet.mask') as MaskValue
      expect([mask.width, mask.height]).toEqual(size)
      const numbers = await read(mask.pixels)
      expect(worst(sampled(numbers, mask.width, every), wanted)).toBeLessThan(0.002)
      const at = (x: number, y: number): number => numbers[y * mask.width + x] ?? Number.NaN
      // Her face, the shuttle behind her, the corner.
      expect([at(220, 120) > 0.98, at(420, 150) < 0.05, at(5, 5) < 0.05]).toEqual([true, true, true])
    })
  })
})

const noMigan = lacking(['migan'], ['chelsea.png'])
describe.skipIf(noMigan)(`MI-GAN${noMigan ? ` (${noMigan})` : ''}`, () => {
  it('fills a painted hole as a plain script does, and changes nothing else', async () => {
    const graph = graphOf(
      {
        photo: ['io/load-image', { path: 'chelsea.png' }],
        mask: ['draw/mask', { strokes: [[20, 1, 150, 110]] }],
        inpaint: 'restore/inpaint',
      },
      ['photo.image > mask.image', 'photo.image > inpaint.image', 'mask.mask > inpaint.mask'],
    )
    const { size, every, image: wanted } = truth.migan
    await bench.run(graph, photographs, async (outputs, read) => {
      const image = outputs.get('inpaint.image') as ImageValue
      expect([image.width, image.height]).toEqual(size)
      const numbers = await read({
        kind: 'tensor',
        shape: [image.height, image.width * 3],
        axes: ['H', 'W'],
        store: image.store,
      })
      const rows = Array.from({ length: numbers.length / 3 }, (_, i) => numbers.slice(3 * i, 3 * i + 3))
      const row = (at: number) =>
        Math.floor(at / image.width) % every === every / 2 && (at % image.width) % every === every / 2
      const given = rows.filter((_, i) => row(i)).flat()
      expect(
        worst(
          given.map((v) => 255 * v),
          wanted,
        ),
      ).toBeLessThanOrEqual(2)
    })
  })
})
