/** The window around the canvas: commands, shortcuts, problems, running, themes, and whether everything fits. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { type Editor, expect, test } from './app.ts'

test('every command is found by name in the command palette', async ({ editor, page }) => {
  const palette = page.getByRole('dialog', { name: 'All commands' })
  await editor.settled('strong')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('lay out')
  await expect(palette.getByRole('option').first()).toContainText('Lay out')
  await expect(palette.getByRole('option').first(), 'with its key').toContainText('L')
  await page.keyboard.press('Escape')
  await expect(palette).toHaveCount(0)
  // Nodes can be added from here too; synonyms find commands.
  await page.keyboard.press('Control+k')
  await page.keyboard.type('medianblur')
  await page.keyboard.press('Enter')
  await expect(editor.node('median')).toBeVisible()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('mute')
  await expect(palette.getByRole('option').first()).toContainText('Bypass')
  await page.keyboard.press('Enter')
  await expect(editor.node('median')).toContainText('bypassed')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('qqqq')
  await expect(palette).toContainText('Nothing is called “qqqq”.')
})

test('the menu keeps its order, whatever is selected in between', { tag: '@browser' }, async ({ editor, page }) => {
  const items = async (): Promise<string[]> => {
    await editor.button('Menu').click()
    const names = await page.getByRole('menuitem').allInnerTexts()
    await page.keyboard.press('Escape')
    return names
  }
  const before = await items()
  expect(before[0]).toBe('File')
  for (const id of ['gray', 'blur', 'edges']) {
    await editor.select(id)
    expect(await items()).toEqual(before)
  }
})

test('? lists every shortcut, and the list can be searched', async ({ editor, page }) => {
  await page.keyboard.press('?')
  await expect(editor.dialog).toBeVisible()
  const lines = editor.dialog.locator('dl > div')
  expect(await lines.count()).toBeGreaterThan(40)
  await page.keyboard.type('bypass')
  await expect(lines).toHaveCount(1)
  await expect(lines).toContainText('M')
  await page.keyboard.press('Escape')
  await expect(editor.dialog).toHaveCount(0)
})

test('a problem in the list leads to its node', { tag: '@browser' }, async ({ editor, page }) => {
  await editor.addFromPalette('Load image', 320, 480)
  await editor.select('load-image')
  const path = editor.inspector.getByRole('textbox', { name: 'File' })
  await path.fill('/nowhere/cat.jpg')
  await path.press('Enter')
  await expect(editor.node('load-image')).toContainText(/no file at/i)
  await editor.node('load-image').getByRole('button', { name: 'Show all' }).click()
  const problems = page.getByRole('region', { name: 'Problems' })
  const line = problems.getByRole('button', { name: /Load image/ })
  await expect(line).toContainText('There is no file at "/nowhere/cat.jpg"')

  // From somewhere else, with nothing selected.
  const { x, y } = await editor.middle(editor.node('strong'))
  await page.mouse.move(x, y)
  await page.mouse.wheel(0, -1500)
  await expect(editor.node('load-image')).toHaveCount(0)
  await line.click()
  await expect(editor.node('load-image')).toBeInViewport()
  await expect(editor.node('load-image')).toHaveAttribute('data-selected', 'true')
  await page.keyboard.press('Delete')
  await expect(problems).toContainText('No problems.')
})

test('a long run tells how far it is and can be cancelled', { tag: '@browser' }, async ({ editor, page }) => {
  await editor.open({
    nodes: [
      { id: 'photo', type: 'io/sample-image', position: { x: 0, y: 0 } },
      {
        id: 'large',
        type: 'geometry/resize',
        params: { width: 4500, height: 3000 },
        position: { x: 280, y: 0 },
      },
      { id: 'slow', type: 'filter/median', params: { size: 21 }, position: { x: 560, y: 0 } },
    ],
    edges: [
      { from: 'photo.image', to: 'large.image' },
      { from: 'large.image', to: 'slow.image' },
    ],
  })
  await editor.settled('photo')
  const cancel = editor.button('Cancel')
  await expect(cancel).toBeVisible()
  await expect(page.getByRole('banner')).toContainText(/\d of 3/)
  await expect(editor.node('slow')).toContainText(/running|\d %/)
  await cancel.click()
  await expect(editor.button('Run')).toBeVisible()
  await expect(editor.node('slow')).not.toContainText(/running|\d %/)
  // It is not stuck: a smaller one runs.
  await editor.select('large')
  const width = editor.inspector.getByRole('textbox', { name: 'Width' })
  await width.fill('60')
  await width.press('Enter')
  await editor.settled('slow')
})

test('Save image writes only when Run is pressed, and writes what is seen', async ({ editor, page, folder }) => {
  const file = join(folder, 'edges.png')
  await editor.addFromPalette('Save image', 320, 480)
  await editor.wire('gray.image', 'save-image.image')
  await editor.select('save-image')
  const path = editor.inspector.getByRole('textbox', { name: 'File' })
  await path.fill(file)
  await path.press('Enter')
  await expect(editor.node('save-image')).toContainText(/runs on run/i)
  await editor.settled('gray')
  expect(existsSync(file)).toBe(false)
  await page.getByRole('banner').getByRole('button', { name: 'Run' }).click()
  await editor.settled('save-image')
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true })
  expect([info.width, info.height]).toEqual([600, 400])
  const { data: photo } = await sharp('assets/samples/coffee.jpg').raw().toBuffer({ resolveWithObject: true })
  for (const [x, y] of [
    [10, 10],
    [300, 200],
    [590, 395],
  ] as const) {
    const i = y * 600 + x
    const [r, g, b] = [...photo.subarray(3 * i, 3 * i + 3)]
    const gray = 0.299 * (r ?? 0) + 0.587 * (g ?? 0) + 0.114 * (b ?? 0)
    expect(Math.abs((data[i * info.channels] ?? 0) - gray), `gray at ${x}, ${y}`).toBeLessThanOrEqual(1)
  }
})

const brightness = (editor: Editor, what: string): Promise<number> =>
  editor.page
    .locator(what)
    .first()
    .evaluate((element) => {
      const canvas = document.createElement('canvas')
      const context = canvas.getContext('2d')
      if (!context) return Number.NaN
      context.fillStyle = getComputedStyle(element).backgroundColor
      context.fillRect(0, 0, 1, 1)
      const [r = 0, g = 0, b = 0] = context.getImageData(0, 0, 1, 1).data
      return (r + g + b) / 3
    })

test('light, dark, and as the system has it', { tag: '@browser' }, async ({ editor, page }) => {
  const theme = async (name: string): Promise<void> => {
    await page.keyboard.press('Control+k')
    await page.keyboard.type(`theme ${name}`)
    await page.keyboard.press('Enter')
  }
  const body = () => brightness(editor, 'body')
  await page.emulateMedia({ colorScheme: 'light' })
  expect(await body()).toBeGreaterThan(200)
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await body(), 'follows the system').toBeLessThan(60)
  await theme('light')
  await expect.poll(body).toBeGreaterThan(200)
  await editor.reload()
  expect(await body(), 'the choice is kept').toBeGreaterThan(200)
  await page.emulateMedia({ colorScheme: 'light' })
  await theme('dark')
  await expect.poll(body).toBeLessThan(60)
  await theme('system')
  await expect.poll(body).toBeGreaterThan(200)
})

/** Every control is inside the window, not covered, and its text is complete. */
async function everythingFits(editor: Editor): Promise<void> {
  const wrong = await editor.page.evaluate(() => {
    const found: string[] = []
    const { innerWidth, innerHeight, document } = window
    if (document.documentElement.scrollWidth > innerWidth) found.push('the page scrolls sideways')
    if (document.documentElement.scrollHeight > innerHeight) found.push('the page scrolls')
    const name = (e: Element): string => e.getAttribute('aria-label') ?? e.textContent?.trim().slice(0, 40) ?? e.tagName
    const within = '[role="dialog"], header, nav[aria-label="Nodes"], aside, [aria-label="Viewer"]'
    for (const element of document.querySelectorAll<HTMLElement>('button, input, [role="slider"], [role="combobox"]')) {
      const panel = element.closest<HTMLElement>(within)
      const box = element.getBoundingClientRect()
      if (!panel || box.width === 0 || element.closest('.react-flow')) continue
      const around = panel.getBoundingClientRect()
      // Content that can be scrolled into view is not cut off.
      const middle = box.y + box.height / 2
      if (middle < around.top || middle > Math.min(around.bottom, innerHeight)) continue
      if (box.left < around.left - 1 || box.right > around.right + 1 || box.right > innerWidth + 1)
        found.push(`“${name(element)}” reaches out of its panel`)
      const top = document.elementFromPoint(box.x + box.width / 2, middle)
      if (top && !element.contains(top) && !top.contains(element) && !top.closest('label')?.contains(element))
        found.push(`“${name(element)}” lies under “${name(top)}”`)
      if (element.matches('header button') && element.scrollWidth > element.clientWidth + 1)
        found.push(`“${name(element)}” is cut off`)
    }
    return found
  })
  expect(wrong).toEqual([])
}

