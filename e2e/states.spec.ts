/** What the window shows while there is nothing to see: empty, starting, waiting, failed, disconnected. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from './app.ts'

test('an empty canvas says how to begin, and its buttons do it', async ({ editor, page, folder }) => {
  await editor.newDocument()
  await expect(page.getByRole('heading', { name: 'Begin with a picture' })).toBeVisible()
  await expect(editor.button('Choose a picture')).toBeVisible()
  const file = join(folder, 'one.sightline.json')
  const nodes = [{ id: 'photo', type: 'io/sample-image', position: { x: 0, y: 0 } }]
  await writeFile(file, JSON.stringify({ format: 'sightline', version: 1, nodes, edges: [] }))
  await editor.choose(() => editor.button('Open a pipeline').click(), file)
  await editor.hasPicture('photo')
  await editor.newDocument()
  await editor.button('Use a sample').click()
  await editor.hasPicture('sample-image')
  await expect(page.getByRole('heading', { name: 'Begin with a picture' })).toHaveCount(0)
  await page.keyboard.press('Control+3')
  await page.keyboard.press('Delete')
  await expect(editor.viewer).toContainText('Add a node to begin.')
  await expect(page.getByRole('heading', { name: 'Begin with a picture' })).toBeVisible()
})

test('a slow start says so, and nothing invites to what cannot be done yet', { tag: '@browser' }, async ({
  page,
  ownProgram,
  slowly,
}) => {
  const editor = await slowly(ownProgram.current, 1500)
  await expect(page.getByRole('status').filter({ hasText: 'Starting…' })).toBeVisible()
  await expect(page.getByRole('banner')).toContainText('Connecting…')
  await expect(editor.button('Use a sample')).toHaveCount(0)
  await editor.ready()
  await editor.hasPicture('edges')
  await expect(page.getByRole('status').filter({ hasText: 'Starting…' })).toHaveCount(0)
})

test('an unfinished wire waits, and is no problem', async ({ editor, page }) => {
  await editor.addFromPalette('Blend', 320, 480)
  await editor.wire('gray.image', 'blend.image')
  await expect(editor.node('blend')).toContainText(/waiting for a picture at "other"/i)
  await page.keyboard.press('Control+4')
  await expect(page.getByRole('region', { name: 'Problems' })).toContainText('No problems.')
  // Where the kinds of its inputs do not tell what works, a node says so itself.
  await editor.palette.getByRole('radio', { name: 'All' }).click()
  await editor.addFromPalette('Train splats', 640, 420)
  await editor.wire('gray.image', 'train.images')
  await expect(editor.node('train')).toContainText(/cameras: from Load cameras .* For photos alone, run COLMAP or/)
  for (const colorScheme of process.env.SHOTS ? (['light', 'dark'] as const) : []) {
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: `${process.env.SHOTS}/train-${colorScheme}.png` })
  }
})

test('what cannot be run is named on its node; what comes after says why it was not run', async ({ editor, page }) => {
  await editor.open({
    nodes: [
      { id: 'photo', type: 'io/sample-image', position: { x: 0, y: 0 } },
      { id: 'crop', type: 'geometry/crop', params: { x: 5000 }, position: { x: 280, y: 0 } },
      { id: 'blur', type: 'filter/gaussian-blur', position: { x: 560, y: 0 } },
      { id: 'other', type: 'filter/gaussian-blur', position: { x: 280, y: 340 } },
      { id: 'gone', type: 'future/node', position: { x: 560, y: 340 } },
    ],
    edges: [
      { from: 'photo.image', to: 'crop.image' },
      { from: 'crop.image', to: 'blur.image' },
      { from: 'photo.image', to: 'other.image' },
      { from: 'other.image', to: 'gone.image' },
    ],
  })
  await expect(editor.node('crop')).toContainText(/extends outside the picture/)
  await expect(editor.node('blur')).toContainText(/not run, because/i)
  await expect(editor.node('gone')).toContainText(/no (such )?node/i)
  await editor.hasPicture('other')
  await editor.select('crop')
  await expect(editor.inspector).toContainText('600 × 400')
  await editor.inspector.getByRole('button', { name: 'Reset left' }).click()
  await editor.settled('crop', 'blur')
  await editor.hasPicture('blur')
  await page.keyboard.press('Control+4')
  await expect(page.getByRole('region', { name: 'Problems' })).not.toContainText('Crop')
})

test('the program ends: work goes on, and nothing is lost when it is started again', { tag: '@browser' }, async ({
  ownEditor: editor,
  page,
  ownProgram,
}) => {
  await editor.settled('edges', 'strong')
  await ownProgram.current.stop()
  await expect(page.getByRole('banner')).toContainText('Disconnected')
  await expect(page.getByRole('status').filter({ hasText: 'Reconnecting' })).toBeVisible()
  await expect(editor.button('Try now')).toBeVisible()
  // The last pictures stay, and the pipeline can be edited.
  await editor.hasPicture('edges')
  await editor.select('blur')
  const sigma = editor.inspector.getByRole('textbox', { name: 'Sigma' })
  await sigma.fill('6')
  await sigma.press('Enter')
  await sigma.blur()
  await page.keyboard.press('Control+d')
  await expect(editor.nodes).toHaveCount(7)
  // A request while disconnected is answered with a message.
  await page.keyboard.press('Control+o')
  await page.getByRole('dialog').getByRole('button', { name: 'Do not save' }).click()
  await expect(page.getByRole('dialog')).toContainText(/connection was interrupted/i)
  await page.keyboard.press('Escape')

  const again = await ownProgram.again()
  await expect(again.nodes).toHaveCount(7)
  await again.settled('edges', 'blur-2')
  await again.hasPicture('blur-2')
  await expect(again.node('blur')).toContainText('6 px')
})
