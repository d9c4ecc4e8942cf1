/** Pipelines and pictures in files: opened, saved, dropped, asked about, and never lost. */
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { type Editor, expect, test } from './app.ts'

const small = {
  format: 'sightline',
  version: 1,
  title: 'Small',
  nodes: [
    { id: 'cat', type: 'io/sample-image', params: { name: 'chelsea' }, position: { x: 0, y: 0 } },
    { id: 'soft', type: 'filter/gaussian-blur', params: { sigma: 3 }, position: { x: 280, y: 0 } },
  ],
  edges: [{ from: 'cat.image', to: 'soft.image' }],
}
const change = async (editor: Editor): Promise<void> => {
  await editor.page.keyboard.press('Control+a')
  await editor.page.keyboard.press('Shift+ArrowDown')
}

test('open, change, save, save as: the file is what is seen', async ({ editor, page, folder }) => {
  const file = join(folder, 'small.sightline.json')
  await writeFile(file, JSON.stringify(small))
  await editor.openFile(file)
  await expect(editor.nodes).toHaveCount(2)
  await expect(editor.title).toHaveValue('Small')
  await editor.hasPicture('soft')
  await expect(editor.unsaved).toHaveCount(0)

  await editor.select('soft')
  const sigma = editor.inspector.getByRole('textbox', { name: 'Sigma' })
  await sigma.fill('8')
  await sigma.press('Enter')
  await expect(editor.unsaved).toBeVisible()
  await sigma.blur()
  await page.keyboard.press('Control+s')
  await expect(editor.unsaved).toHaveCount(0)
  const saved = JSON.parse(await readFile(file, 'utf8'))
  expect(saved.nodes.find(({ id }: { id: string }) => id === 'soft').params).toEqual({ sigma: 8 })
  expect(saved.edges).toEqual(small.edges)

  await editor.saveAs(join(folder, 'other.sightline.json'))
  expect(JSON.parse(await readFile(join(folder, 'other.sightline.json'), 'utf8')).nodes).toEqual(saved.nodes)
})

test('the page’s own dialogs show what is in a folder, propose a name, and ask before they overwrite', {
  tag: '@browser',
}, async ({ editor, page, folder }) => {
  const file = join(folder, 'small.sightline.json')
  await writeFile(file, JSON.stringify(small))
  await page.keyboard.press('Control+o')
  const name = editor.dialog.getByRole('textbox').last()
  await name.fill(folder)
  await name.press('Enter')
  await editor.dialog.getByRole('option', { name: /small/ }).dblclick()
  await expect(editor.nodes).toHaveCount(2)

  await page.keyboard.press('Control+Shift+s')
  const as = editor.dialog.getByRole('textbox').last()
  await expect(as).toHaveValue('small.sightline.json')
  await as.fill('other')
  await editor.dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(editor.dialog).toHaveCount(0)
  expect(existsSync(join(folder, 'other.sightline.json'))).toBe(true)
  // Over an existing file: asks first.
  await page.keyboard.press('Control+Shift+s')
  await editor.dialog.getByRole('textbox').last().fill('small')
  await editor.dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(editor.dialog).toContainText('A file with this name exists.')
  await editor.dialog.getByRole('button', { name: 'Cancel' }).click()
})

test('what is typed before the folder is listed counts once it is', { tag: '@browser' }, async ({
  editor,
  page,
  folder,
}) => {
  const inside = join(folder, 'inside')
  await mkdir(inside)
  await writeFile(join(inside, 'a.sightline.json'), JSON.stringify({ ...small, title: 'Another' }))
  await writeFile(join(inside, 'small.sightline.json'), JSON.stringify(small))
  await editor.choose(() => page.keyboard.press('Control+Shift+s'), join(inside, 'mine'))
  await expect(editor.dialog).toHaveCount(0)
  for (const begin of ['list', 'name']) {
    const held = await editor.holdsBack('"entries":[{"name"')
    await page.keyboard.press('Escape')
    await expect(editor.start).toHaveCount(0)
    await page.keyboard.press('Control+o')
    if (begin === 'name') await editor.dialog.getByRole('textbox').last().focus()
    else await expect(editor.dialog.getByRole('listbox')).toBeFocused()
    await page.keyboard.type(begin === 'list' ? 'sm' : 'a.sightline.json')
    await page.keyboard.press('Enter')
    await expect.poll(held.count).toBe(1)
    await expect(editor.dialog).toContainText('Looking…')
    held.release()
    await expect(editor.dialog).toHaveCount(0)
    await expect(editor.title).toHaveValue(begin === 'list' ? 'Small' : 'Another')
  }
})

