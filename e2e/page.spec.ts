/** A node's page: from the selected node, from the node lists and from the inspector. */
import { expect, test } from './app.ts'

for (const colorScheme of ['light', 'dark'] as const)
  test(`F1 opens the page of the selected node, with its result, ${colorScheme}`, { tag: '@browser' }, async ({
    editor,
    page,
  }) => {
    await page.emulateMedia({ colorScheme })
    await editor.settled('strong', 'blur')
    await editor.select('blur')
    await page.keyboard.press('F1')
    await expect(editor.dialog).toContainText('Every pixel becomes a weighted average of its neighbours')
    await expect(editor.dialog).toContainText('a number from 0 to 64 px; default 1.5')
    await expect(editor.dialog).toContainText('When sigma rises, its variance falls.')
    await expect(editor.dialog.locator('.katex').first()).toBeVisible()
    // The picture is the node's own result, in its shape.
    const picture = editor.dialog.getByRole('img', { name: 'Result of Gaussian blur' })
    await expect.poll(() => picture.evaluate((canvas: HTMLCanvasElement) => canvas.width / canvas.height)).toBe(1.5)
    await expect
      .poll(() => page.evaluate(() => document.getAnimations().filter((a) => a.playState === 'running').length))
      .toBe(0)
    expect(await editor.faults('html', true)).toEqual([])
    if (process.env.SIGHTLINE_SHOTS)
      await page.screenshot({ path: `${process.env.SIGHTLINE_SHOTS}/page-${colorScheme}.png` })
    await page.keyboard.press('Escape')
    await expect(editor.dialog).toHaveCount(0)
  })

test('an entry of the node list opens its page with F1; a node without a picture shows its values', async ({
  editor,
  page,
}) => {
  await page.getByRole('navigation', { name: 'Nodes' }).locator('[data-choice="filter/median"]').focus()
  await page.keyboard.press('F1')
  await expect(editor.dialog).toContainText('cv2.medianBlur')
  await expect(editor.dialog.getByRole('img', { name: 'Result of' })).toHaveCount(0)
  await page.keyboard.press('Escape')

  await editor.select('inspect')
  await editor.inspector.getByRole('button', { name: 'Page of this node' }).click()
  await expect(editor.dialog).toContainText('tensor/inspect')
  await expect(editor.dialog.locator('figure')).toBeVisible()
})

test('About lists what Sightline is made of, and shows the text of each licence', async ({ editor, page }) => {
  await page.keyboard.press('ControlOrMeta+k')
  await page.keyboard.type('About Sightline')
  await page.keyboard.press('Enter')
  const parts = editor.dialog.getByRole('listitem')
  // Of the engine's packages, the page's, and the desktop program's.
  for (const name of ['sharp', 'three', 'electron-updater', 'KaTeX fonts', 'SSD MobileNet']) {
    await editor.dialog.getByRole('searchbox').fill(name)
    await expect(parts.filter({ hasText: name }).first()).toBeVisible()
  }
  await editor.dialog.getByRole('searchbox').fill('lgpl')
  await expect(parts).toHaveCount(1)
  await parts.getByRole('button').click()
  await expect(editor.dialog).toContainText('can be replaced by another build')
  await expect(editor.dialog.locator('pre')).toContainText('GNU LESSER GENERAL PUBLIC LICENSE')
  expect(await editor.faults('html', true)).toEqual([])
  await editor.dialog.getByRole('button', { name: 'All parts' }).click()
  await expect(parts).toHaveCount(1)
})
