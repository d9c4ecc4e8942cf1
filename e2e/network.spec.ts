/** A model's network as a graph: folds, operators, search, inner tensors and weights. */
import { manyOperators } from '../host/testing/network.ts'
import { expect, test } from './app.ts'

test('a dropped network opens as a graph of folds; its tensors and weights go into the pipeline', {
  tag: '@browser',
}, async ({ editor, page }) => {
  // A large file, several times laid out.
  test.setTimeout(150_000)
  const shot = async (name: string): Promise<void> => {
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/network-${name}.png` })
  }
  await editor.newDocument()
  await editor.drop([{ name: 'many.onnx', type: '', content: Buffer.from(manyOperators(5000)) }], { x: 220, y: 160 })
  await expect(editor.socket('onnx.image', 'in')).toBeVisible({ timeout: 30_000 })
  await editor.node('onnx').dblclick({ position: { x: 90, y: 130 } })

  const network = page.locator('[data-network]')
  const item = (id: string) => network.locator(`[data-item="${id}"]`)
  const inspector = page.getByRole('complementary', { name: 'Inspector' })
  await expect(item('/layer8')).toContainText('625 operators', { timeout: 30_000 })
  await expect(item('/layer1')).toBeVisible()
  await expect(item('<0')).toContainText('1 × 8 × 16 × 16')
  await expect(inspector).toContainText('5000 operators')
  await shot('whole')
  // In another window it is shown whole again: in the middle.
  const off = async (): Promise<number> => {
    const [inner, outer] = [await item('/layer1').boundingBox(), await network.boundingBox()]
    return Math.abs((inner?.x ?? 0) + (inner?.width ?? 0) / 2 - (outer?.x ?? 0) - (outer?.width ?? 0) / 2)
  }
  const size = page.viewportSize() ?? { width: 0, height: 0 }
  const before = await off()
  await page.setViewportSize({ ...size, width: size.width - 200 })
  await expect.poll(off).toBeLessThan(before + 2)
  await page.setViewportSize(size)

  // Level by level, and one level again with the keyboard.
  await item('/layer1').dblclick()
  await expect(network.getByRole('button', { name: 'Close layer1', exact: true })).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(network.getByRole('button', { name: /^Close layer1\.0 … / })).toBeVisible()
  await shot('open')

  // A search opens what is around the operator that it finds.
  await page.keyboard.press('/')
  await page.keyboard.type('layer8.0 conv2')
  await expect(page.getByRole('option').first()).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(network.getByRole('button', { name: 'Close layer8.0', exact: true })).toBeVisible()
  const heading = inspector.getByRole('heading', { level: 2 }).first()
  await expect(heading).toHaveText('Conv')
  await expect(inspector).toContainText('/layer8/layer8.0/conv2/Conv')
  await expect(inspector.getByRole('region', { name: 'Attributes' })).toContainText('kernel_shape')
  await expect(inspector.getByRole('region', { name: 'Weights' })).toContainText('8 × 8 × 3 × 3')
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    expect(await editor.faults('html', true), colorScheme).toEqual([])
    await shot(`operator-${colorScheme}`)
  }

  // An inner tensor becomes an output; a weight is shown in the viewer, by a node of its own.
  await inspector.getByRole('button', { name: 'Tap', exact: true }).click()
  await expect(inspector.getByRole('button', { name: 'Tapped', exact: true })).toBeVisible()
  await inspector.getByRole('region', { name: 'Weights' }).getByRole('button').first().click()
  const viewer = page.getByRole('region', { name: 'Viewer' })
  await expect(viewer).toContainText('8 × 8 × 3 × 3')
  await shot('viewer')

  await network.focus()
  await page.keyboard.press('Escape')
  await expect(network).toHaveCount(0)
  await expect(editor.socket('onnx./layer8/layer8.0/conv2/Conv_output_0', 'out')).toBeVisible()
  await expect(editor.nodes).toHaveCount(2)
  await page.keyboard.press('Control+z')
  await page.keyboard.press('Control+z')
  await expect(editor.socket('onnx./layer8/layer8.0/conv2/Conv_output_0', 'out')).toHaveCount(0)
  await expect(editor.nodes).toHaveCount(1)
})

test('a network built from layers opens into stages, blocks and layers, and a layer is looked into from there', {
  tag: '@browser',
}, async ({ editor, page }) => {
  test.setTimeout(90_000)
  const shot = async (name: string): Promise<void> => {
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/layers-${name}.png` })
  }
  await editor.open({
    nodes: [
      { id: 'net', type: 'network/architecture', params: { name: 'resnet18' }, position: { x: 0, y: 0 } },
      { id: 'photo', type: 'io/sample-image', position: { x: 0, y: 480 } },
      { id: 'run', type: 'network/run', position: { x: 300, y: 0 } },
    ],
    edges: [
      { from: 'net.network', to: 'run.network' },
      { from: 'photo.image', to: 'run.image' },
    ],
  })
  const network = page.locator('[data-network]')
  const item = (id: string) => network.locator(`[data-item="${id}"]`)
  const inspector = page.getByRole('complementary', { name: 'Inspector' })
  await editor.node('net').click({ position: { x: 90, y: 16 } })
  await inspector.getByRole('button', { name: 'Open the network' }).click()
  // The last stage has 8.4 of the 11.7 million parameters.
  await expect(inspector).toContainText('69 layers')
  await expect(inspector).toContainText('11.7 M parameters')
  await expect(item('/layer4')).toContainText('8.39 M')
  await item('/layer1').dblclick()
  await item('/layer1/layer1.0').dblclick()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await shot(colorScheme)
  }
  await network.focus()
  await page.keyboard.press('Escape')

  await editor.node('run').click({ position: { x: 90, y: 16 } })
  await inspector.getByRole('button', { name: 'Open the network' }).click()
  await network.focus()
  await page.keyboard.press('/')
  await page.keyboard.type('layer2.0 conv1')
  await page.keyboard.press('Enter')
  await expect(inspector.getByRole('heading', { level: 2 }).first()).toHaveText('Conv2d')
  await expect(inspector).toContainText('N × 128 × 28 × 28')
  await inspector.getByRole('button', { name: 'Tap', exact: true }).click()
  await shot('tapped')
  await network.focus()
  await page.keyboard.press('Escape')
  await expect(editor.socket('run.layer2.0.conv1', 'out')).toBeVisible()
})
