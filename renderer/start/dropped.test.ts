import { expect, it } from 'vitest'
import { refusal, sorted } from './dropped.ts'

const file = (name: string, type = '') => ({ name, type })

it('tells pipelines, pictures and scenes apart, by name or by type', () => {
  const pictures = [file('A.JPG'), file('scan', 'image/png'), file('b.tiff')]
  const scene = file('garden.ply')
  const points = [file('street.las'), file('town.LAZ'), file('room.PCD'), file('lod-meta.json', 'application/json')]
  const pipeline = file('edges.sightline.json')
  const refused = [file('notes.pdf', 'application/pdf'), file('Makefile')]
  const models = [file('resnet.onnx'), file('hand.TFLITE')]
  expect(sorted([...pictures, ...refused, scene, ...points, ...models, pipeline])).toEqual({
    ...{ pipeline, scene, points, pictures, models, refused },
  })
})

it('takes the list of an unpacked .sog as a scene, not as a pipeline', () => {
  const [list, picture] = [file('meta.json', 'application/json'), file('means_l.webp')]
  expect(sorted([picture, list])).toEqual({
    pipeline: undefined,
    scene: list,
    points: [],
    pictures: [picture],
    models: [],
    refused: [],
  })
})

it('says what can be dropped', () => {
  expect(refusal(sorted([file('a.png')]))).toBeUndefined()
  expect(refusal(sorted([file('notes.pdf'), file('a.png')]))?.message).toBe(
    '"notes.pdf" cannot be opened here. Drop a pipeline (.sightline.json), pictures (PNG, JPEG, WebP, AVIF, TIFF, GIF, BMP, OpenEXR, Radiance HDR), a folder of pictures, a 3D scene, points (.pcd, .las, .laz, .xyz, .pts) or a model (.onnx, .tflite, or model.json with its weights).',
  )
  expect(refusal(sorted([file('a.txt'), file('b.txt'), file('c.txt')]))?.message).toContain('"a.txt (and 2 more)"')
})
