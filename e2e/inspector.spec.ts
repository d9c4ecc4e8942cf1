/** The form of a node: every kind of field, by pointer and keyboard, and its undo. */
import { expect, test } from './app.ts'

const sigma = 'Sigma'

test('a slider: the picture follows while it moves, the drag is one step of undo', { tag: '@desktop' }, async ({
  editor,
  page,
}) => {
  await editor.select('blur')
  await editor.settled('blur', 'edges')
  const slider = editor.inspector.getByRole('slider', { name: sigma })
  const field = editor.inspector.getByRole('textbox', { name: sigma })
  await expect(field).toHaveValue('2')
  await expect(editor.inspector).toContainText('px')
  const before = await editor.pixels('blur')

  const box = await slider.boundingBox()
  if (!box) throw new Error('no slider')
  const y = box.y + box.height / 2
  await editor.drag({ x: box.x + box.width * 0.3, y }, { x: box.x + box.width * 0.9, y }, 10)
  await expect
    .poll(() => editor.pixels('blur'), { message: 'a quick preview comes before it is let go' })
    .not.toBe(before)
  await page.mouse.up()
  await editor.settled('blur', 'edges')
  const value = Number(await field.inputValue())
  expect(value).toBeGreaterThan(4)
  // The same number appears everywhere.
  await expect(editor.node('blur')).toContainText(`${value} px`)

  await page.keyboard.press('Control+z')
  await expect(field).toHaveValue('2')
  await expect.poll(() => editor.pixels('blur')).toBe(before)
  await page.keyboard.press('Control+Shift+z')
  await expect(field).toHaveValue(String(value))
})

test('a node that is seen to be selected has its form already', async ({ editor, page }) => {
  // In between, the keyboard focus would enter a form that is about to be replaced.
  const name = page.evaluate(
    () =>
      new Promise((resolve) => {
        const look = (): void => {
          if (document.querySelector('[data-node="blur"][data-selected="true"]'))
            resolve(document.querySelector<HTMLInputElement>('[aria-label="Inspector"] input')?.value)
        }
        new MutationObserver(look).observe(document.body, { subtree: true, attributeFilter: ['data-selected'] })
      }),
  )
  await editor.select('blur')
  expect(await name).toBe('Gaussian blur')
})

test('a number is typed, with words for what cannot be, and reset to its default', async ({ editor, page }) => {
  await editor.select('blur')
  const field = editor.inspector.getByRole('textbox', { name: sigma })
  const form = editor.inspector
  await field.fill('3.5')
  await field.press('Enter')
  await expect(editor.node('blur')).toContainText('3.5 px')
  // A decimal comma, as used in half of Europe, and the unit.
  await field.fill('4,25 px')
  await field.press('Enter')
  await expect(field).toHaveValue('4.25')
  await field.fill('1000')
  await field.press('Enter')
  await expect(form).toContainText('1000 is not a number from 0 to 64 px; 64 was taken.')
  await expect(field).toHaveValue('64')
  await field.fill('much')
  await field.press('Enter')
  await expect(form).toContainText('“much” is not a number; 64 was kept.')
  await field.fill('9')
  await field.press('Escape')
  await expect(field).toHaveValue('64')
  await field.press('ArrowDown')
  await expect(field).not.toHaveValue('64')
  await editor.button('Reset sigma').click()
  await expect(field).toHaveValue('1.5')
  await expect(editor.button('Reset sigma')).toHaveCount(0)
  await page.keyboard.press('Control+z')
  await expect(field).not.toHaveValue('1.5')
})

test('the keyboard moves a slider, finely with Shift', async ({ editor, page }) => {
  await editor.select('blur')
  const slider = editor.inspector.getByRole('slider', { name: sigma })
  const now = async () => Number(await slider.getAttribute('aria-valuenow'))
  await slider.focus()
  await page.keyboard.press('ArrowRight')
  expect(await now()).toBeGreaterThan(2)
  await page.keyboard.press('Home')
  expect(await now()).toBe(0)
  await page.keyboard.press('PageUp')
  const big = await now()
  await page.keyboard.press('ArrowRight')
  expect((await now()) - big).toBeLessThan(big)
  expect(await slider.getAttribute('aria-valuetext')).toMatch(/px$/)
})

test('a choice changes the picture, from a list and from buttons', async ({ editor, page }) => {
  await editor.select('photo')
  await editor.settled('photo')
  const before = await editor.pixels('photo')
  await editor.inspector.getByRole('combobox', { name: 'Picture' }).click()
  await page.getByRole('option', { name: 'Cat' }).click()
  await expect.poll(() => editor.pixels('photo')).not.toBe(before)
  await expect(editor.node('photo')).toContainText('300 × 451')
  await page.keyboard.press('Control+z')
  await expect.poll(() => editor.pixels('photo')).toBe(before)
  await expect(editor.node('photo')).toContainText('400 × 600')
})

