/** Menus at a place: of the canvas, of a node by the keyboard, of a picture. */
import { expect, test } from './app.ts'

test('the right button and the menu key open what belongs there', { tag: '@browser' }, async ({ editor, page }) => {
  const menu = page.getByRole('menu')
  const canvas = await editor.pane.boundingBox()
  if (!canvas) throw new Error('no canvas')
  const empty = { x: canvas.x + 30, y: canvas.y + canvas.height - 40 }

  // Beside nodes: a click opens the canvas's menu, a drag moves the view.
  await page.mouse.click(empty.x, empty.y, { button: 'right' })
  await expect(menu.getByRole('menuitem', { name: 'Add note' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(menu).toHaveCount(0)
  const before = await editor.node('blur').boundingBox()
  await page.mouse.move(empty.x, empty.y)
  await page.mouse.down({ button: 'right' })
  await page.mouse.move(empty.x + 100, empty.y - 50, { steps: 5 })
  await page.mouse.up({ button: 'right' })
  const after = await editor.node('blur').boundingBox()
  expect((after?.x ?? 0) - (before?.x ?? 0)).toBeCloseTo(100, 1)
  expect((after?.y ?? 0) - (before?.y ?? 0)).toBeCloseTo(-50, 1)
  await expect(menu).toHaveCount(0)

  for (const key of ['Shift+F10', 'ContextMenu']) {
    await editor.select('blur')
    await page.keyboard.press(key)
    await expect(menu.getByRole('menuitemcheckbox', { name: /^Bypass/ })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(menu).toHaveCount(0)
  }

  // A picture is copied at its own size, and saved.
  await editor.select('blur')
  await page.keyboard.press('1')
  const stage = editor.viewer.getByRole('application')
  await expect(stage).toHaveCount(1)
  await stage.focus()
  await page.keyboard.press('Shift+F10')
  await menu.getByRole('menuitem', { name: 'Copy picture' }).click()
  await expect(page.getByText('The picture is in the clipboard.').first()).toBeVisible()
  const size = await page.evaluate(async () => {
    const [item] = await navigator.clipboard.read()
    const bitmap = item && (await createImageBitmap(await item.getType('image/png')))
    return [bitmap?.width, bitmap?.height]
  })
  expect(size).toEqual([600, 400])
  await stage.click({ button: 'right' })
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    menu.getByRole('menuitem', { name: 'Save picture…' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('Gaussian blur.png')
})

test('a dialog begins where the last file lies, makes folders, and a dropped picture keeps its name', {
  tag: '@browser',
}, async ({ editor, page, folder }) => {
  await editor.dropFiles(['assets/samples/colour-chart.png'], { x: 60, y: 60 })
  const node = page.locator('[data-node="load-image"]')
  await expect(node).toContainText('colour-chart.png')
  await editor.select('load-image')
  await expect(editor.inspector.getByRole('textbox', { name: 'File' })).toHaveValue('colour-chart.png')
  await expect(editor.inspector).toContainText('A copy of the file that was dropped')

  const name = editor.dialog.getByRole('textbox').last()
  const crumb = editor.dialog.getByRole('navigation', { name: 'Folder' }).locator('[aria-current]')
  await page.keyboard.press('Control+Shift+s')
  await name.fill(folder)
  await name.press('Enter')
  await editor.dialog.getByRole('button', { name: 'New folder' }).click()
  await page.keyboard.type('week 1')
  await page.keyboard.press('Enter')
  await expect(crumb).toHaveText('week 1')
  await name.fill('mine')
  await name.press('Enter')
  await expect(page.getByText('Saved as mine.sightline.json.').first()).toBeVisible()
  await expect(editor.dialog).toHaveCount(0)

  // Another pipeline without a file: its dialogs begin there too, also in the next window of this browser.
  await page.keyboard.press('Alt+n')
  await page.keyboard.press('Control+o')
  await expect(crumb).toHaveText('week 1')
  await editor.dialog.getByRole('button', { name: 'The folder above' }).click()
  await expect(crumb).not.toHaveText('week 1')
  await editor.dialog.getByRole('button', { name: 'Recent folders' }).click()
  await page.getByRole('menuitem', { name: /week 1$/ }).click()
  await expect(crumb).toHaveText('week 1')
})
