/** A scene is given away as a page: one file that is opened from a disk, or a page that finds its scene beside it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Page } from '@playwright/test'
import sharp from 'sharp'
import { openZip } from '../host/files/splats/zip.ts'
import { expect, test } from './app.ts'
import { scene, shown, softwareGraphics } from './scenes.ts'

test.use({ launchOptions: softwareGraphics })
test.slow()

const place = (page: Page) => page.getByRole('application', { name: /^The scene/ })
const opened = (page: Page) => expect(place(page)).toHaveAttribute('data-state', 'shown', { timeout: 60_000 })

/** How much of what is seen is not one colour: the standard deviation of the middle of the picture, 0 to 255. */
async function contrast(page: Page): Promise<number> {
  const { width = 0, height = 0 } = page.viewportSize() ?? {}
  const clip = { x: width / 4, y: height / 4, width: width / 2, height: height / 2 }
  const { channels } = await sharp(await page.screenshot({ clip })).stats()
  return Math.max(...channels.map(({ stdev }) => stdev))
}

test('a scene becomes a page of one file, and a folder, as large as they were said to be', async ({
  editor,
  page,
  context,
  folder,
}) => {
  await page.setViewportSize({ width: 1100, height: 720 })
  await editor.open({ nodes: [{ id: 'made', type: 'splat/procedural', params: { scene: 'cloud', count: 3000 } }] })
  await editor.settled('made')
  await page.keyboard.press('Control+3')
  await editor.select('made')
  await shown(page)
  await scene(page).focus()
  await page.keyboard.press('+')
  await page.getByRole('button', { name: 'Share as a web page' }).click()
  const dialog = page.getByRole('dialog', { name: 'Share as a web page' })
  await expect(dialog).toContainText(/One file 3\.\d MB/, { timeout: 60_000 })
  if (process.env.SIGHTLINE_SHOTS) await page.screenshot({ path: join(process.env.SIGHTLINE_SHOTS, 'share.png') })
  const saved = async (button: string): Promise<Buffer> => {
    const coming = page.waitForEvent('download', { timeout: 60_000 })
    await dialog.getByRole('button', { name: button }).click()
    return readFileSync(await (await coming).path())
  }
  const html = await saved('Save HTML')
  const zip = openZip(await saved('Save zip'), 'shared')
  const [home, beside] = [join(folder, 'one'), join(folder, 'two')]
  for (const at of [home, beside]) mkdirSync(at)
  writeFileSync(join(home, 'scene.html'), html)
  for (const name of ['index.html', 'scene.sog']) writeFileSync(join(beside, name), await zip.read(name))

  // From a disk, without a network.
  await context.setOffline(true)
  const one = await context.newPage()
  const asked: string[] = []
  const wrong: string[] = []
  one.on('request', (request) => asked.push(request.url().slice(0, 60)))
  one.on('console', (message) => message.type() === 'error' && wrong.push(message.text()))
  await one.setViewportSize({ width: 900, height: 600 })
  await one.goto(pathToFileURL(join(home, 'scene.html')).href)
  await opened(one)
  await expect(one.locator('#facts')).toHaveText('3,000 splats')
  expect(await contrast(one)).toBeGreaterThan(10)
  expect(asked.filter((url) => !/^(file|blob|data):/.test(url))).toEqual([])
  const before = await one.screenshot()
  await place(one).press('ArrowRight')
  await expect.poll(async () => (await one.screenshot()).equals(before)).toBe(false)
  for (const colorScheme of ['light', 'dark'] as const) {
    await one.emulateMedia({ colorScheme })
    if (process.env.SIGHTLINE_SHOTS)
      await one.screenshot({ path: join(process.env.SIGHTLINE_SHOTS, `shared-${colorScheme}.png`) })
  }
  await one.getByRole('button', { name: 'About' }).click()
  await expect(one.getByText('@sparkjsdev/spark')).toHaveCount(1)
  expect(wrong).toEqual([])

  // A page from a disk may not read what lies beside it: it asks for the file.
  const two = await context.newPage()
  await two.goto(pathToFileURL(join(beside, 'index.html')).href)
  await expect(two.getByRole('status')).toContainText('Choose scene.sog', { timeout: 30_000 })
  await two.locator('#file').setInputFiles(join(beside, 'scene.sog'))
  await opened(two)
  await expect(two.locator('#facts')).toHaveText('3,000 splats')
  await context.setOffline(false)
})
