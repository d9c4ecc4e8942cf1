/** Files as a person meets them: a pipeline that came from elsewhere, dropped pictures, saving here and there. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { test as base, Editor, expect, startProgram } from './app.ts'

const sample = 'assets/samples/chelsea.png'

interface Desk {
  readonly folder: string
  /** Starts the program, as often as it is called, and opens its page. */
  start(file?: string): Promise<Editor>
}

const test = base.extend<{ desk: Desk }>({
  desk: async ({ page }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'sightline-'))
    let stop = (): void => {}
    await use({
      folder,
      async start(file) {
        stop()
        const program = await startProgram(folder, file)
        stop = () => program.process.kill()
        await page.goto(program.url)
        const editor = new Editor(page)
        await editor.ready()
        if (file === undefined) await editor.closeStart()
        return editor
      },
    })
    stop()
    rmSync(folder, { recursive: true, force: true })
  },
})

const pipelineWith = (path: string): string =>
  JSON.stringify({
    format: 'sightline',
    version: 1,
    nodes: [{ id: 'photo', type: 'io/load-image', params: { path }, position: { x: 0, y: 0 } }],
    edges: [],
  })

async function saveAs(page: Page, path: string): Promise<void> {
  await page.keyboard.press('Control+Shift+s')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name' }).fill(path)
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(dialog).toHaveCount(0)
}

test('a picture elsewhere asks for consent once, on its node, and is remembered', async ({ desk, page }) => {
  const [mine, theirs] = [join(desk.folder, 'mine'), join(desk.folder, 'theirs')]
  for (const folder of [mine, theirs]) mkdirSync(folder)
  writeFileSync(join(mine, 'cat.png'), readFileSync(sample))
  const file = join(theirs, 'p.sightline.json')
  writeFileSync(file, pipelineWith('../mine/cat.png'))
  const editor = await desk.start(file)
  await expect(editor.node('photo')).toContainText('Asks for your consent to read')
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/consent.png` })
  await editor.node('photo').getByRole('button', { name: 'Allow for this pipeline' }).click()
  await editor.hasPicture('photo')
  await (await desk.start(file)).hasPicture('photo')
  // The same file under another name is another pipeline.
  writeFileSync(join(theirs, 'q.sightline.json'), pipelineWith('../mine/cat.png'))
  const other = await desk.start(join(theirs, 'q.sightline.json'))
  await expect(other.node('photo')).toContainText('Asks for your consent to read')
})

test('a picture that is named on the command line needs no consent', async ({ desk }) => {
  const cat = join(desk.folder, 'cat.png')
  writeFileSync(cat, readFileSync(sample))
  await (await desk.start(cat)).hasPicture('image')
})

test('a dropped picture outlives the program, and lies beside the pipeline once that is saved', async ({
  desk,
  page,
}) => {
  const editor = await desk.start()
  await editor.newDocument()
  const bytes = [...readFileSync(sample)]
  const drop = await page.evaluateHandle((bytes) => {
    const transfer = new DataTransfer()
    transfer.items.add(new File([new Uint8Array(bytes)], 'cat.png', { type: 'image/png' }))
    return transfer
  }, bytes)
  const pane = page.locator('.react-flow__pane')
  for (const event of ['dragenter', 'dragover', 'drop'])
    await pane.dispatchEvent(event, { dataTransfer: drop, clientX: 500, clientY: 300 })
  const id = (await page.locator('[data-node]').first().getAttribute('data-node')) ?? ''
  await editor.hasPicture(id)
  const home = join(desk.folder, 'saved')
  mkdirSync(home)
  await saveAs(page, join(home, 'p.sightline.json'))
  await expect(page).not.toHaveTitle(/•|\*/)
  expect(readdirSync(home).sort()).toEqual(['p.files', 'p.sightline.json'])
  expect(readFileSync(join(home, 'p.files/cat.png')).equals(readFileSync(sample))).toBe(true)
  await editor.hasPicture(id)
  // Elsewhere it names the same picture, and needs no new consent for it.
  const away = join(desk.folder, 'away')
  mkdirSync(away)
  await saveAs(page, join(away, 'q.sightline.json'))
  expect(JSON.parse(readFileSync(join(away, 'q.sightline.json'), 'utf8')).nodes[0].params.path).toBe(
    '../saved/p.files/cat.png',
  )
  await editor.hasPicture(id)
  await (await desk.start(join(away, 'q.sightline.json'))).hasPicture(id)
})

test('a node whose file is not chosen yet waits for it, and is no problem', async ({ editor, page }) => {
  await editor.addFromPalette('Load image', 320, 440)
  const node = page.locator('[data-node^="load"]')
  await expect(node).toContainText('Waiting for a file')
  await expect(node).not.toContainText('failed')
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/waiting.png` })
})
