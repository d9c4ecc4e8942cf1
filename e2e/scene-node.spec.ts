/** A scene of the pipeline: small in its node, large and live in the viewer, as it is after every node. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from './app.ts'
import { scene, shown, softwareGraphics } from './scenes.ts'

test.use({
  launchOptions: softwareGraphics,
})
test.slow()

/** Rows of balls: 27 splats, of which the crop keeps those on one side. */
const pipeline = {
  nodes: [
    { id: 'made', type: 'splat/procedural', params: { scene: 'lattice', count: 27 }, position: { x: 0, y: 0 } },
    { id: 'crop', type: 'splat/crop', params: { centre: [-1, 0, 0] }, position: { x: 280, y: 0 } },
  ],
  edges: [{ from: 'made.splats', to: 'crop.splats' }],
}

test('a scene is drawn in its node, and shown live in the viewer as it is after each node', {
  tag: '@desktop',
}, async ({ editor, page }) => {
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

test('what is seen becomes a camera, what is chosen a crop, each undone in one step', async ({ editor, page }) => {
  await page.setViewportSize({ width: 1200, height: 800 })
  const eye = { id: 'eye', type: 'camera/look-at', position: { x: 0, y: 360 } }
  const render = { id: 'render', type: 'splat/render', position: { x: 560, y: 0 } }
  await editor.open({
    nodes: [pipeline.nodes[0] as object, eye, render],
    edges: [
      { from: 'made.splats', to: 'render.splats' },
      { from: 'eye.camera', to: 'render.camera' },
    ],
  })
  await editor.settled('render')
  await page.keyboard.press('Control+3')
  await page.keyboard.press('f')
  await editor.select('made')
  await shown(page)
  await scene(page).focus()
  for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight')
  const view = async () => /View, row 1.*/.exec(await editor.node('eye').innerText())?.[0]
  const before = await view()
  await page.getByRole('button', { name: 'Cameras of the pipeline' }).click()
  await page.getByRole('button', { name: 'Set', exact: true }).click()
  await expect.poll(view).not.toBe(before)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+z')
  await expect.poll(view).toBe(before)

  // From the front, the left third of the picture has the left column of nine.
  await scene(page).focus()
  await page.keyboard.press('f')
  for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowLeft')
  const box = await scene(page).boundingBox()
  if (!box) throw new Error('the scene is not to be seen')
  await page.getByRole('radio', { name: 'Choose splats with a box' }).click()
  await editor.drag({ x: box.x + 4, y: box.y + 40 }, { x: box.x + 0.45 * box.width, y: box.y + box.height - 4 })
  await page.mouse.up()
  await expect(page.getByTestId('chosen')).toHaveText('9 of 27 splats')
  await page.getByRole('button', { name: 'Remove them' }).click()
  await expect(page.getByTestId('facts')).toHaveText('18 splats', { timeout: 30_000 })
  await expect(page.getByRole('radio', { name: 'Outside' })).toBeChecked()
  await page.keyboard.press('Control+z')
  await expect(editor.nodes).toHaveCount(3)

  // A stroke down the left column, through to those behind.
  await editor.select('made')
  await shown(page)
  await page.getByRole('radio', { name: 'Choose splats with a brush' }).click()
  await page.getByRole('switch', { name: 'Through' }).click()
  await page.getByRole('textbox', { name: 'Brush' }).fill('60')
  await page.keyboard.press('Enter')
  const left = box.x + box.width / 2 - 0.3 * box.height
  await editor.drag({ x: left, y: box.y + 50 }, { x: left, y: box.y + box.height - 10 })
  await page.mouse.up()
  await expect(page.getByTestId('chosen')).toHaveText('9 of 27 splats')
  if (process.env.SIGHTLINE_SHOTS) await page.screenshot({ path: `${process.env.SIGHTLINE_SHOTS}/brush.png` })
  await page.getByRole('button', { name: 'Remove them' }).click()
  await expect(page.getByTestId('facts')).toHaveText('18 splats', { timeout: 30_000 })
  await expect(editor.nodes).toHaveCount(4)
  await page.keyboard.press('Control+z')
  await expect(editor.nodes).toHaveCount(3)
})

test('a ruler sets the scale of a scene, and a note stays where it is pinned, and in the file', async ({
  editor,
  page,
  folder,
}) => {
  await page.setViewportSize({ width: 1000, height: 700 })
  await editor.open({ nodes: [{ id: 'made', type: 'splat/procedural', params: { scene: 'lattice', count: 27 } }] })
  await editor.settled('made')
  await page.keyboard.press('Control+3')
  await editor.select('made')
  await shown(page)
  const box = await scene(page).boundingBox()
  if (!box) throw new Error('the scene is not to be seen')
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  await page.getByRole('radio', { name: 'Pin a note' }).click()
  await page.mouse.click(middle.x, middle.y)
  await page.keyboard.type('middle')
  const note = page.getByRole('textbox', { name: 'Text of note 1' })
  await expect(note).toHaveValue('middle')
  const at = await note.boundingBox()
  await page.getByRole('radio', { name: 'Move the camera' }).click()
  await scene(page).focus()
  // What was pinned in the middle moves with it.
  await page.keyboard.press('Shift+ArrowRight')
  await expect.poll(async () => ((await note.boundingBox())?.x ?? 0) - (at?.x ?? 0)).toBeGreaterThan(5)
  await page.keyboard.press('f')
  await page.getByRole('radio', { name: 'Measure a distance' }).click()
  await page.mouse.click(middle.x, middle.y)
  await expect(page.getByTestId('ruler')).toContainText('Click the other end')

  const path = join(folder, 'noted.sightline.json')
  await editor.saveAs(path)
  const saved = () => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).nodes[0].scenes?.splats : undefined)
  await expect.poll(() => saved()?.notes[0].text).toBe('middle')
  expect(saved().ruler.length).toBe(1)
  // What was noted is undone like everything else: the ruler, then the words, then the pin.
  for (let i = 0; i < 3; i++) await page.keyboard.press('Control+z')
  await expect(note).toHaveCount(0)
})

