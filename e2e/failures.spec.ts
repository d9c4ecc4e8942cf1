/** Failures as a user meets them: the engine killed during a drag, a missing picture, a page without its token. */
import { expect, test } from './app.ts'

test('the engine is killed while a slider moves, and work goes on', async ({ editor, page, program }) => {
  await editor.hasPicture('edges')
  const slider = editor.node('blur').getByRole('slider', { name: 'Sigma' })
  const box = await slider.boundingBox()
  if (!box) throw new Error('no slider')
  const y = box.y + box.height / 2
  await page.mouse.move(box.x + 5, y)
  await page.mouse.down()
  for (let i = 0; i < 30; i++) {
    if (i === 10) process.kill(program.enginePid(), 'SIGKILL')
    await page.mouse.move(box.x + 5 + (i / 30) * (box.width - 10), y)
    await page.waitForTimeout(20)
  }
  await page.mouse.up()
  const value = await slider.getAttribute('aria-valuenow')
  await expect(editor.node('edges')).toHaveAttribute('data-state', /done|unchanged/, { timeout: 20_000 })
  const pixels = await editor.pixels('edges')
  await editor.dragSlider(slider, 0.9, 0.1)
  await expect.poll(() => editor.pixels('edges'), { message: 'the new engine answers' }).not.toBe(pixels)
  await page.keyboard.press('Control+z')
  expect(await slider.getAttribute('aria-valuenow')).toBe(value)
  await expect.poll(() => editor.pixels('edges'), { message: 'undone to the same pixels' }).toBe(pixels)
})

test('a missing picture is named on its node, and the rest stays', { tag: '@browser' }, async ({ editor, page }) => {
  await editor.addFromPalette('Load image', 320, 440)
  const node = page.locator('[data-node^="load"]')
  await node.getByRole('heading').click()
  const path = page
    .getByRole('complementary', { name: 'Inspector' })
    .getByRole('textbox', { name: /file|path/i })
    .first()
  await path.fill('/nowhere/cat.jpg')
  await path.press('Enter')
  await expect(node).toContainText(/no file at/i)
  await editor.hasPicture('edges')
})

test('a page opened without its token says what to do', { tag: '@browser' }, async ({ page, strange }) => {
  await strange()
  await expect(page.locator('body')).toContainText(/address|open/i)
  await expect(page.locator('[data-node]')).toHaveCount(0)
})

test('a formula is shown as it is written while the page is cut off, and set when it can be', {
  tag: '@browser',
}, async ({ editor, page }) => {
  await page.route(/katex.*\.js/, (route) => route.abort())
  await page.reload()
  await editor.ready()
  await editor.node('blur').getByRole('heading').click()
  const inspector = page.getByRole('complementary', { name: 'Inspector' })
  await expect(inspector.locator('code', { hasText: '\\sigma' }).first()).toBeVisible()
  await expect(inspector.locator('.katex')).toHaveCount(0)
  await page.unroute(/katex.*\.js/)
  await expect(inspector.locator('.katex').first()).toBeVisible({ timeout: 20_000 })
})
