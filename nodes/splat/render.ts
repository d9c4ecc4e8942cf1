import { defineNode } from '../../engine/graph/node.ts'
import { param } from '../../engine/types/param.ts'
import { socket } from '../../engine/values/sockets.ts'

/**
 * Renders splats as a camera sees them. Splats and a camera in; image (H, W, 3) in their colours, alpha (H, W, 1) from 0 to 1, and
 * the expected depth (H, W, 1) in the scene's unit out.
 */
export const render = defineNode({
  type: 'splat/render',
  version: 1,
  kind: 'pure',
  draft: 'scaled',
  title: 'Render splats',
  alias: 'gsplat.rasterization',
  keywords: ['3D', 'Gaussian splatting', '3DGS', 'rasterise', 'depth', 'view', 'EWA', 'novel view', 'camera', 'scene'],
  summary: 'Makes the picture that a camera has of a scene of 3D Gaussians, with alpha and depth.',
  inputs: {
    splats: socket.splats({ help: 'The scene.' }),
    camera: socket.camera({ help: 'Where it is seen from. A sequence of cameras gives a picture for each.' }),
  },
  params: {
    background: param.colour({ default: [0, 0, 0], label: 'Background', help: 'What is behind the scene.' }),
    antialiased: param.boolean({
      default: false,
      label: 'Antialiased',
      help: 'What is smaller than a pixel gets fainter instead of larger. For scenes that were trained so (Mip-Splatting).',
    }),
  },
  outputs: {
    image: socket.image({ channels: [3], spaces: ['rgb', 'linear'] }),
    alpha: socket.image({ channels: [1], spaces: ['data'] }),
    depth: socket.image({ channels: [1], spaces: ['data'] }),
  },
  shape: ({ camera }) => {
    const { width, height } = camera ?? {}
    if (width === undefined || height === undefined) return {}
    const plane = { kind: 'image', width, height, channels: 1, space: 'data', alpha: false } as const
    return { image: { ...plane, channels: 3, space: 'rgb' }, alpha: { ...plane, range: [0, 1] }, depth: plane }
  },
  run: async ({ splats, camera, background, antialiased }, { ops }) => {
    const { means, quats, scales, opacities, sh, space } = splats
    const { kind: _, ...seen } = camera
    return ops.rasterise(means, quats, scales, opacities, sh, { ...seen, background, antialiased, space })
  },
  explain: {
    idea: 'Every ellipsoid becomes a soft spot in the picture. The spots are laid over one another from front to back: each covers a part of what light is still left, until none is.',
    formula: String.raw`\alpha_i = \min\bigl(0.99,\ o_i\, e^{-\frac12 d^\top \Sigma_i'^{-1} d}\bigr), \qquad C = \sum_i c_i\, \alpha_i \prod_{j < i} (1 - \alpha_j) + T\,b, \qquad \Sigma' = J W \Sigma W^\top J^\top + 0.3\,I`,
    reference:
      '3D Gaussian Splatting (Kerbl et al. 2023); EWA splatting (Zwicker et al. 2001); gsplat’s conventions: α below 1/255 is left out, a splat that would leave 1e-4 of the light or less ends the pixel. Depth is the expected depth Σ w z / Σ w.',
    code: {
      by: 'antialiased',
      of: {
        true: "image, alpha, _ = gsplat.rasterization(means, quats, scales, opacities, sh, view[None], K[None], width, height, sh_degree=degree, render_mode='RGB+ED', rasterize_mode='antialiased', backgrounds=torch.tensor([{background}]))",
        false:
          "image, alpha, _ = gsplat.rasterization(means, quats, scales, opacities, sh, view[None], K[None], width, height, sh_degree=degree, render_mode='RGB+ED', backgrounds=torch.tensor([{background}]))",
      },
    },
  },
})
