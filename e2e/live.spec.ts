/** Live sources: a test source and a camera (Chromium's own fake one), played, changed and stopped by hand. */
import { type Editor, expect, test } from './app.ts'

const testSource = {
  nodes: [
    { id: 'source', type: 'io/test-source', params: { width: 320, height: 240 }, position: { x: 0, y: 0 } },
    { id: 'blur', type: 'filter/gaussian-blur', params: { sigma: 3 }, position: { x: 280, y: 0 } },
    { id: 'photo', type: 'io/sample-image', position: { x: 0, y: 280 } },
  ],
  edges: [{ from: 'source.image', to: 'blur.image' }],
}
const withCamera = (params: object = {}) => ({
  nodes: [
    { id: 'camera', type: 'io/camera', params: { width: 320, height: 240, ...params }, position: { x: 0, y: 0 } },
    { id: 'gray', type: 'colour/convert', position: { x: 280, y: 0 } },
  ],
  edges: [{ from: 'camera.image', to: 'gray.image' }],
})

const press = (editor: Editor, id: string, name: 'Play' | 'Stop') =>
  editor.node(id).getByRole('button', { name, exact: true }).click()

/** The picture of a node changes by itself. */
async function moves(editor: Editor, id: string): Promise<void> {
  const before = await editor.pixels(id)
  await expect.poll(() => editor.pixels(id), { message: `${id} moves` }).not.toBe(before)
}

async function stands(editor: Editor, id: string): Promise<void> {
  const before = await editor.pixels(id)
  await editor.frames(30)
  expect(await editor.pixels(id)).toBe(before)
}

test('a live source plays from Play to Stop, and tells how fast', async ({ editor }) => {
  await editor.open(testSource)
  await expect(editor.node('source')).toContainText('A live source.')
  await expect(editor.node('source')).toContainText('stopped')
  await press(editor, 'source', 'Play')
  await expect(editor.node('source')).toContainText(/\d fps/)
  await moves(editor, 'source')
  await moves(editor, 'blur')
  await editor.select('source')
  await expect(editor.inspector).toContainText(/\d fps, \d+ frames shown/)
  await expect(editor.inspector).toContainText('Playing')
  expect(await editor.faults('[data-node="source"]')).toEqual([])
  await press(editor, 'source', 'Stop')
  await expect(editor.node('source')).toContainText('stopped')
  await editor.settled('source', 'blur')
  await stands(editor, 'blur')
})

test('what follows a live source can be changed while it plays, and on the frame that stays', async ({ editor }) => {
  await editor.open(testSource)
  await press(editor, 'source', 'Play')
  await expect(editor.node('source')).toContainText(/\d fps/)
  await editor.select('blur')
  const sigma = editor.inspector.getByRole('slider', { name: 'Sigma' })
  await editor.dragSlider(sigma, 0.3, 0.8)
  await moves(editor, 'blur')
  await press(editor, 'source', 'Stop')
  await editor.settled('source', 'blur')
  const still = await editor.pixels('blur')
  await editor.select('blur')
  await editor.dragSlider(sigma, 0.8, 0.1)
  await editor.settled('blur')
  await expect.poll(() => editor.pixels('blur')).not.toBe(still)
})

test('the bar and the keyboard play and stop all sources, and removing one stops it', async ({ editor }) => {
  await editor.open(testSource)
  await editor.select('photo')
  await editor.page.keyboard.press('p')
  await expect(editor.node('source')).toContainText(/\d fps/)
  await editor.page.keyboard.press('p')
  await expect(editor.node('source')).toContainText('stopped')
  await editor.page.getByRole('banner').getByRole('button', { name: 'Play', exact: true }).click()
  await expect(editor.node('source')).toContainText(/\d fps/)
  await editor.select('source')
  await editor.page.keyboard.press('Delete')
  await expect(editor.node('source')).toHaveCount(0)
  await expect(editor.page.getByRole('banner').getByRole('button', { name: 'Stop', exact: true })).toHaveCount(0)
  await editor.page.keyboard.press('Control+z')
  await expect(editor.node('source')).toContainText('stopped')
})

test.describe('with a camera', () => {
  test('its pictures go through the pipeline until Stop', { tag: '@desktop' }, async ({ editor }) => {
    await editor.open(withCamera())
    await press(editor, 'camera', 'Play')
    await expect(editor.node('camera')).toContainText(/\d fps/)
    await editor.hasPicture('camera')
    await editor.hasPicture('gray')
    await moves(editor, 'gray')
    await expect(editor.node('gray')).toContainText('240 × 320 × 1 gray')
    await press(editor, 'camera', 'Stop')
    await expect(editor.node('camera')).toContainText('stopped')
    await editor.settled('camera', 'gray')
    await stands(editor, 'gray')
    await press(editor, 'camera', 'Play')
    await moves(editor, 'gray')
    // Back after a reload: nothing plays by itself.
    await editor.reload()
    await expect(editor.node('camera')).toContainText('stopped')
  })

  test('it is found by its name @browser', async ({ editor }) => {
    await editor.open(withCamera({ camera: 'fake_device_0' }))
    await press(editor, 'camera', 'Play')
    await editor.hasPicture('camera')
  })

  test('a name that no camera has is refused with those there are @browser', async ({ editor }) => {
    await editor.open(withCamera({ camera: 'no such' }))
    await press(editor, 'camera', 'Play')
    await expect(editor.node('camera')).toContainText('There is no camera called "no such"; there are "fake_device_0"')
    await expect(editor.node('camera').getByRole('button', { name: 'Play' })).toBeVisible()
  })
})

test('without permission, the node says what to do @browser', async ({ editor }) => {
  await editor.page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))
  })
  await editor.open(withCamera())
  await press(editor, 'camera', 'Play')
  await expect(editor.node('camera')).toContainText('The camera may not be used.')
  await editor.select('camera')
  await expect(editor.inspector).toContainText('press Play again')
})
