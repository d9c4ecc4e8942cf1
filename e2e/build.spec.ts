/** The main task by hand: a pipeline built in the window, a slider moved, everything undone and redone, saved and reopened. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from './app.ts'

test('the sample pipeline shows its result at the start', async ({ editor }) => {
  for (const id of ['photo', 'gray', 'blur', 'edges', 'strong']) await editor.hasPicture(id)
})

test('built by hand, undone, redone, saved and reopened', { tag: '@desktop' }, async ({ editor, page, folder }) => {
  test.slow()
  await editor.newDocument()
  await editor.addFromPalette('Sample image', 60, 120)
  await editor.addFromPalette('Convert colour', 300, 120)
  await editor.addFromPalette('Gaussian blur', 540, 120)
  await editor.addFromPalette('Sobel edges', 300, 460)
  const ids = await page
    .locator('[data-node]')
    .evaluateAll((nodes) => nodes.map((n) => (n as HTMLElement).dataset.node))
  const [photo, gray, blur, edges] = ['sample', 'convert', 'gaussian', 'sobel'].map((word) =>
    ids.find((id) => id?.includes(word)),
  )
  await editor.wire(`${photo}.image`, `${gray}.image`)
  await editor.wire(`${gray}.image`, `${blur}.image`)
  await editor.wire(`${blur}.image`, `${edges}.image`)
  await editor.hasPicture(String(edges))

  const before = await editor.pixels(String(edges))
  await editor.dragSlider(editor.node(String(blur)).getByRole('slider', { name: 'Sigma' }), 0.1, 0.8)
  await expect.poll(() => editor.pixels(String(edges)), { message: 'the edges change with sigma' }).not.toBe(before)
  await expect(editor.node(String(edges))).toHaveAttribute('data-state', /done|unchanged/)
  const after = await editor.pixels(String(edges))

  const undo = page.getByRole('button', { name: 'Undo' })
  const redo = page.getByRole('button', { name: 'Redo' })
  await page.keyboard.press('Control+z')
  await expect.poll(() => editor.pixels(String(edges)), { message: 'one undo takes the whole drag back' }).toBe(before)
  while (await undo.isEnabled()) await page.keyboard.press('Control+z')
  await expect(page.locator('[data-node]')).toHaveCount(0)
  while (await redo.isEnabled()) await page.keyboard.press('Control+Shift+z')
  await expect(page.locator('[data-node]')).toHaveCount(4)
  await expect.poll(() => editor.pixels(String(edges)), { message: 'redone to the last pixel' }).toBe(after)

  // Previews are as large as displayed: the same view before and after gives the same pixels.
  await page.keyboard.press('f')
  let fitted = ''
  await expect
    .poll(
      async () => {
        const before = fitted
        fitted = await editor.pixels(String(edges))
        return fitted === before
      },
      { message: 'the view has come to rest', intervals: [400] },
    )
    .toBe(true)

  const file = join(folder, 'by-hand.sightline.json')
  await editor.choose(() => page.keyboard.press('Control+s'), file)
  await expect.poll(() => existsSync(file)).toBe(true)
  await expect(editor.unsaved).toHaveCount(0)
  const saved = JSON.parse(await readFile(file, 'utf8'))
  expect(saved.nodes).toHaveLength(4)
  expect(saved.edges).toHaveLength(3)

  await editor.newDocument()
  await editor.openFile(file)
  await expect(page.locator('[data-node]')).toHaveCount(4)
  await page.keyboard.press('f')
  await expect.poll(() => editor.pixels(String(edges)), { message: 'reopened with the same pixels' }).toBe(fitted)
})

test('a wire let go over the bare canvas offers what takes it, there, and connects', async ({ editor, page }) => {
  const from = await editor.socket('blur.image', 'out').boundingBox()
  if (!from) throw new Error('no socket')
  const drop = { x: from.x + 40, y: from.y + 260 }
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2)
  await page.mouse.down()
  await page.mouse.move(drop.x, drop.y, { steps: 8 })
  await page.mouse.up()
  const menu = page.getByRole('dialog', { name: 'Add a node to this wire' })
  const box = await menu.boundingBox()
  expect(Math.abs((box?.x ?? 0) - drop.x), 'the menu opens where the wire was let go').toBeLessThan(24)
  await page.keyboard.type('median')
  await page.keyboard.press('Enter')
  await editor.hasPicture('median')
  await expect(page.locator('[data-port="median.image"][data-side="in"]')).toHaveAttribute('data-wired', 'true')
})
