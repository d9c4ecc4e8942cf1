/** Finding a node by any of its names, and adding it to the canvas. */
import { expect, test } from './app.ts'

test('the search finds nodes by the names people use', async ({ editor }) => {
  const search = editor.palette.getByRole('textbox', { name: 'Search nodes' })
  const first = editor.palette.getByRole('listitem').first()
  for (const [words, title] of [
    ['color', 'Convert colour'],
    ['colour', 'Convert colour'],
    ['grayscale', 'Convert colour'],
    ['greyscale', 'Convert colour'],
    ['blur', 'Gaussian blur'],
    ['gausian blur', 'Gaussian blur'],
    ['gblur', 'Gaussian blur'],
    ['imread', 'Load image'],
    ['imwrite', 'Save image'],
    ['Conv2d', 'Convolution layer'],
    ['filter2D', 'Custom kernel'],
  ] as const) {
    await search.fill(words)
    await expect(first, words).toContainText(title)
  }
  await search.fill('zzzz')
  await expect(editor.palette).toContainText('No node is called “zzzz”')
  await search.press('Escape')
  await expect(search).toHaveValue('')
})

test('Basics shows few nodes, All shows all, and the choice is kept', async ({ editor }) => {
  const all = editor.palette.getByRole('radio', { name: 'All' })
  const merge = editor.palette.getByRole('button', { name: /^Merge channels/ })
  await expect(editor.palette.getByRole('button', { name: /^Gaussian blur/ })).toBeVisible()
  await expect(merge).toHaveCount(0)
  // A search looks everywhere.
  await editor.palette.getByRole('textbox').fill('merge')
  await expect(merge).toBeVisible()
  await editor.button('Clear the search').click()
  await all.click()
  await expect(merge).toBeVisible()
  await editor.reload()
  await expect(all).toBeChecked()
  await editor.palette.getByRole('button', { name: 'Colour', exact: true }).click()
  await expect(merge).toHaveCount(0)
})

test('Tab opens the list at the pointer, and Enter adds there', { tag: '@desktop' }, async ({ editor, page }) => {
  await editor.newDocument()
  const { x, y } = await editor.middle(editor.pane)
  const at = { x: x - 180, y: y + 190 }
  await page.mouse.move(at.x, at.y)
  await page.keyboard.press('Tab')
  const menu = page.getByRole('dialog', { name: 'Add a node' })
  await expect(menu).toBeVisible()
  await page.keyboard.type('sobel')
  await expect(menu.getByRole('option').first()).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(menu).toHaveCount(0)
  const middle = await editor.middle(editor.node('sobel'))
  expect(Math.hypot(middle.x - at.x, middle.y - at.y), 'the node stands under the pointer').toBeLessThan(4)

  await page.keyboard.press('Tab')
  await page.keyboard.press('Escape')
  await expect(menu).toHaveCount(0)
  await expect(editor.nodes).toHaveCount(1)
})

test('Tab adds after the selected node, and after Run too, wherever the focus was left', async ({ editor, page }) => {
  const menu = page.getByRole('dialog', { name: 'Add a node' })
  await editor.settled('edges')
  const count = await editor.nodes.count()
  await editor.select('blur')
  await page.keyboard.press('Tab')
  await expect(menu).toBeVisible()
  await page.keyboard.type('median')
  await page.keyboard.press('Enter')
  await expect(editor.nodes).toHaveCount(count + 1)
  await expect(editor.node('median')).toHaveAttribute('data-selected', 'true')
  await expect(editor.inspector).toContainText('Gaussian blur · image')
  await editor.hasPicture('median')

  await editor.button('Run').click()
  await expect(editor.button('Run')).toBeVisible()
  await page.keyboard.press('Tab')
  await expect(menu).toBeVisible()
  // What is typed is searched for, and is no shortcut.
  await page.keyboard.type('sharpen')
  await expect(menu.getByRole('option').first()).toContainText('Sharpen')
  await page.keyboard.press('Enter')
  await expect(editor.nodes).toHaveCount(count + 2)
  await expect(editor.inspector).toContainText('Median · image')
  await editor.settled('sharpen')
})

test('a double click on the bare canvas adds there; a click elsewhere gives it up', async ({ editor, page }) => {
  const box = await editor.pane.boundingBox()
  if (!box) throw new Error('no canvas')
  const at = { x: box.x + 240, y: box.y + box.height - 160 }
  await page.mouse.dblclick(at.x, at.y)
  const menu = page.getByRole('dialog', { name: 'Add a node' })
  await expect(menu).toBeVisible()
  await page.mouse.click(at.x + 400, at.y + 100)
  await expect(menu).toHaveCount(0)
  await page.mouse.dblclick(at.x, at.y)
  await page.keyboard.type('filter2d')
  await page.keyboard.press('Enter')
  const middle = await editor.middle(editor.node('custom-kernel'))
  expect(Math.hypot(middle.x - at.x, middle.y - at.y)).toBeLessThan(4)
  await expect(editor.node('custom-kernel')).toContainText('Waiting')
})

test('dragged from the list a node lands under the pointer; on a wire it is put in between', async ({
  editor,
  page,
}) => {
  const box = await editor.pane.boundingBox()
  if (!box) throw new Error('no canvas')
  await editor.addFromPalette('Sharpen', 300, box.height - 140)
  const middle = await editor.middle(editor.node('sharpen'))
  expect(Math.hypot(middle.x - box.x - 300, middle.y - box.y - box.height + 140)).toBeLessThan(4)
  await page.keyboard.press('Delete')
  await expect(editor.nodes).toHaveCount(6)

  const from = await editor.middle(editor.socket('gray.image', 'out'))
  const to = await editor.middle(editor.socket('blur.image', 'in'))
  await editor.addFromPalette('Median', (from.x + to.x) / 2 - box.x, (from.y + to.y) / 2 - box.y)
  await expect(editor.socket('median.image', 'in')).toHaveAttribute('data-wired', 'true')
  await expect(editor.wireTo('blur.image')).toHaveCount(1)
  await editor.hasPicture('median')
  await page.keyboard.press('l')
  await editor.settled('median', 'blur', 'edges')
})

test('double click and Enter in the list add in the middle of the canvas', async ({ editor, page }) => {
  await editor.newDocument()
  await editor.palette.getByRole('button', { name: /^Crop/ }).dblclick()
  const crop = await editor.middle(editor.node('crop'))
  const canvas = await editor.middle(editor.pane)
  expect(Math.hypot(crop.x - canvas.x, crop.y - canvas.y)).toBeLessThan(6)
  await editor.palette.getByRole('textbox').click()
  await page.keyboard.type('resize')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(editor.node('resize')).toBeVisible()
})
