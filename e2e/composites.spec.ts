/** Built-in nodes that are made of other nodes: opened, looked at, copied, changed. */
import { expect, test } from './app.ts'

const pipeline = {
  nodes: [
    { id: 'photo', type: 'io/sample-image', position: { x: 0, y: 0 } },
    { id: 'find', type: 'detect/yolox', params: { iou: 0.6, score: 0.4 }, position: { x: 280, y: 0 } },
  ],
  edges: [{ from: 'photo.image', to: 'find.image' }],
}
const inside = ['letterbox', 'normalise', 'model', 'decode', 'nms']

test('a built-in node opens, shows its nodes at work, and is read only until it is copied', async ({
  editor,
  page,
}) => {
  await editor.open(pipeline)
  await editor.settled('photo')
  await editor.node('find').getByText('Waiting for a file').dblclick()
  for (const id of inside) await expect(editor.node(id)).toBeVisible()
  await editor.settled('letterbox', 'normalise')
  await editor.hasPicture('letterbox')
  const banner = page.getByRole('status').filter({ hasText: 'Built in, read only' })
  await expect(banner).toBeVisible()
  await expect(page.getByRole('navigation', { name: 'Where you are' })).toContainText('YOLOX detector')

  await editor.select('nms')
  // The value that was set outside.
  await expect(editor.node('nms').locator('output')).toHaveText('0.4')
  const [before] = await editor.boxes('nms')
  const from = await editor.middle(editor.node('nms').locator('header'))
  await editor.drag(from, { x: from.x + 80, y: from.y + 60 })
  await page.mouse.up()
  expect((await editor.boxes('nms'))[0]).toEqual(before)
  await page.keyboard.press('Delete')
  await expect(page.getByText('belong to Sightline and cannot be changed').first()).toBeVisible()
  await expect(editor.node('nms')).toBeVisible()

  await banner.getByRole('button', { name: 'Make my own copy' }).click()
  await expect(banner).toBeHidden()
  for (const id of inside) await expect(editor.node(id)).toBeVisible()
  await editor.select('nms')
  await page.keyboard.press('Delete')
  await expect(editor.node('nms')).toBeHidden()
  await page.keyboard.press('ControlOrMeta+z')
  await expect(editor.node('nms')).toBeVisible()
  await page.keyboard.press('ControlOrMeta+z')
  await expect(editor.node('find')).toBeVisible()
  await editor.select('find')
  await page.keyboard.press('Enter')
  await expect(banner).toBeVisible()
  await page.keyboard.press('Shift+Enter')
  await expect(editor.node('photo')).toBeVisible()
})

test('a built-in node is taken apart into its nodes, wired as it was', async ({ editor, page }) => {
  await editor.open(pipeline)
  await editor.settled('photo')
  await editor.select('find')
  await page.keyboard.press('ControlOrMeta+Shift+g')
  for (const id of inside.slice(0, 3)) await expect(editor.node(id)).toBeVisible()
  await expect(editor.wireTo('letterbox.image')).toBeVisible()
  await editor.settled('normalise')
})
