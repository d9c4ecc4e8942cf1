/** A detector as a person builds it: a picture dropped, the node from the palette, its threshold moved. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from './app.ts'

const network = join(process.env.SIGHTLINE_TEST_DATA ?? '', 'models/yolox_nano.onnx')

test('a picture is dropped, a detector added: its threshold changes the boxes', { tag: '@desktop' }, async ({
  editor,
  page,
}) => {
  test.skip(!existsSync(network), 'SIGHTLINE_TEST_DATA does not say where models/yolox_nano.onnx is')
  test.setTimeout(180_000)
  await editor.newDocument()
  const content = readFileSync('assets/samples/still-life.jpg')
  await editor.drop([{ name: 'still-life.jpg', type: 'image/jpeg', content }], { x: 60, y: 160 })
  const photo = (await editor.nodes.first().getAttribute('data-node')) ?? ''
  await editor.hasPicture(photo)

  await editor.palette.getByRole('radio', { name: 'All' }).click()
  await editor.addFromPalette('YOLOX detector', 440, 300)
  const detector = editor.node('yolox')
  await expect(detector).toBeVisible()
  await editor.choose(() => editor.inspector.getByRole('button', { name: 'Choose a file' }).click(), network)
  // Before its picture arrives, it says what it waits for.
  await expect(detector).toContainText(/waiting for a picture/i)
  await editor.wire(`${photo}.image`, 'yolox.image')
  const found = editor.inspector.getByText(/^\d+ box(es)? in /)
  await expect(found).toBeVisible({ timeout: 60_000 })

  const count = async (): Promise<number> => Number.parseInt((await found.textContent()) ?? '', 10)
  const first = await count()
  const slider = editor.inspector.getByRole('slider', { name: 'Least score' })
  await editor.dragSlider(slider, 0.3, 0.05)
  await expect.poll(count).toBeGreaterThan(first)
  // The picture, and the boxes over it.
  const drawing = () =>
    detector.locator('canvas').evaluateAll((all: HTMLCanvasElement[]) => all.map((canvas) => canvas.toDataURL()).join())
  const [many, drawn] = [await count(), await drawing()]
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/detector-many.png` })
  await editor.dragSlider(slider, 0.05, 0.7)
  await expect.poll(count).toBeLessThan(many)
  await expect.poll(async () => (await drawing()) === drawn, 'the same boxes are drawn').toBe(false)
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/detector-few.png` })
  await page.keyboard.press('Control+z')
  await expect.poll(count).toBe(many)
})