test('views become keyframes of a node, which the timeline plays, and a film of them', async ({ editor, page }) => {
  await page.setViewportSize({ width: 1000, height: 700 })
  await editor.open({ nodes: [pipeline.nodes[0] as object] })
  await editor.settled('made')
  await page.keyboard.press('Control+3')
  await editor.select('made')
  await shown(page)
  await page.getByRole('button', { name: 'Path of the camera' }).click()
  const path = page.getByRole('region', { name: 'Path of the camera' })
  await path.getByRole('button', { name: 'Keyframe', exact: true }).click()
  await expect(path.getByRole('button', { name: /^Keyframe at/ })).toHaveCount(1)
  await scene(page).focus()
  for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight')
  await path.getByRole('button', { name: 'Keyframe', exact: true }).click()
  await expect(path.getByRole('button', { name: /^Keyframe at/ })).toHaveCount(2)
  await expect(page.getByTestId('path-time')).toHaveText('2.0 / 2.0 s')
  await path.getByRole('slider', { name: 'Time on the path' }).focus()
  await page.keyboard.press('Home')
  await expect(page.getByTestId('path-time')).toHaveText('0.0 / 2.0 s')
  await path.getByRole('button', { name: 'Play the path' }).click()
  await expect(page.getByTestId('path-time')).toHaveText('2.0 / 2.0 s', { timeout: 30_000 })

  // A short film, so that it is drawn soon: the keyframe moves to 0.2 s.
  await path.getByRole('textbox', { name: 'Time of the keyframe' }).fill('0.2')
  await page.keyboard.press('Enter')
  await path.getByRole('button', { name: 'Save the path' }).click()
  await page.getByRole('textbox', { name: 'Width of the film' }).fill('160')
  await page.keyboard.press('Enter')
  const empty = await page.context().newPage()
  for (const format of ['WebM', 'MP4']) {
    const coming = page.waitForEvent('download', { timeout: 60_000 })
    await page.getByRole('button', { name: format }).click()
    const film = await (await coming).path()
    // The browser's own player reads it, in a page whose policy lets films through.
    const read = await empty.evaluate(
      async ([base64, type]) => {
        const bytes = Uint8Array.from(atob(base64 ?? ''), (c) => c.charCodeAt(0))
        const video = document.createElement('video')
        video.src = URL.createObjectURL(new Blob([bytes], { type }))
        await new Promise((resolve, reject) => {
          video.onloadeddata = resolve
          video.onerror = () => reject(new Error(video.error?.message))
        })
        return [video.videoWidth, video.duration]
      },
      [readFileSync(film).toString('base64'), `video/${format.toLowerCase()}`],
    )
    expect(read[0]).toBe(160)
    // Five frames of 1/24 s.
    expect(read[1]).toBeCloseTo(5 / 24, 2)
  }
})
