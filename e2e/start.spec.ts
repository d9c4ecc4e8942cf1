/** The first minute: three entry points, the gallery, recent files, and files dropped on the window. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { type Editor, expect, test } from './app.ts'

test.use({ start: true })

const drawn = (editor: Editor, id: string) => editor.start.locator(`[data-card="${id}"] [data-state="drawn"] canvas`)

/** Drops files at a position, with the browser's events. */
async function drop(page: Page, target: string, files: readonly { name: string; type: string; base64: string }[]) {
  const transfer = await page.evaluateHandle((files) => {
    const transfer = new DataTransfer()
    for (const { name, type, base64 } of files) {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))
      transfer.items.add(new File([bytes], name, { type }))
    }
    return transfer
  }, files)
  await page.locator(target).dispatchEvent('drop', { dataTransfer: transfer })
}

test('the sample runs beside it, and can be tried', async ({ opened: editor }) => {
  for (const id of ['photo', 'edges', 'strong']) await editor.hasPicture(id)
  await editor.rests()
  const before = await editor.pixels('edges')
  await editor.dragSlider(editor.node('blur').getByRole('slider', { name: 'Sigma' }), 0.1, 0.8)
  await expect.poll(() => editor.pixels('edges')).not.toBe(before)
  await expect(editor.start).toBeVisible()
})

test('without it all of the sample is shown, in a window behind another too', async ({
  opened: editor,
  page,
  anotherWindow,
}) => {
  await anotherWindow()
  await page.keyboard.press('Escape')
  await expect(editor.start).toHaveCount(0)
  await editor.rests()
  await expect(editor.nodes).toHaveCount(6)
  // From the next frame on, which may be late.
  await expect(async () => {
    const pane = await editor.pane.boundingBox()
    for (const box of await editor.boxes('photo', 'gray', 'blur', 'edges', 'strong', 'inspect')) {
      expect(box.x).toBeGreaterThan(pane?.x ?? Number.NaN)
      expect(box.x + box.width).toBeLessThan((pane?.x ?? 0) + (pane?.width ?? 0))
    }
  }).toPass({ timeout: 5000 })
})

test('cards are drawn by running the pipelines, and open a copy in no file', { tag: '@browser' }, async ({
  opened: editor,
  page,
  folder,
}) => {
  const ids = ['three-numbers-a-pixel', 'one-kernel', 'median-beats-mean', 'edges', 'pick-a-colour', 'unsharp-mask']
  for (const id of ids) {
    await editor.start.locator(`[data-card="${id}"]`).scrollIntoViewIfNeeded()
    await expect(drawn(editor, id)).toBeVisible()
    const colours = await drawn(editor, id).evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] }
      return new Set(data).size
    })
    expect(colours, `the picture of ${id}`).toBeGreaterThan(16)
  }
  // Its model is not installed here.
  await editor.start.locator('[data-card="detector"]').scrollIntoViewIfNeeded()
  await expect(editor.start.locator('[data-card="detector"]')).toContainText(
    'sightline models pull ssd-mobilenet --yes',
    // Cards are drawn one at a time, those in view first; on a busy machine that takes long.
    { timeout: 60_000 },
  )
  await editor.start.locator('[data-card="pick-a-colour"]').click()
  await expect(editor.start).toHaveCount(0)
  await expect(page.locator('[data-node="picked"]')).toBeVisible()
  await expect(page).toHaveTitle('Pick a colour – Sightline')
  // Not saved yet: it asks where to save.
  const file = join(folder, 'mine.sightline.json')
  await editor.choose(() => page.keyboard.press('Control+s'), file)
  await expect.poll(() => existsSync(file)).toBe(true)
})

test('Build begins empty; Escape goes on with the sample; the menu brings it back', { tag: '@browser' }, async ({
  opened: editor,
  page,
}) => {
  await page.keyboard.press('Escape')
  await expect(editor.start).toHaveCount(0)
  await expect(editor.node('photo')).toBeVisible()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('start screen')
  await page.keyboard.press('Enter')
  await expect(editor.start).toBeVisible()
  await editor.start.getByRole('button', { name: 'Build' }).click()
  await expect(editor.start).toHaveCount(0)
  await expect(page.locator('[data-node]')).toHaveCount(0)
  await expect(page.getByText('Begin with a picture')).toBeVisible()
})

