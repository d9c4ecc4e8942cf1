/**
 * Ready networks with real weights, against plain Python scripts with ONNX Runtime (fixtures/networks.py). They need the models of
 * `sightline models pull NAME --yes` and the photographs of scikit-image.
 */
import { describe, expect, it, vi } from 'vitest'
import { graphOf } from '../engine/run/testing.ts'
import type {
  BoxesValue,
  ImageValue,
  MaskValue,
  NumberValue,
  TableValue,
  TensorValue,
  TextValue,
} from '../engine/values/index.ts'
import { createNetworkBench, lacking, photographs } from '../host/testing/networks.ts'
import truth from './fixtures/networks.json' with { type: 'json' }

vi.setConfig({ testTimeout: 120_000 })

const bench = await createNetworkBench()

/** Every nth number of every nth row, from the middle of the first cell. */
const sampled = (numbers: readonly number[], width: number, every: number): readonly number[] =>
  numbers.filter((_, i) => (i % width) % every === every / 2 && Math.floor(i / width) % every === every / 2)

const worst = (given: readonly number[], wanted: readonly number[]): number => {
  expect(given.length).toBe(wanted.length)
  return Math.max(...given.map((v, i) => Math.abs(v - (wanted[i] ?? Number.NaN))))
}

/** Pixels of an RGB picture at the same places, 0 to 255. */
async function pixelsOf(image: ImageValue, every: number, read: (tensor: TensorValue) => Promise<readonly number[]>) {
  const { width, height, channels, store } = image
  const numbers = await read({ kind: 'tensor', shape: [height, width, channels], axes: [...'HWC'], store })
  const isThere = (at: number): boolean => at % every === every / 2
  return numbers.flatMap((v, i) => {
    const at = Math.floor(i / channels)
    return isThere(at % width) && isThere(Math.floor(at / width)) ? [255 * v] : []
  })
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
      expect(worst(await pixelsOf(image, every, read), wanted)).toBeLessThanOrEqual(2)
    })
  })
})

const noEsrgan = lacking(['esrgan-slim-x2'], ['chelsea.png'])
describe.skipIf(noEsrgan)(`ESRGAN slim${noEsrgan ? ` (${noEsrgan})` : ''}`, () => {
  it.each([
    ['at once', 512],
    ['in tiles', 64],
  ])('gives the picture of the same layers in PyTorch, %s', async (_, tile) => {
    const graph = graphOf(
      {
        photo: ['io/load-image', { path: 'chelsea.png' }],
        crop: ['geometry/crop', { x: 60, y: 40, width: 180, height: 120 }],
        upscale: ['restore/upscale', { tile }],
      },
      ['photo.image > crop.image', 'crop.image > upscale.image'],
    )
    const { size, every, image: wanted } = truth.esrgan
    await bench.run(graph, photographs, async (outputs, read) => {
      const image = outputs.get('upscale.image') as ImageValue
      expect([image.width, image.height]).toEqual(size)
      expect(worst(await pixelsOf(image, every, read), wanted)).toBeLessThan(0.05)
    })
  })
})

const noText = lacking(['ppocr'], ['page.png'])
describe.skipIf(noText)(`PP-OCRv4${noText ? ` (${noText})` : ''}`, () => {
  const reading = (source: Parameters<typeof graphOf>[0][string]) =>
    graphOf({ photo: source, find: 'text/detect', read: 'text/read' }, [
      'photo.image > find.image',
      'photo.image > read.image',
      'find.corners > read.corners',
    ])

  it('finds and reads the lines of a page as a plain script does', async () => {
    await bench.run(reading(['io/load-image', { path: 'page.png' }]), photographs, async (outputs, read) => {
      const { boxes, scores } = outputs.get('find.boxes') as BoxesValue
      const [sides, sure] = [await read(boxes), await read(scores)]
      for (const [i, { box, score }] of truth.ppocr.entries()) {
        expect(worst(sides.slice(4 * i, 4 * i + 4), box)).toBeLessThan(1.5)
        expect(sure[i]).toBeCloseTo(score, 1)
      }
      // In a batch with longer lines the network leaves out more spaces.
      const letters = (text: string): string => text.replaceAll(' ', '')
      const wanted = truth.ppocr.map(({ text }) => `${text}\n`).join('')
      expect(letters((outputs.get('read.text') as TextValue).text)).toBe(letters(wanted))
    })
  })

  it('reads a sign that is seen from the side', async () => {
    await bench.run(reading(['io/sample-image', { name: 'sign' }]), '.', (outputs) => {
      const { text } = outputs.get('read.text') as TextValue
      // Without spaces: the network was trained on Chinese, and leaves some out.
      const printed = 'FRESH COFFEE, Espresso 2.40, Cappuccino 3.80, open 7:30 to 18:00, No. 42 Station Road'
      expect(text.trim().replaceAll('\n', ',').replaceAll(' ', '')).toBe(printed.replaceAll(' ', ''))
    })
  })
})

const noLines = lacking(['mlsd'])
describe.skipIf(noLines)(`M-LSD${noLines ? ` (${noLines})` : ''}`, () => {
  it('finds the line segments of a plain script', async () => {
    const graph = graphOf({ photo: ['io/sample-image', { name: 'camera' }], lines: 'feature/line-segments' }, [
      'photo.image > lines.image',
    ])
    await bench.run(graph, '.', (outputs) => {
      const { rows } = outputs.get('lines.table') as TableValue
      for (const [i, line] of truth.mlsd.entries()) expect(worst((rows[i] ?? []).map(Number), line)).toBeLessThan(0.1)
    })
  })
})

const noCosts = lacking(['mobilenet-v1', 'resnet50'])
describe.skipIf(noCosts)(`the cost of a network${noCosts ? ` (${noCosts})` : ''}`, () => {
  it.each([
    // MobileNets (Howard et al. 2017), table 8: 4.2 million weights, 569 million multiplications.
    ['mobilenet-v1/model.tflite', 4.2e6, 569e6],
    // Keras' summary: 25,636,712 weights; He et al. 2016, table 1: 3.8 · 10⁹ multiplications.
    ['resnet50/model.json', 25_636_712, 3.8e9],
  ])('is what its authors count: %s', async (path, parameters, multiplies) => {
    const graph = graphOf({ cost: ['model/cost', { path: `model:${path}` }] }, [])
    await bench.run(graph, '.', async (outputs) => {
      const number = (port: string) => (outputs.get(`cost.${port}`) as NumberValue).value
      expect(Math.abs(number('parameters') / parameters - 1)).toBeLessThan(0.02)
      expect(Math.abs(number('multiplies') / multiplies - 1)).toBeLessThan(0.02)
      expect(number('unknown')).toBe(0)
    })
  })
})
