import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { SightlineError } from '../../engine/types/problem.ts'
import type { ImageValue, NetworkShape, Numbers } from '../../engine/values/index.ts'
import { factsOfAll, totalsOf } from '../../engine/values/layers/graph.ts'
import { sizeOf } from '../../engine/values/layers/layer.ts'
import { numberAt, type Places, placesOfAll } from '../../engine/values/layers/places.ts'
import { socket } from '../../engine/values/sockets.ts'
import { influences } from '../influence.ts'
import { overPicture, pictureOf, preparationParams, prepared } from '../prepare-picture.ts'
import { placeOfLayer, seedParam } from '../run-network.ts'

const methods = ['grad-cam', 'hires-cam'] as const

/** The last layer with maps of more than one place. Of a transformer, what its last attention takes: after it, only the class token counts. */
function lastMaps({ layers }: NetworkShape): number {
  const all = placesOfAll(layers)
  const last = all.findLastIndex((places) => places !== undefined && places.height * places.width > 1)
  if (!all[last]?.axes.includes('N')) return last
  return layers.findLast(({ type }) => type === 'attention')?.from[0] ?? last
}

/** The layer, and where its numbers lie. Throws `network.layer-unknown`, `network.no-places`. */
function layerOf(network: NetworkShape, named: string): { readonly at: number; readonly places: Places } {
  const at = named.trim() === '' ? lastMaps(network) : placeOfLayer(network.layers, named.trim())
  const places = placesOfAll(network.layers)[at]
  if (places) return { at, places }
  const { name = '' } = network.layers[at] ?? {}
  throw new SightlineError('network.no-places', {
    layer: name,
    given: (factsOfAll(network.layers)[at]?.output ?? []).join(' × '),
  })
}

/** The class of this rank: by the mean over all places, where the network gives a picture. */
function ranked(output: Numbers, classes: number, rank: number): number {
  const each = output.length / classes
  const means = Array.from({ length: classes }, (_, c) => {
    let sum = 0
    for (let i = 0; i < each; i++) sum += output[c * each + i] ?? 0
    return [sum / each, c] as const
  })
  return means.sort(([a], [b]) => b - a)[Math.min(rank, classes) - 1]?.[1] ?? 0
}

/**
 * Where in the picture a network of layers saw a class, by gradients. Network of pictures and image (H, W, C) in; image (H, W, 1) of
 * plain numbers from 0 on out, as large as the picture, and 0 where the network saw nothing of it. Throws `network.no-places` for
 * layers without places, `network.no-gradient`.
 */
export const gradCam = defineNode({
  type: 'network/grad-cam',
  version: 1,
  kind: 'pure',
  draft: 'none',
  title: 'Grad-CAM',
  alias: 'pytorch_grad_cam.GradCAM',
  keywords: [
    ...['class activation map', 'CAM', 'heatmap', 'saliency', 'explain', 'gradient', 'where', 'attention', 'captum'],
    ...['interpretability', 'localisation'],
  ],
  summary: 'Shows which parts of a picture made a network give a class, for any network and layer.',
  inputs: {
    network: socket.network(),
    image: socket.image({ help: 'Brought to the size of the network’s input.' }),
  },
  params: {
    by: param.choice({
      default: 'rank',
      of: ['rank', 'number'],
      names: { rank: 'How likely it is', number: 'Its number' },
      label: 'Class by',
      help: 'Which class is looked for.',
    }),
    rank: param.integer({
      default: 1,
      min: 1,
      max: 1000,
      soft: [1, 5],
      label: 'Rank of the class',
      help: '1 is the best class, 2 the second best.',
      when: { param: 'by', is: ['rank'] },
    }),
    class: param.integer({
      default: 0,
      min: 0,
      max: 100_000,
      label: 'Class',
      help: 'Its number, from 0.',
      when: { param: 'by', is: ['number'] },
    }),
    layer: param.text({
      default: '',
      label: 'Layer',
      help: 'Whose maps are weighted: its name as the summary has it. Empty: the last one with maps.',
    }),
    method: param.choice({
      default: 'grad-cam',
      of: methods,
      names: { 'grad-cam': 'Grad-CAM', 'hires-cam': 'HiResCAM' },
      label: 'Method',
      help: 'Grad-CAM weights a map by its mean gradient, HiResCAM each place by its own.',
    }),
    ...preparationParams,
    seed: seedParam,
  },
  outputs: { map: socket.image({ channels: [1], spaces: ['data'], range: null }) },
  shape: ({ network, image, layer }) => {
    if (network) {
      pictureOf(network)
      layerOf(network, layer)
    }
    if (!image) return {}
    const { height, width } = image
    return { map: { kind: 'image', height, width, channels: 1, space: 'data', alpha: false } }
  },
  run: async ({ network, image, by, rank, class: given, layer, method, seed, ...how }, context) => {
    const { ops, note } = context
    const { at, places } = layerOf(network, layer)
    const { output } = totalsOf(network.layers)
    const [classes = 1] = output
    if (by === 'number' && given >= classes)
      throw new SightlineError('param.invalid', {
        ...{ param: 'class', given, wanted: `a class of this network: 0 to ${classes - 1}` },
      })
    const input = await prepared(ops, image, network, how)
    let chosen = given
    const { results, gradients } = await influences(
      network,
      input,
      { seed, places: [at] },
      (numbers) => {
        if (by === 'rank') chosen = ranked(numbers, classes, rank)
        const each = sizeOf(output) / classes
        return new Float32Array(sizeOf(output)).fill(1 / each, chosen * each, (chosen + 1) * each)
      },
      context,
    )
    note(`Class ${chosen}, layer "${network.layers[at]?.name ?? ''}".`)
    const [maps, slopes] = await Promise.all([results, gradients].map(async ([one]) => one && ops.read(one, {})))
    const [valueAt, slopeAt] = [numberAt(maps ?? [], places), numberAt(slopes ?? [], places)]
    const { height, width, channels } = places
    const map = new Float32Array(height * width)
    for (let c = 0; c < channels; c++) {
      let mean = 0
      for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) mean += slopeAt(c, y, x) / (height * width)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const weight = method === 'grad-cam' ? mean : slopeAt(c, y, x)
          map[y * width + x] = (map[y * width + x] ?? 0) + weight * valueAt(c, y, x)
        }
    }
    const numbers = map.map((v) => Math.max(0, v))
    const shape = { kind: 'image', height, width, channels: 1, space: 'data', alpha: false } as const
    const small = (await ops.fromNumbers({ shape, numbers })) as ImageValue
    return { map: await overPicture(ops, small, image, network, how.fit) }
  },
  explain: {
    idea: 'How much would the score of the class change if a feature map were a little stronger? That is its gradient, found by going back through the network as in training. Maps that matter are added up, each as much as it matters, and what speaks against the class is left out.',
    formula: String.raw`\alpha_k = \tfrac{1}{hw} \sum_{y, x} \frac{\partial z_c}{\partial A_k(y, x)}, \qquad M_c = \max\!\left(0, \sum_k \alpha_k A_k\right)`,
    reference:
      'Grad-CAM: Visual Explanations from Deep Networks (Selvaraju et al. 2017); HiResCAM (Draelos and Carin 2020); of transformers as in pytorch-grad-cam.',
    code: {
      by: 'method',
      of: {
        'grad-cam':
          'g, = torch.autograd.grad(head(maps)[0, c], maps); cam = torch.relu((g.mean((2, 3), keepdim=True) * maps).sum(1))',
        'hires-cam': 'g, = torch.autograd.grad(head(maps)[0, c], maps); cam = torch.relu((g * maps).sum(1))',
      },
    },
  },
})
