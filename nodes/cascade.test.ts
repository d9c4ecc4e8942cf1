/** Faces as OpenCV's CascadeClassifier finds them (fixtures/cascade.py), and cascades that are none. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { cascadeWindowsOf, type FlatCascade } from '../engine/ops/cascade/plain.ts'
import { createTestDevice, pictureShape } from '../host/testing/cpu.ts'
import { agreed, type Found, flattened, parseCascade } from './cascade.ts'
import truth from './fixtures/cascade.json' with { type: 'json' }

const files = {
  haar: join(import.meta.dirname, '../assets/samples/haarcascade_frontalface_default.xml'),
  lbp: '/usr/share/opencv4/lbpcascades/lbpcascade_frontalface.xml',
}
const device = await createTestDevice()
afterEach(() => device.clear())
const { width, height } = truth
const photo = { width, height, pixels: new Uint8Array(Buffer.from(truth.photo, 'base64')) }
const cascades = new Map<string, FlatCascade>()
function cascadeOf(kind: 'haar' | 'lbp'): FlatCascade {
  const known = cascades.get(kind) ?? flattened(parseCascade(readFileSync(files[kind], 'utf8'), kind))
  cascades.set(kind, known)
  return known
}
const haar = readFileSync(files.haar, 'utf8')
const sorted = (boxes: readonly (readonly number[])[]) =>
  boxes
    .map((box) => box.slice(0, 4))
    .sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0) || (a[2] ?? 0) - (b[2] ?? 0))

describe.each(['haar', 'lbp'] as const)('%s', (kind) => {
  const there = existsSync(files[kind])
  // The LBP cascade comes with Debian's opencv-data; none ships with Sightline.
  it.skipIf(!there).each(truth.cases.filter((one) => one.kind === kind))(
    'finds the faces of OpenCV: scale $scale, $neighbours neighbours, from $least px',
    async ({ scale, neighbours, least, boxes }) => {
      const cascade = cascadeOf(kind)
      const numbers = Float32Array.from(photo.pixels, (v) => v / 255)
      const image = await device.image(pictureShape(height, width, 1), numbers)
      const made = device.read(await device.ops.cascadeWindows(image, { cascade, scale, least, most: 0 }))
      const windows = cascadeWindowsOf(cascade, photo, { scale, least, most: 0 })
      expect(Array.from(made)).toEqual(windows.flat())
      const found: readonly Found[] = agreed(windows, neighbours)
      if (neighbours === 0) {
        // Each window counts: OpenCV resizes in other steps, so a few at the brink differ.
        const [ours, theirs] = [sorted(found), sorted(boxes)].map((all) => new Set(all.map(String)))
        const both = [...(ours ?? [])].filter((box) => theirs?.has(box)).length
        expect(both / new Set([...(ours ?? []), ...(theirs ?? [])]).size).toBeGreaterThan(0.95)
        return
      }
      expect(found).toHaveLength(boxes.length)
      for (const [i, box] of sorted(found).entries())
        for (const [k, side] of box.entries())
          expect(Math.abs(side - (sorted(boxes)[i]?.[k] ?? Number.NaN))).toBeLessThanOrEqual(2)
    },
  )
})

it.each([
  ['another file', '<html></html>', 'no cascade'],
  ['the older format', haar.replace('opencv-cascade-classifier', 'opencv-haar-classifier'), 'newer format'],
  ['features of another kind', haar.replace('<featureType>HAAR', '<featureType>HOG'), 'HOG'],
  ['its first half', haar.slice(0, haar.length / 2), 'no features'],
  ['a feature outside', haar.replace('6 4 12 9 -1.', '16 4 12 9 -1.'), 'outside its window'],
  ['a tree in a circle', haar.replace('0 -1 0 -3.15', '1 -1 0 -3.15'), 'leads nowhere'],
  ['a tree to a feature that is not there', haar.replace('0 -1 0 -3.15', '0 -1 99999 -3.15'), 'leads nowhere'],
  ['a number that is none', haar.replace('2.0875380039215088e+00', 'many'), 'not whole'],
])('refuses %s', (_, text, words) => {
  expect(() => parseCascade(text, 'faces.xml')).toThrow(words)
})
