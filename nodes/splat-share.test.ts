/** A page of a scene: where the first view is, and which files there are. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildSharePage } from '../host/build/all.ts'
import { createNodeBench, type NodeBench } from '../host/testing/nodes.ts'
import { cameraOf, lookAt } from './cameras.ts'
import { share } from './splat/share.ts'
import { proceduralScene } from './splat-made.ts'
import { toSplats } from './splats.ts'

let folder: string
let bench: NodeBench
beforeAll(async () => {
  await buildSharePage()
  folder = await mkdtemp(join(tmpdir(), 'share-'))
  bench = await createNodeBench(folder)
}, 120_000)
afterAll(async () => {
  await bench.close()
  await rm(folder, { recursive: true })
})

const splats = () => toSplats(bench.device.ops, proceduralScene('cloud', 300, 1))
const startOf = async (file: string) =>
  JSON.parse(/id="start">(.*?)<\/script>/.exec(await readFile(join(folder, file), 'utf8'))?.[1] ?? '')

it('the first view of the page is that of the camera', async () => {
  const eye = [1.5, -2, -6] as const
  // The scene is a cube about the origin, so what is looked at is as far away as that.
  const camera = cameraOf({ fov: 40, width: 60, height: 30 }, lookAt(eye, [0, 0, 0], [0, -1, 0]))
  await bench.run(share, { splats: await splats(), camera }, { path: 'seen.html', title: 'A cloud', up: 'y' })
  const { view, ...rest } = await startOf('seen.html')
  expect(rest).toEqual({ title: 'A cloud', up: 'y', background: 'window', antialiased: false })
  for (const [i, v] of eye.entries()) expect(view.eye[i]).toBeCloseTo(v, 6)
  expect(Math.hypot(...view.target)).toBeLessThan(0.2)
  expect(view.fov).toBeCloseTo(40, 6)
})

it('without a camera all of it is shown, and a folder has the scene beside the page', async () => {
  await bench.run(share, { splats: await splats() }, { path: 'two', form: 'folder' })
  expect(await startOf('two.html')).toEqual({
    ...{ title: 'two', up: '-y', background: 'window', antialiased: false, file: 'two.sog' },
  })
  expect((await readdir(folder)).filter((name) => name.startsWith('two')).sort()).toEqual(['two.html', 'two.sog'])
  expect((await readFile(join(folder, 'two.sog'))).subarray(0, 2).toString()).toBe('PK')
})
