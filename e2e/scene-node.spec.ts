/** A scene of the pipeline: small in its node, large and live in the viewer, as it is after every node. */
import type { Locator, Page } from '@playwright/test'
import { expect, test } from './app.ts'

// Graphics without a graphics card.
test.use({
  launchOptions: {
    executablePath: process.env.SIGHTLINE_CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu-compositing',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--ignore-gpu-blocklist',
    ],
  },
})
test.slow()

const scene = (page: Page): Locator => page.getByRole('application', { name: /^The scene/ })
const shown = (page: Page) => expect(scene(page)).toHaveAttribute('data-state', 'shown', { timeout: 60_000 })

/** Rows of balls: 27 splats, of which the crop keeps those on one side. */
const pipeline = {
  nodes: [
    { id: 'made', type: 'splat/procedural', params: { scene: 'lattice', count: 27 }, position: { x: 0, y: 0 } },
    { id: 'crop', type: 'splat/crop', params: { centre: [-1, 0, 0] }, position: { x: 280, y: 0 } },
  ],
  edges: [{ from: 'made.splats', to: 'crop.splats' }],
}

test('a scene is drawn in its node, and shown live in the viewer as it is after each node', async ({
  editor,
  page,
}) => {
  await page.setViewportSize({ width: 1000, height: 700 })
  await editor.open(pipeline)
  await editor.settled('crop')
  await editor.hasPicture('made')
  await editor.hasPicture('crop')
  expect(await editor.pixels('made')).not.toBe(await editor.pixels('crop'))
  await page.keyboard.press('Control+3')
  await page.keyboard.press('f')
  await editor.select('made')
  await shown(page)
  await expect(page.getByTestId('facts')).toHaveText('27 splats')
  await editor.select('crop')
  await shown(page)
  await expect(page.getByTestId('facts')).toHaveText('18 splats')
  // Another value of a parameter is another scene, seen from the same place.
  await page.getByRole('radio', { name: 'Outside' }).click()
  await expect(page.getByTestId('facts')).toHaveText('9 splats')
})