const gallery = 'assets/gallery'
const allLessons = readdirSync(gallery).filter(
  (name) => 'lesson' in JSON.parse(readFileSync(join(gallery, name), 'utf8')),
).length

test('Learn leads to the lessons, with the keyboard alone', { tag: '@browser' }, async ({ opened: editor, page }) => {
  await editor.start.getByRole('button', { name: /^Learn/ }).focus()
  await page.keyboard.press('Enter')
  const lessons = editor.start.locator('[data-lesson]')
  await expect(lessons).toHaveCount(allLessons)
  await expect(editor.start).toContainText(`0 of ${allLessons} lessons done`)
  await expect(lessons.first()).toHaveAttribute('aria-current', 'true')
  await expect(editor.start.getByRole('heading', { name: 'Lessons' })).toBeFocused()
  expect(await editor.faults('[aria-label=Start]')).toEqual([])
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  const walker = page.getByRole('complementary', { name: 'Lesson' })
  await expect(walker).toContainText('A picture is a grid of numbers')
  await page.keyboard.press('PageDown')
  await expect(walker).toContainText('2 of 9')

  // It is begun now, and is the one to go on with.
  await page.keyboard.press('Control+k')
  await page.keyboard.type('start screen')
  await page.keyboard.press('Enter')
  await editor.start.getByRole('button', { name: /^Learn/ }).click()
  await expect(lessons.first()).toContainText('at step 2 of 9')
  await editor.start.getByRole('button', { name: 'Continue at step 2 of 9' }).click()
  await expect(walker).toContainText('2 of 9')
})

test('what was saved is there the next time; what is gone says so', async ({ editor, page, folder }) => {
  const path = join(folder, 'mine.sightline.json')
  await editor.saveAs(path)
  await page.keyboard.press('Alt+n')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('start screen')
  await page.keyboard.press('Enter')
  const entry = editor.start.getByRole('button', { name: /From a photo to its edges.*sightline/ })
  await entry.click()
  await expect(editor.start).toHaveCount(0)
  await expect(editor.node('blur')).toBeVisible()

  rmSync(path)
  await page.keyboard.press('Control+k')
  await page.keyboard.type('start screen')
  await page.keyboard.press('Enter')
  await expect(editor.start.getByText('file missing')).toBeVisible()
  await editor.start.getByRole('button', { name: /from this list/ }).click()
  await expect(editor.start.getByRole('heading', { name: 'Recent' })).toHaveCount(0)
})

test('pictures that are dropped begin a pipeline; what cannot be opened is refused in words', async ({
  opened: editor,
  page,
}) => {
  const picture = readFileSync('assets/samples/edges.png').toString('base64')
  await drop(page, '[aria-label="Start"]', [{ name: 'notes.pdf', type: 'application/pdf', base64: 'JVBERg==' }])
  await expect(page.getByText('"notes.pdf" cannot be opened here. Drop a pipeline').first()).toBeVisible()
  await expect(editor.start).toBeVisible()
  await drop(page, '[aria-label="Start"]', [{ name: 'edges.png', type: 'image/png', base64: picture }])
  await expect(editor.start).toHaveCount(0)
  await editor.hasPicture('load-image')
  await expect(page.locator('[data-node]')).toHaveCount(1)
})

test('it can be kept from coming up', { tag: '@browser' }, async ({ opened: editor, anotherWindow }) => {
  await editor.start.getByRole('switch', { name: 'Show this when Sightline starts' }).click()
  const next = await anotherWindow()
  await next.hasPicture('edges')
  await expect(next.start).toHaveCount(0)
})

for (const colorScheme of ['light', 'dark'] as const)
  test(`can be used by everybody (${colorScheme})`, { tag: '@browser' }, async ({ opened: editor, page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await expect(drawn(editor, 'one-kernel')).toBeVisible()
    expect(await editor.faults('[aria-label="Start"]')).toEqual([])
  })
