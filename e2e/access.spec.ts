/** Accessibility: axe finds nothing serious, and the keyboard is enough. */
import { type Editor, expect, test } from './app.ts'

/** What axe calls serious or critical, in words that locate it. */
async function isAccessible(editor: Editor, where: string, within = 'html'): Promise<void> {
  // Elements that are fading in have no contrast yet.
  await expect
    .poll(() => editor.page.evaluate(() => document.getAnimations().filter((a) => a.playState === 'running').length))
    .toBe(0)
  expect(await editor.faults(within, true), where).toEqual([])
}

for (const colorScheme of ['light', 'dark'] as const)
  test(`axe finds nothing serious, ${colorScheme}`, { tag: '@browser' }, async ({ editor, page }) => {
    test.setTimeout(120_000)
    await page.emulateMedia({ colorScheme })
    await editor.settled('strong', 'inspect')
    await isAccessible(editor, 'editor')
    await editor.addFromPalette('Load image', 320, 480)
    await editor.select('load-image')
    const path = editor.inspector.getByRole('textbox', { name: 'File' })
    await path.fill('/nowhere/cat.jpg')
    await path.press('Enter')
    await expect(editor.node('load-image')).toContainText(/no file at/i)
    await editor.select('photo')
    await page.keyboard.press('1')
    await page.keyboard.press('f')
    await editor.select('blur')
    await page.keyboard.press('2')
    await page.keyboard.press('Shift+H')
    await page.keyboard.press('Control+4')
    await expect(editor.viewer.getByRole('application')).toHaveCount(2)
    await isAccessible(editor, 'inspector, viewer, statistics and problems open')
    await page.keyboard.press('Control+3')
    await page.keyboard.press('Control+4')

    for (const [where, keys] of [
      ['command palette', 'Control+k'],
      ['list of shortcuts', '?'],
      ['open: unsaved changes', 'Control+o'],
      ['save', 'Control+Shift+s'],
      ['add a node', 'Tab'],
    ] as const) {
      // Tab adds a node where nothing else has the focus.
      if (keys === 'Tab') await editor.pane.click({ position: { x: 8, y: 8 } })
      await page.keyboard.press(keys)
      await expect(editor.dialog).toBeVisible()
      // What an open dialog does to the page around it is the same for all of them.
      await isAccessible(editor, where, where === 'command palette' ? 'html' : '[role="dialog"]')
      await page.keyboard.press('Escape')
      await expect(editor.dialog).toHaveCount(0)
    }
    await page.keyboard.press('Control+k')
    await page.keyboard.type('about')
    await page.keyboard.press('Enter')
    await expect(editor.dialog).toContainText('Licence')
    await isAccessible(editor, 'about', '[role="dialog"]')
    await page.keyboard.press('Escape')
    await editor.button('Menu').click()
    await expect(page.getByRole('menu')).toBeVisible()
    // The page behind an open menu is inert: the focus cannot reach it.
    for (let i = 0; i < 3; i++) await page.keyboard.press('Tab')
    expect(await page.getByRole('menu').evaluate((e) => e.contains(document.activeElement))).toBe(true)
    await isAccessible(editor, 'menu', '[role="menu"]')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Alt+n')
    await editor.dialog.getByRole('button', { name: 'Do not save' }).click()
    await expect(editor.button('Use a sample')).toBeVisible()
    await isAccessible(editor, 'empty canvas')
    await page.keyboard.press('Control+o')
    await expect(editor.dialog.getByRole('listbox')).toBeVisible()
    await isAccessible(editor, 'open', '[role="dialog"]')
  })

test('dialogs take the focus, close with Escape and give it back', { tag: '@browser' }, async ({ editor, page }) => {
  await editor.select('blur')
  const slider = editor.inspector.getByRole('slider', { name: 'Sigma' })
  for (const keys of ['Control+k', '?', 'Control+o', 'Control+Shift+s']) {
    await slider.focus()
    await page.keyboard.press(keys)
    await expect(editor.dialog).toBeVisible()
    expect(await editor.dialog.evaluate((e) => e.contains(document.activeElement)), keys).toBe(true)
    // The focus stays inside.
    for (let i = 0; i < 12; i++) await page.keyboard.press('Tab')
    expect(await editor.dialog.evaluate((e) => e.contains(document.activeElement)), keys).toBe(true)
    await page.keyboard.press('Escape')
    await expect(editor.dialog).toHaveCount(0)
    await expect(slider, `${keys} gives the focus back`).toBeFocused()
  }
  const menu = editor.button('Menu')
  await menu.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('menu')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(menu).toBeFocused()
})

test('with the keyboard alone: add nodes, select, change a parameter, look, undo', async ({ editor, page }) => {
  await editor.newDocument()
  for (const name of ['sample', 'gaussian']) {
    await page.keyboard.press('Tab')
    await page.keyboard.type(name)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('dialog')).toHaveCount(0)
  }
  await expect(editor.nodes).toHaveCount(2)
  await expect(editor.node('gaussian-blur')).toHaveAttribute('data-selected', 'true')
  await page.keyboard.press('Shift+ArrowDown')

  // To the form: backwards from the canvas is the end of the inspector.
  const sigma = editor.inspector.getByRole('slider', { name: 'Sigma' })
  do {
    await page.keyboard.press('Shift+Tab')
    expect(await editor.inspector.evaluate((e) => e.contains(document.activeElement)), 'still in the form').toBe(true)
  } while (!(await sigma.evaluate((e) => e === document.activeElement)))
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await expect(editor.node('gaussian-blur')).toContainText('1.7 px')
  // The focused element is visibly focused.
  const ring = await sigma.evaluate((e) => {
    const { outlineStyle, boxShadow } = getComputedStyle(e)
    return outlineStyle !== 'none' || boxShadow !== 'none'
  })
  expect(ring).toBe(true)
  await page.keyboard.press('1')
  await expect(editor.viewer).toBeVisible()
  await page.keyboard.press('Control+z')
  await page.keyboard.press('Control+z')
  await page.keyboard.press('Control+z')
  await page.keyboard.press('Control+z')
  await expect(editor.nodes).toHaveCount(1)
})
