/** The scenes of the gallery: a parameter at their beginning changes what is seen at their end. */
import { existsSync, readFileSync } from 'node:fs'
import { modelFolder } from '../host/store/places.ts'
import { type Editor, expect, test } from './app.ts'
import { lendModels } from './lend-models.ts'

test.slow()

const network = modelFolder('fastdepth')

const entry = (name: string) => JSON.parse(readFileSync(`assets/gallery/${name}.sightline.json`, 'utf8'))

async function whole(editor: Editor, name: string, ...ends: string[]): Promise<void> {
  await editor.page.setViewportSize({ width: 1500, height: 950 })
  await editor.open(entry(name))
  await editor.settled(...ends)
  for (const end of ends) await editor.hasPicture(end)
}

test('around a scene: another scene has other edges, in its pictures and in its depth', async ({ editor, page }) => {
  await whole(editor, 'around-a-scene', 'edges', 'jumps')
  const before = { edges: await editor.pixels('edges'), jumps: await editor.pixels('jumps') }
  expect(before.edges).not.toBe(before.jumps)
  await editor.select('scene')
  await page.getByRole('combobox', { name: 'Scene', exact: true }).click()
  await page.getByRole('option', { name: 'Ball of discs' }).click()
  await expect.poll(() => editor.pixels('edges'), { timeout: 30_000 }).not.toBe(before.edges)
  await expect.poll(() => editor.pixels('jumps'), { timeout: 30_000 }).not.toBe(before.jumps)
  // Back again, to the same picture.
  await page.keyboard.press('Control+z')
  await expect.poll(() => editor.pixels('edges'), { timeout: 30_000 }).toBe(before.edges)
  // Cameras that stand higher see other edges of the same scene.
  await editor.select('orbit')
  await page.getByRole('textbox', { name: 'Elevation' }).fill('60')
  await page.keyboard.press('Enter')
  await expect.poll(() => editor.pixels('edges'), { timeout: 30_000 }).not.toBe(before.edges)
})

test('one photo to splats: another camera sees another side of the same depth', async ({ editor, page, program }) => {
  test.skip(!existsSync(network), 'the network is not installed: sightline models pull fastdepth --yes')
  lendModels(program.folder, [network])
  await whole(editor, 'one-photo-to-splats', 'depth', 'render')
  const before = { depth: await editor.pixels('depth'), render: await editor.pixels('render') }
  await editor.select('aside')
  await page.getByRole('textbox', { name: 'Field of view' }).fill('35')
  await page.keyboard.press('Enter')
  await expect.poll(() => editor.pixels('render'), { timeout: 30_000 }).not.toBe(before.render)
  expect(await editor.pixels('depth')).toBe(before.depth)
  await editor.select('splats')
  const seen = await editor.pixels('render')
  await page.getByRole('textbox', { name: 'Size', exact: true }).fill('0.2')
  await page.keyboard.press('Enter')
  await expect.poll(() => editor.pixels('render'), { timeout: 30_000 }).not.toBe(seen)
})