for (const [name, width, height, zoom] of [
  ['a small window', 900, 600, 1],
  ['200 % zoom', 1440, 900, 2],
] as const)
  test(`${name}: nothing is cut off or covered`, { tag: '@browser' }, async ({ editor, page }) => {
    await editor.resize(width, height, zoom)
    await everythingFits(editor)
    // The canvas learns its new size a moment later.
    await expect(async () => {
      await page.keyboard.press('f')
      const canvas = await editor.pane.boundingBox()
      const [photo, strong] = await editor.boxes('photo', 'strong')
      expect(photo?.x).toBeGreaterThan(canvas?.x ?? 0)
      expect((strong?.x ?? 0) + (strong?.width ?? 0)).toBeLessThan((canvas?.x ?? 0) + (canvas?.width ?? 0))
    }).toPass({ intervals: [400] })
    await editor.select('blur')
    await everythingFits(editor)
    await page.keyboard.press('1')
    await expect(editor.viewer).toBeVisible()
    await everythingFits(editor)
    // With everything the viewer can show: two pictures, and their numbers.
    await page.keyboard.press('f')
    await editor.select('edges')
    await page.keyboard.press('2')
    await page.keyboard.press('Shift+h')
    await expect(editor.viewer.getByRole('application')).toHaveCount(2)
    await everythingFits(editor)
    for (const picture of await editor.viewer.getByRole('application').all())
      expect((await picture.boundingBox())?.height, 'a picture can be seen').toBeGreaterThan(60)
    await page.keyboard.press('Shift+h')
    await page.keyboard.press('Control+3')
    for (const keys of ['Control+k', '?', 'Control+o', 'Control+Shift+s']) {
      await page.keyboard.press(keys)
      await expect(editor.dialog).toBeVisible()
      const box = await editor.dialog.boundingBox()
      expect(
        box && box.x >= 0 && box.y >= 0 && box.x + box.width <= width / zoom && box.y + box.height <= height / zoom,
      ).toBe(true)
      await page.keyboard.press('Escape')
      await expect(editor.dialog).toHaveCount(0)
    }
  })
