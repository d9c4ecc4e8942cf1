/** The pipeline without a mouse or sight of the canvas: built by keys, read and changed in the list. */
import { expect, test } from './app.ts'

test('two nodes by keyboard alone, and their result in the list', async ({ editor, page }) => {
  test.slow()
  await editor.newDocument()
  for (const name of ['sample image', 'gaussian blur']) {
    await page.keyboard.press('Tab')
    await expect(page.getByRole('dialog', { name: 'Add a node' })).toBeVisible()
    await page.keyboard.type(name)
    await page.keyboard.press('Enter')
    // With a node selected, Tab would connect the next one to it.
    if (name === 'sample image') await page.keyboard.press('Escape')
  }
  await page.keyboard.press('c')
  const dialog = page.getByRole('dialog', { name: 'Connect' })
  await expect(dialog.getByRole('option').first()).toContainText('image ← Sample image · image')
  await page.keyboard.press('Enter')
  await expect(dialog).toHaveCount(0)
  await page.keyboard.press('Control+5')
  const list = page.getByRole('region', { name: 'Pipeline as a list' })
  const [sample, blur] = [list.locator('[data-listed]').first(), list.locator('[data-listed]').nth(1)]
  await expect(sample).toContainText('goes to Gaussian blur · image')
  await expect(blur).toContainText('Input image: from Sample image · image')
  await expect(blur).toContainText(/Gaussian blur(done|unchanged|cached)/)
  await expect(blur).toContainText(/Output image: \d+ × \d+ × 3 rgb/)

  // Items in the list are operated with keys.
  await blur.getByRole('button', { name: 'Disconnect input image' }).focus()
  await page.keyboard.press('Enter')
  await expect(blur).toContainText('Input image: nothing yet')
  await expect(blur).toContainText(/waiting/i)
  await blur.getByRole('button', { name: 'Connect input image' }).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await expect(blur).toContainText('from Sample image')
  await blur.getByRole('button', { name: 'Bypass Gaussian blur' }).focus()
  await page.keyboard.press('Enter')
  await expect(blur).toContainText('bypassed')

  expect(await editor.faults('[aria-label="Pipeline as a list"]')).toEqual([])
  await blur.getByRole('button', { name: 'Delete Gaussian blur' }).focus()
  await page.keyboard.press('Enter')
  await expect(list.locator('[data-listed]')).toHaveCount(1)
})

test('a problem is said when the work rests, and when it is gone', async ({ editor, page }) => {
  await editor.newDocument()
  await page.keyboard.press('Tab')
  await page.keyboard.type('load image')
  await page.keyboard.press('Enter')
  const path = page.getByRole('textbox', { name: 'File', exact: true })
  await path.fill('no-such.png')
  await path.press('Enter')
  const says = page.locator('[data-announcer]')
  await expect(says).toContainText('1 problem. Load image')
  await page.getByRole('button', { name: /^Undo/ }).click()
  await expect(says).toHaveText('No more problems.')
})
