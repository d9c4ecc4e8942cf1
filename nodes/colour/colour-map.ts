import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'
import { colourMaps } from '../colour-maps.ts'
import { rising } from '../rising.ts'

const maps = Object.keys(colourMaps) as readonly (keyof typeof colourMaps)[]

/** The 256 colours as three tables, one for each channel. */
const tablesOf = (map: keyof typeof colourMaps): readonly number[] =>
  [0, 1, 2].flatMap((c) => Array.from({ length: 256 }, (_, i) => colourMaps[map][3 * i + c] ?? 0))

/** Numbers as colours. Image (H, W, 1) in; RGB image (H, W, 3) out. */
export const colourMap = defineNode({
  type: 'colour/colour-map',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Colour map',
  alias: 'cv2.applyColorMap',
  keywords: [
    'false colour',
    'pseudo colour',
    'heat map',
    'viridis',
    'jet',
    'turbo',
    'rainbow',
    'palette',
    'gradient map',
    'depth',
    'plot',
  ],
  summary: 'Shows the numbers of one channel as colours.',
  inputs: { image: socket.image({ channels: [1] }) },
  params: {
    map: param.choice({
      default: 'viridis',
      of: maps,
      names: {
        viridis: 'Viridis',
        magma: 'Magma',
        inferno: 'Inferno',
        plasma: 'Plasma',
        turbo: 'Turbo',
        gray: 'Gray',
        hot: 'Hot',
        jet: 'Jet',
        hue: 'Hue circle',
        'blue-red': 'Blue to red',
      },
      label: 'Colours',
      help: 'Viridis grows lighter evenly, so equal steps look equal. Turbo has the colours of jet without its false edges.',
    }),
    scale: param.choice({
      default: 'own',
      of: ['own', 'given'],
      names: { own: 'Smallest to largest', given: 'From and to' },
      label: 'Range',
      help: 'Which numbers get the first and the last colour.',
    }),
    low: param.number({
      default: 0,
      min: -1e6,
      max: 1e6,
      soft: [0, 1],
      label: 'From',
      help: 'The number of the first colour.',
      when: { param: 'scale', is: ['given'] },
    }),
    high: param.number({
      default: 1,
      min: -1e6,
      max: 1e6,
      soft: [0, 1],
      label: 'To',
      help: 'The number of the last colour.',
      when: { param: 'scale', is: ['given'] },
    }),
  },
  outputs: { image: socket.image({ channels: [3], spaces: ['rgb'], range: [0, 1] }) },
  shape: ({ image, scale, low, high }) => {
    if (scale === 'given') rising(low, high)
    if (!image) return {}
    const { kind, width, height, placement } = image
    return {
      image: {
        ...{ kind, width, height, channels: 3, space: 'rgb', alpha: false, range: [0, 1] },
        ...(placement && { placement }),
      },
    }
  },
  run: async ({ image, map, scale, low, high }, { ops }) => {
    const [channel] = scale === 'own' ? await ops.statistics(image, {}) : []
    const [from, to] = channel ? [channel.min ?? 0, channel.max ?? 1] : rising(low, high)
    // Of a flat picture there is nothing to spread: the first colour.
    const range = from < to ? ([from, to] as const) : ([from, from + 1] as const)
    return {
      image: await ops.lookup(image, {
        ...{ tables: tablesOf(map), channels: 3, entries: 256, range, method: 'linear' },
        ...{ space: 'rgb', outRange: [0, 1] },
      }),
    }
  },
  explain: {
    idea: 'Eyes tell colours apart better than grays. Each number gets a colour, from the first for the smallest to the last for the largest; nothing is computed but how it looks.',
    formula: String.raw`C(p) = \mathrm{map}\!\left(\frac{I(p) - \min}{\max - \min}\right)`,
    reference:
      'OpenCV applyColorMap, which has 256 colours; here they are mixed in between. Viridis, magma, inferno and plasma: van der Walt, Smith and Firing, CC0; turbo: A. Mikhailov 2019.',
    code: {
      by: 'scale',
      of: {
        own: 't = (image - image.min()) / (image.max() - image.min()); image = cv2.applyColorMap(np.uint8(np.rint(255 * t)), {map})[..., ::-1] / 255',
        given:
          't = np.clip((image - {low}) / ({high} - {low}), 0, 1); image = cv2.applyColorMap(np.uint8(np.rint(255 * t)), {map})[..., ::-1] / 255',
      },
    },
    words: {
      map: {
        viridis: 'cv2.COLORMAP_VIRIDIS',
        magma: 'cv2.COLORMAP_MAGMA',
        inferno: 'cv2.COLORMAP_INFERNO',
        plasma: 'cv2.COLORMAP_PLASMA',
        turbo: 'cv2.COLORMAP_TURBO',
        gray: 'np.uint8([[[i, i, i]] for i in range(256)])',
        hot: 'np.uint8([[[max(0, min(255, 3 * i - k)) for k in (510, 255, 0)]] for i in range(256)])',
        jet: 'np.uint8([[[np.rint(255 * np.clip(1.5 - abs(4 * i / 255 - k), 0, 1)) for k in (1, 2, 3)]] for i in range(256)])',
        hue: 'np.uint8(np.rint(255 * cv2.cvtColor(np.float32([[[360 * i / 255, 1, 1]] for i in range(256)]), cv2.COLOR_HSV2BGR)))',
        'blue-red':
          'np.uint8([[[np.rint(255 * min(1, v)) for v in (2 - 2 * t, 1 - abs(2 * t - 1), 2 * t)]] for t in np.arange(256) / 255])',
      },
    },
  },
})