test('unsaved changes are asked about: cancel, do not save, save', async ({ editor, page, folder }) => {
  await editor.settled('strong')
  await change(editor)
  await expect(editor.unsaved).toBeVisible()
  await page.keyboard.press('Alt+n')
  await expect(editor.dialog).toContainText('Save the changes to “From a photo to its edges”?')
  await page.keyboard.press('Escape')
  await expect(editor.nodes).toHaveCount(6)

  await page.keyboard.press('Alt+n')
  const file = join(folder, 'kept.sightline.json')
  await editor.choose(() => editor.dialog.getByRole('button', { name: 'Save', exact: true }).click(), file)
  await expect(editor.nodes, 'and the new pipeline is there').toHaveCount(0)
  expect(JSON.parse(await readFile(file, 'utf8')).nodes).toHaveLength(6)

  await page.keyboard.press('Tab')
  await page.keyboard.type('median')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Alt+n')
  await editor.dialog.getByRole('button', { name: 'Do not save' }).click()
  await expect(editor.nodes).toHaveCount(0)
})

test('a file that another program changed is not overwritten unasked', async ({ editor, page, folder }) => {
  const file = join(folder, 'shared.sightline.json')
  await editor.saveAs(file)
  // Without unsaved changes there would be nothing to ask: the file would be reloaded.
  await change(editor)
  await expect(editor.unsaved).toBeVisible()
  await writeFile(file, JSON.stringify({ ...small, title: 'Of somebody else' }))
  await page.keyboard.press('Control+s')
  await expect(editor.dialog).toContainText('This file was changed by another program')
  expect(JSON.parse(await readFile(file, 'utf8')).title).toBe('Of somebody else')
  await editor.dialog.getByRole('button', { name: 'Overwrite' }).click()
  await expect.poll(async () => JSON.parse(await readFile(file, 'utf8')).nodes.length).toBe(6)
})

test('a pipeline that is dropped is opened; one that is broken is refused in words', async ({
  editor,
  page,
  folder,
}) => {
  const file = join(folder, 'small.sightline.json')
  await writeFile(file, JSON.stringify(small))
  await editor.dropFiles([file], { x: 300, y: 300 })
  await expect(editor.nodes).toHaveCount(2)
  await expect(editor.title).toHaveValue('Small')
  await editor.hasPicture('soft')
  await editor.drop([{ name: 'broken.json', type: 'application/json', content: '{"format": "sightline", "no' }], {
    x: 300,
    y: 300,
  })
  // A dropped pipeline is in no file of ours, so it counts as unsaved; a broken one is refused before anything is asked.
  await expect(page.getByRole('region', { name: /Notifications/ }).getByText(/not valid JSON/)).toBeVisible()
  await expect(editor.nodes).toHaveCount(2)
})

test('pictures that are dropped become nodes where they fall, and say what they are', async ({ editor, folder }) => {
  await editor.newDocument()
  const files = await Promise.all(
    ['red', 'blue'].map(async (colour) => {
      const file = join(folder, `${colour}.png`)
      await sharp({ create: { width: 64, height: 48, channels: 3, background: colour } })
        .png()
        .toFile(file)
      return file
    }),
  )
  const pane = await editor.pane.boundingBox()
  if (!pane) throw new Error('no canvas')
  await editor.dropFiles(files, { x: 220, y: 160 })
  await expect(editor.nodes).toHaveCount(2)
  const [first] = await editor.boxes('load-image')
  expect(Math.abs((first?.x ?? 0) - pane.x - 220)).toBeLessThan(4)
  expect(Math.abs((first?.y ?? 0) - pane.y - 160)).toBeLessThan(4)
  await editor.settled('load-image', 'load-image-2')
  const colour = (id: string) =>
    editor
      .preview(id)
      .evaluate((c: HTMLCanvasElement) => Array.from(c.getContext('2d')?.getImageData(5, 5, 1, 1).data ?? []))
  await expect.poll(() => colour('load-image')).toEqual([255, 0, 0, 255])
  await expect.poll(() => colour('load-image-2')).toEqual([0, 0, 255, 255])

  // Other files are named in a message, not ignored.
  await editor.drop([{ name: 'notes.txt', type: 'text/plain', content: 'hello' }], { x: 500, y: 400 })
  await expect(editor.page.getByText('"notes.txt" cannot be opened here.').first()).toBeVisible()
  await expect(editor.nodes).toHaveCount(2)
})

test('a reload loses nothing', async ({ editor, page }) => {
  await editor.settled('strong')
  await editor.select('blur')
  await page.keyboard.press('Control+d')
  await expect(editor.nodes).toHaveCount(7)
  page.on('dialog', (dialog) => dialog.accept())
  await editor.reload()
  await expect(editor.nodes).toHaveCount(7)
  await expect(editor.unsaved).toBeVisible()
  await editor.hasPicture('blur-2')
})

test('a second window works on its own', async ({ editor, page, anotherWindow, closeWindow }) => {
  const second = await anotherWindow()
  await second.settled('edges')
  await second.select('blur')
  await second.page.keyboard.press('Delete')
  await expect(second.nodes).toHaveCount(5)
  await page.bringToFront()
  await expect(editor.nodes).toHaveCount(6)
  const before = await editor.pixels('edges')
  await editor.dragSlider(editor.node('blur').getByRole('slider', { name: 'Sigma' }), 0.2, 0.8)
  await expect.poll(() => editor.pixels('edges')).not.toBe(before)
  await closeWindow(second)
  await editor.settled('edges')
})
