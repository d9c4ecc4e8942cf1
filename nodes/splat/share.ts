import { defineNode } from '../../engine/graph/node.ts'
import { longestTitle } from '../../engine/protocol/scene-page.ts'
import { param } from '../../engine/types/param.ts'
import { pageBackgrounds, type ScenePageLook, upAxes } from '../../engine/types/services.ts'
import { type CameraValue, coreOfSplats, type SplatsValue } from '../../engine/values/index.ts'
import { socket } from '../../engine/values/sockets.ts'
import { added, dot, scaled, sub, vec3 } from '../cameras.ts'
import { pathParts } from '../path-parts.ts'
import { toScene } from '../splats.ts'

/** Where a camera stands, and what it looks at: as far away as the middle of the scene. */
function viewFrom(camera: CameraValue, middle: readonly number[], radius: number): ScenePageLook['view'] {
  const { view, fy, height } = camera
  const rows = [0, 4, 8].map((at) => vec3(view.slice(at, at + 3)))
  // The rows are a rotation: its inverse is its transpose.
  const eye = rows.reduce((sum, row, i) => sub(sum, scaled(row, view[4 * i + 3] ?? 0)), vec3([]))
  const forward = vec3(rows[2] ?? [])
  const distance = Math.max(dot(sub(vec3(middle), eye), forward), radius / 10)
  return {
    eye,
    target: added(eye, scaled(forward, distance)),
    fov: Math.max(1, Math.min(170, (360 / Math.PI) * Math.atan(height / (2 * fy)))),
  }
}

/** Writes a page that shows the scene in any browser, with the viewer in it. Splats in, and a camera where one looks from first. */
export const share = defineNode({
  type: 'splat/share',
  version: 1,
  kind: 'effect',
  draft: 'none',
  title: 'Share splats',
  alias: 'SuperSplat viewer export',
  keywords: ['3D', 'Gaussian splatting', 'scene', 'html', 'web page', 'publish', 'send', 'export', 'viewer', 'embed'],
  summary: 'Writes the scene as a web page to look around in, when you press Run.',
  inputs: {
    splats: socket.splats({ help: 'What is shown.' }),
    camera: socket.camera({ optional: true, help: 'The first view. Without it, the whole scene from the front.' }),
  },
  params: {
    path: param.file({
      default: '',
      mode: 'save',
      accept: ['html'],
      label: 'File',
      help: 'A .html. Any browser opens it, without a network.',
    }),
    form: param.choice({
      default: 'page',
      of: ['page', 'folder'],
      names: { page: 'One file', folder: 'Page and .sog' },
      label: 'Form',
      help: 'One file of up to 25 MB, to be sent and opened from a disk; or a small page with the scene beside it, for a web server.',
    }),
    title: param.text({ default: '', label: 'Title', help: 'Over the scene. Empty: the name of the file.' }),
    up: param.choice({
      default: '-y',
      of: [...upAxes],
      names: { y: 'Y up', '-y': 'Y down', z: 'Z up', '-z': 'Z down' },
      label: 'Up',
      help: 'Which way is up in the scene: −y in most captured ones.',
    }),
    background: param.choice({
      default: 'window',
      of: [...pageBackgrounds],
      names: { window: 'Light or dark', black: 'Black', white: 'White', checked: 'Checked' },
      label: 'Background',
      help: 'Behind the scene. Light or dark follows the reader’s system.',
    }),
  },
  outputs: {},
  run: async (
    { splats, camera, path, form, title, up, background },
    { ops, services, signal, claim, note, progress },
  ) => {
    const { folder, file } = pathParts(path)
    const name = file.replace(/\.html?$/i, '')
    const beside = form === 'folder'
    const html = /\.html?$/i.test(path) ? path : path && `${path}.html`
    const scene = { path: `${folder}${name}.sog`, of: 'splats' }
    await claim([{ path: html, of: 'splats' }, ...(beside ? [scene] : [])])
    const core = camera && (await coreOfSplats(splats as SplatsValue, (part) => ops.read(part, {})))
    const view = camera && viewFrom(camera, core?.centre ?? [0, 0, 0], core?.radius ?? 1)
    const look = { title: (title.trim() || name).slice(0, longestTitle), up, background, ...(view && { view }) }
    progress(0.1, 'packing the scene')
    const files = await services.scenePage(await toScene(ops, splats), { name, look, beside }, signal)
    // The scene first: a page without it shows nothing.
    for (const [one, bytes] of [...files].reverse())
      await services.saveBytes(one.endsWith('.html') ? html : folder + one, bytes, signal)
    note([...files].map(([one, { length }]) => `${one}: ${(length / 1e6).toFixed(1)} MB`).join(', '))
    return {}
  },
  explain: {
    idea: 'A web page carries the scene, packed to a twentieth, and the program that draws it. Whoever gets it needs nothing but a browser.',
    reference: 'PlayCanvas’s .sog (version 2); Spark and three.js draw it, with WebGL 2.',
    code: "page = viewer.replace('{{scene}}', base64.b64encode(sog).decode()); open({path}, 'w').write(page)",
  },
})
