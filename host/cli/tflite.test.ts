/**
 * Networks in .tflite files as a person runs them, on photos of scikit-image (Debian's python3-skimage). It needs the models of
 * `sightline models pull NAME --yes`; where one is not installed, its test is skipped.
 */
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import truth from '../../nodes/fixtures/faces.json' with { type: 'json' }
import { iouOf } from '../../nodes/iou.ts'
import { ensureBuild } from '../build/all.ts'
import { temporaryFolder } from '../server/testing.ts'
import { modelFolder } from '../store/places.ts'
import { commandLine } from '../testing/cli.ts'

const pictures = '/usr/lib/python3/dist-packages/skimage/data'
const folder = temporaryFolder()
const { sightline, pipeline } = commandLine(folder)
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const installed = (...names: readonly string[]): boolean => names.every((name) => existsSync(modelFolder(name)))

async function run(file: string): Promise<void> {
  const { code, err } = await sightline('run', file, '--out', 'out')
  expect([code, err]).toEqual([0, ''])
}

const result = (name: string): unknown => JSON.parse(readFileSync(join(folder, 'out', `${name}.json`), 'utf8'))

const photo = (id: string, path: string) => ({ id, type: 'io/load-image', params: { path } })

describe.skipIf(!existsSync(pictures))('on photographs', () => {
  beforeAll(async () => {
    await ensureBuild({ page: false })
    for (const name of ['astronaut', 'chelsea', 'coffee'])
      copyFileSync(join(pictures, `${name}.png`), join(folder, `${name}.png`))
  })

  it.skipIf(!installed('blazeface'))('BlazeFace sees the face where another network sees it', async () => {
    const nodes = [photo('astronaut', 'astronaut.png'), { id: 'face', type: 'detect/blazeface' }]
    pipeline('face.json', nodes, [['astronaut.image', 'face.image']])
    await run('face.json')
    const { boxes } = result('face.boxes') as { boxes: { box: number[]; score: number; name: string }[] }
    expect(boxes.map(({ name }) => name)).toEqual(['face'])
    expect(boxes[0]?.score).toBeGreaterThan(0.8)
    expect(iouOf(boxes[0]?.box ?? [], 0, truth.rfb.box, 0)).toBeGreaterThan(0.5)
    const { keypoints } = result('face.points') as { keypoints: { x: number; y: number }[] }
    const [right, left, nose, mouth] = keypoints
    // Of a face that looks at us, the right eye is on the left; all lie in the box of the other network.
    expect(right?.x).toBeLessThan(left?.x ?? 0)
    expect(nose?.y).toBeLessThan(mouth?.y ?? 0)
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = truth.rfb.box
    for (const point of [right, left, nose, mouth])
      expect([point && point.x > x0 && point.x < x1, point && point.y > y0 && point.y < y1]).toEqual([true, true])
  })

  it.skipIf(!installed('efficientnet-lite0', 'efficientnet-lite4', 'mobilenet-v1'))(
    'classifiers know a cat and a cup of coffee, the larger one as well',
    async () => {
      const classifiers = {
        lite0: { type: 'classify/efficientnet-lite' },
        lite4: { type: 'classify/efficientnet-lite', params: { variant: 'lite4', top: 3 } },
        mobilenet: { type: 'classify/mobilenet-v1' },
      }
      const named = Object.entries(classifiers).flatMap(([id, node]) =>
        ['chelsea', 'coffee'].map((picture) => [picture, { id: `${picture}-${id}`, ...node }] as const),
      )
      const photos = ['chelsea', 'coffee'].map((name) => photo(name, `${name}.png`))
      const wires = named.map(([picture, { id }]): [string, string] => [`${picture}.image`, `${id}.image`])
      pipeline('classify.json', [...photos, ...named.map(([, node]) => node)], wires)
      await run('classify.json')
      const labelsOf = (id: string) => result(`${id}.labels`) as { label: string; score: number }[]
      for (const id of Object.keys(classifiers)) {
        expect(labelsOf(`chelsea-${id}`)[0]?.label.toLowerCase()).toBe('egyptian cat')
        expect(labelsOf(`coffee-${id}`)[0]?.label.toLowerCase()).toMatch(/espresso|cup/)
      }
      expect(labelsOf('chelsea-lite4')).toHaveLength(3)
      // Probabilities, not the bytes that stand for them; as a plain script of LiteRT found them: 202/256 and 0.913.
      expect(labelsOf('chelsea-lite0')[0]?.score).toBeGreaterThan(0.7)
      expect(labelsOf('chelsea-lite0')[0]?.score).toBeLessThanOrEqual(1)
      expect(labelsOf('chelsea-mobilenet')[0]?.score).toBeGreaterThan(0.85)
    },
  )
})
