/** Makes the pictures of the README again: `node e2e/screenshots.ts`. Look at them before you commit them. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { Editor, startProgram } from './app.ts'
import { findChromium } from './chromium.ts'

const folder = mkdtempSync(join(tmpdir(), 'sightline-'))
const program = await startProgram(folder)
const browser = await chromium.launch({ executablePath: findChromium().path, args: ['--no-sandbox'] })

type Act = (editor: Editor) => Promise<void>

/** The window as it opens. */
async function shootStart(name: string, colorScheme: 'light' | 'dark', act: Act) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme })
  await page.goto(program.url)
  const editor = new Editor(page)
  await editor.ready()
  for (const id of ['photo', 'gray', 'blur', 'edges', 'strong']) await editor.hasPicture(id)
  await act(editor)
  await page.waitForTimeout(800)
  await page.screenshot({ path: `docs/screenshots/${name}.png` })
  await page.close()
}

/** The sample, without the start screen. */
const shoot = (name: string, colorScheme: 'light' | 'dark', act: Act) =>
  shootStart(name, colorScheme, async (editor) => {
    await editor.closeStart()
    await act(editor)
  })

const select = (editor: Editor, id: string) => editor.node(id).getByRole('heading').first().click()

await shootStart('start', 'light', async (editor) => {
  for (const card of ['one-kernel', 'pick-a-colour'])
    await editor.start.locator(`[data-card="${card}"] [data-state="drawn"]`).waitFor({ state: 'visible' })
})
await shootStart('lesson', 'light', async (editor) => {
  await editor.start.locator('[data-card="one-kernel"]').click()
  const lesson = editor.page.getByRole('complementary', { name: 'Lesson' })
  await lesson.getByRole('button', { name: /^Step 7/ }).click()
  await lesson.getByRole('textbox', { name: 'Your answer' }).fill('1.62')
  await lesson.getByRole('button', { name: 'Check' }).click()
  await lesson.getByText('Right').waitFor()
  await editor.rests()
})
await shoot('editor-light', 'light', (editor) => select(editor, 'blur'))
await shoot('editor-dark', 'dark', (editor) => select(editor, 'edges'))
await shoot('viewer-wipe', 'light', async (editor) => {
  await select(editor, 'photo')
  await editor.page.keyboard.press('1')
  await select(editor, 'edges')
  await editor.page.keyboard.press('2')
  await editor.page.waitForTimeout(800)
  await editor.page.getByRole('radio', { name: 'Wipe' }).click()
})
const explain = async (editor: Editor) => {
  const { page } = editor
  await select(editor, 'blur')
  await page.keyboard.press('2')
  await select(editor, 'edges')
  await page.keyboard.press('1')
  await page.waitForTimeout(800)
  const box = await page.getByRole('application', { name: 'Picture of Sobel edges' }).boundingBox()
  if (!box) throw new Error('no viewer')
  // On the rim of the cup, which is a strong edge.
  const width = Math.min(box.width, box.height * 1.5)
  const at = [box.x + box.width / 2 - width * 0.096, box.y + box.height * 0.5] as const
  await page.mouse.move(...at)
  for (let i = 0; i < 11; i++) await page.mouse.wheel(0, -200)
  await page.waitForTimeout(800)
  await page.mouse.click(...at)
}
await shoot('explain-light', 'light', explain)
await shoot('explain-dark', 'dark', explain)
await shoot('drop-a-wire', 'light', async (editor) => {
  const from = await editor.socket('blur.image', 'out').boundingBox()
  if (!from) throw new Error('no socket')
  await editor.page.mouse.move(from.x + from.width / 2, from.y + from.height / 2)
  await editor.page.mouse.down()
  await editor.page.mouse.move(from.x + 40, from.y + 260, { steps: 8 })
  await editor.page.mouse.up()
})
await shoot('problem', 'dark', async (editor) => {
  await editor.addFromPalette('Load image', 320, 520)
  await editor.page.locator('[data-node^="load"]').getByRole('heading').click()
  const inspector = editor.page.getByRole('complementary', { name: 'Inspector' })
  const path = inspector.getByRole('textbox', { name: /file|path/i }).first()
  await path.fill('/nowhere/cat.jpg')
  await path.press('Enter')
})
await browser.close()
program.process.kill()
rmSync(folder, { recursive: true, force: true })