test('the matrix of a custom kernel: cells, presets, text, size, and a pasted matrix', async ({ editor, page }) => {
  await editor.open({
    nodes: [
      { id: 'photo', type: 'io/sample-image', params: { name: 'camera' }, position: { x: 0, y: 0 } },
      { id: 'kernel', type: 'filter/custom-kernel', position: { x: 280, y: 0 } },
    ],
    edges: [{ from: 'photo.image', to: 'kernel.image' }],
  })
  await editor.settled('photo', 'kernel')
  await editor.select('kernel')
  const form = editor.inspector
  const cell = (row: number, column: number) =>
    form.getByRole('textbox', { name: `Kernel, row ${row}, column ${column}` })
  await expect(cell(2, 2)).toHaveValue('4')
  await expect(form).toContainText('Sum 16')

  const smooth = await editor.pixels('kernel')
  await editor.button('Presets').click()
  await page.getByRole('menuitem', { name: /emboss/i }).click()
  await expect(cell(3, 3)).toHaveValue('2')
  await expect.poll(() => editor.pixels('kernel')).not.toBe(smooth)

  await cell(2, 2).fill('5')
  await cell(2, 2).press('Enter')
  await expect(form).toContainText('Sum 5')
  // The colour of a cell follows its sign and magnitude.
  const tint = (row: number, column: number) =>
    cell(row, column).evaluate((e) => getComputedStyle(e.closest('[data-sign] > span') ?? e).backgroundColor)
  expect(await tint(1, 2), 'negative and positive look different').not.toBe(await tint(3, 2))

  await form.getByRole('textbox', { name: 'Kernel, rows' }).fill('5')
  await form.getByRole('textbox', { name: 'Kernel, rows' }).press('Enter')
  await expect(cell(5, 1)).toBeVisible()
  await form.getByRole('textbox', { name: 'Kernel, rows' }).fill('4')
  await form.getByRole('textbox', { name: 'Kernel, rows' }).press('Enter')
  await expect(form.getByRole('status').filter({ hasText: '4 is not' })).toBeVisible()

  await form.getByRole('button', { name: 'Text', exact: true }).click()
  const text = form.getByRole('textbox', { name: 'Kernel', exact: true })
  await text.fill('[[0, 0, 0], [0, 1, 0], [0, 0, 0]]')
  await form.getByRole('button', { name: 'Cells' }).click()
  await expect(cell(2, 2)).toHaveValue('1')
  await expect(cell(4, 1)).toHaveCount(0)
  // The identity kernel: the preview was the picture itself.
  await expect.poll(() => editor.pixels('kernel')).toBe(await editor.pixels('photo'))
  await page.keyboard.press('Control+z')
  await expect(cell(2, 2)).not.toHaveValue('1')
})

test('a file field: chosen in the dialog, shown at once, and named where there is none', { tag: '@desktop' }, async ({
  editor,
  page,
  folder,
}) => {
  const { default: sharp } = await import('sharp')
  const { join } = await import('node:path')
  await sharp({ create: { width: 40, height: 30, channels: 3, background: '#c04020' } })
    .png()
    .toFile(join(folder, 'brick.png'))
  await editor.addFromPalette('Load image', 320, 460)
  const node = editor.node('load-image')
  await expect(node).toContainText(/waiting for a file: choose one/i)
  await editor.select('load-image')
  await editor.choose(
    () => editor.inspector.getByRole('button', { name: 'Choose a file' }).click(),
    join(folder, 'brick.png'),
  )
  await expect(editor.dialog).toHaveCount(0)
  await expect(node).toContainText('30 × 40')
  await expect
    .poll(() =>
      editor
        .preview('load-image')
        .evaluate((c: HTMLCanvasElement) => Array.from(c.getContext('2d')?.getImageData(3, 3, 1, 1).data ?? [])),
    )
    .toEqual([0xc0, 0x40, 0x20, 255])
  await expect(editor.inspector.getByRole('textbox', { name: 'File' })).toHaveValue(/brick\.png$/)
  await page.keyboard.press('Control+z')
  await expect(node).toContainText(/waiting for a file: choose one/i)
})

test('several nodes at once have a form of what they share', async ({ editor }) => {
  await editor.addFromPalette('Gaussian blur', 320, 460)
  await editor.select('gaussian-blur', 'blur')
  await expect(editor.inspector).toContainText('2 nodes selected')
  await expect(editor.inspector).toContainText('Differs among the selected nodes.')
  const field = editor.inspector.getByRole('textbox', { name: sigma })
  await field.fill('7')
  await field.press('Enter')
  await expect(editor.node('blur')).toContainText('7 px')
  await expect(editor.node('gaussian-blur')).toContainText('7 px')
})
