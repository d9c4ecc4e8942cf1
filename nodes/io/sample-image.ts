import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { shapeOfPicture } from '../picture.ts'

const limit = 64

/** One of the pictures that ship with Sightline. Image (H, W, 1 | 3) float32 0..1, gray or sRGB, out. */
export const sampleImage = defineNode({
  type: 'io/sample-image',
  version: 1,
  kind: 'source',
  draft: 'exact',
  title: 'Sample image',
  alias: 'skimage.data',
  keywords: ['example', 'test', 'photo', 'picture', 'input', 'coffee', 'cat', 'zone plate', 'chart'],
  summary: 'A picture that comes with Sightline, to try things out.',
  basic: true,
  inputs: {},
  params: {
    name: param.choice({
      default: 'coffee',
      of: [
        ...(['coffee', 'chelsea', 'camera', 'astronaut', 'hands', 'still-life', 'salt-and-pepper', 'edges'] as const),
        ...(['zone-plate', 'colour-chart', 'sign', 'street', 'shop'] as const),
      ],
      names: {
        coffee: 'Coffee',
        chelsea: 'Cat',
        camera: 'Cameraman (gray)',
        astronaut: 'Astronaut',
        hands: 'Hands (drawn)',
        'still-life': 'Still life',
        'salt-and-pepper': 'Salt and pepper noise',
        edges: 'Edges and bars (16 bit)',
        'zone-plate': 'Zone plate',
        'colour-chart': 'Colour chart',
        sign: 'Sign with text',
        street: 'Street at dusk (drawn)',
        shop: 'Shop window (gray)',
      },
      label: 'Picture',
      help: 'Photographs, and test pictures that show what a filter does to edges, fine patterns, noise and colours.',
    }),
  },
  outputs: { image: socket.image({ channels: [1, 3], spaces: ['gray', 'rgb'], range: [0, 1] }) },
  shape: async ({ name }, { services, signal }) => ({
    image: shapeOfPicture(await services.probe(services.sample(name), signal)),
  }),
  identity: ({ name }, { services, signal }) => services.identity(services.sample(name), signal),
  run: async ({ name }, { ops, services, signal }) => ({
    image: await ops.fromPicture(await services.decode(services.sample(name), limit, signal)),
  }),
  explain: {
    idea: 'Good test pictures make a filter show what it does: a zone plate holds every fineness of pattern, a colour chart every hue, salt and pepper noise its own remedy.',
    formula: String.raw`I(y, x, c) = \frac{v(y, x, c)}{255}`,
    reference:
      'Chapter 6.1. assets/MANIFEST.md names the source and licence of each; the photographs are CC0 or in the public domain, from scikit-image.',
    code: 'image = {name} / 255.0',
    words: {
      name: {
        coffee: 'skimage.data.coffee()',
        chelsea: 'skimage.data.chelsea()',
        camera: 'skimage.data.camera()',
        astronaut: 'skimage.data.astronaut()',
        hands: "skimage.io.imread('hands.jpg')",
        'still-life': "skimage.io.imread('still-life.jpg')",
        'salt-and-pepper': "skimage.io.imread('salt-and-pepper.png')",
        edges: "skimage.io.imread('edges.png')",
        'zone-plate': "skimage.io.imread('zone-plate.png')",
        'colour-chart': "skimage.io.imread('colour-chart.png')",
        sign: "skimage.io.imread('sign.jpg')",
        street: "skimage.io.imread('street.jpg')",
        shop: "skimage.io.imread('shop.png')",
      },
    },
  },
})
