/** Putting a pipeline in order by hand: copies, frames, subgraphs, and undo that finds its way back into them. */
import { expect, test } from './app.ts'

test('a subgraph with its frame is made, looked into, undone from outside, and taken apart', async ({
  editor,
  page,
}) => {
  const nodes = page.locator('[data-node]')
  const frames = page.locator('[data-frame]')
  const all = await nodes.count()
  await editor.node('gray').getByRole('heading').click()
  await editor
    .node('blur')
    .getByRole('heading')
    .click({ modifiers: ['Control'] })
  await page.keyboard.press('Shift+F')
  await page.keyboard.press('Enter')
  await expect(frames).toHaveCount(1)
  await page.locator('.frame-title').click()
  await editor
    .node('gray')
    .getByRole('heading')
    .click({ modifiers: ['Control'] })
  await editor
    .node('blur')
    .getByRole('heading')
    .click({ modifiers: ['Control'] })
  await page.keyboard.press('Control+g')
  await expect(nodes).toHaveCount(all - 1)
  await expect(frames).toHaveCount(0)
  await editor.hasPicture('edges')

  await page.keyboard.press('Enter')
  await expect(editor.node('blur')).toBeVisible()
  await expect(frames).toHaveCount(1)
  await editor.node('blur').getByRole('heading').click()
  await page.keyboard.press('m')
  await expect(editor.node('blur')).toHaveAttribute('data-state', 'bypassed')
  await page.keyboard.press('Shift+Enter')
  await expect(editor.node('photo')).toBeVisible()
  await page.keyboard.press('Control+z')
  await expect(editor.node('blur'), 'the window goes where the change was').toHaveAttribute(
    'data-state',
    /done|unchanged/,
  )

  await page.keyboard.press('Shift+Enter')
  await page.keyboard.press('Control+Shift+g')
  await expect(nodes).toHaveCount(all)
  await expect(frames).toHaveCount(1)
  await editor.hasPicture('edges')
})

test('copies are pasted and duplicated, survive a reload, and go with undo', async ({ editor, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const nodes = page.locator('[data-node]')
  const all = await nodes.count()
  await editor.node('blur').getByRole('heading').click()
  await page.keyboard.press('Control+d')
  await editor.hasPicture('blur-2')
  await expect(editor.socket('blur-2.image', 'in')).toHaveAttribute('data-wired', 'true')
  await page.keyboard.press('Control+c')
  await page.keyboard.press('Control+v')
  await expect(editor.node('blur-3')).toBeVisible()
  await expect(editor.socket('blur-3.image', 'in')).not.toHaveAttribute('data-wired', 'true')
  await page.keyboard.press('Control+z')
  await expect(nodes).toHaveCount(all + 1)
  await page.reload()
  await editor.ready()
  await expect(nodes).toHaveCount(all + 1)
  await editor.hasPicture('blur-2')
})
