/** Models in the window: sockets that follow from a file, and installing, from a registry on this machine. */
import { readFileSync } from 'node:fs'
import { startRegistry, type TestRegistry } from '../host/testing/registry.ts'
import { expect, test } from './app.ts'

test('wires to a model that cannot be read are kept and drawn', async ({ editor }) => {
  await editor.open({
    nodes: [
      { id: 'photo', type: 'io/sample-image', position: { x: 0, y: 0 } },
      { id: 'prep', type: 'tensor/normalise', position: { x: 260, y: 0 } },
      { id: 'net', type: 'model/onnx', params: { path: 'missing.onnx' }, position: { x: 520, y: 0 } },
      { id: 'picture', type: 'tensor/to-image', position: { x: 780, y: 0 } },
    ],
    edges: [
      { from: 'photo.image', to: 'prep.image' },
      { from: 'prep.tensor', to: 'net.input:0' },
      { from: 'net./head/out.1', to: 'picture.tensor' },
    ],
  })
  await editor.settled('photo', 'prep')
  await expect(editor.socket('net.input:0', 'in')).toBeVisible()
  await expect(editor.socket('net./head/out.1', 'out')).toBeVisible()
  await expect(editor.wireTo('net.input:0')).toHaveAttribute('data-waiting', 'true')
  await expect(editor.wireTo('picture.tensor')).toHaveAttribute('data-waiting', 'true')
})

test('a dropped model becomes a node with its sockets at the pointer', { tag: '@browser' }, async ({
  editor,
  page,
}) => {
  await editor.newDocument()
  const fixture = (name: string) => ({ name, type: '', content: readFileSync(`host/models/fixtures/${name}`) })
  await editor.drop([fixture('linear.onnx')], { x: 200, y: 160 })
  await expect(editor.socket('onnx.x', 'in')).toBeVisible()
  await expect(editor.socket('onnx.y', 'out')).toBeVisible()
  const graph = fixture('graph/model.json')
  const model = { ...graph, name: 'model.json', type: 'application/json' }
  await editor.drop([model], { x: 200, y: 420 })
  await expect(
    page
      .getByLabel(/^Notifications/)
      .getByText('has its weights in other files')
      .first(),
  ).toBeVisible()
  const shards = ['1of2', '2of2'].map((part) => ({
    ...fixture(`graph/group1-shard${part}.bin`),
    name: `group1-shard${part}.bin`,
  }))
  await editor.drop([model, ...shards], { x: 200, y: 420 })
  await expect(editor.socket('tfjs.x', 'in')).toBeVisible()
  await expect(editor.nodes).toHaveCount(2)
})

test.describe('installing', { tag: '@browser' }, () => {
  // It has a program of its own to start.
  test.describe.configure({ timeout: 180_000 })
  let registry: TestRegistry
  // Before the program starts, which has its environment from here.
  test.beforeAll(async () => {
    const given = { input: 'image', words: 'Blue first, 0 to 255.', layout: 'NCHW', order: 'BGR', scale: 255 } as const
    registry = await startRegistry({ 'means.onnx': readFileSync('host/models/fixtures/means.onnx') }, [
      { ...given, whole: false, mean: [0], std: [1], resize: 'none' },
    ])
    process.env.SIGHTLINE_MODELS = registry.manifest
    process.env.npm_config_registry = registry.url
  })
  test.afterAll(async () => {
    delete process.env.SIGHTLINE_MODELS
    delete process.env.npm_config_registry
    await registry.close()
  })

  test('a model is installed from its node, used, checked and removed in the panel', async ({
    ownEditor: editor,
    page,
  }) => {
    const { dialog } = editor
    const panel = page.getByRole('region', { name: 'Models', exact: true })
    const model = panel.locator('[data-model="tiny"]')
    await editor.open({
      nodes: [
        { id: 'photo', type: 'io/sample-image', position: { x: 0, y: 0 } },
        { id: 'numbers', type: 'tensor/view', position: { x: 300, y: 0 }, params: { layout: 'NCHW' } },
        { id: 'net', type: 'model/onnx', params: { path: 'model:tiny/means.onnx' }, position: { x: 750, y: 0 } },
      ],
      edges: [
        { from: 'photo.image', to: 'numbers.image' },
        { from: 'numbers.tensor', to: 'net.image' },
      ],
    })
    await editor.node('net').getByRole('button', { name: 'Install…' }).click()
    await expect(dialog).toContainText('Install “Tiny network”?')
    await expect(dialog).toContainText('sightline-tiny@1.0.0 of the npm registry')
    await expect(dialog.locator('pre')).toContainText('MIT License')
    expect(await editor.faults('[role="dialog"]', true)).toEqual([])
    await dialog.getByRole('button', { name: 'Not now' }).click()
    await expect(panel).toHaveCount(0)

    registry.hold()
    await editor.node('net').getByRole('button', { name: 'Install…' }).click()
    await dialog.getByRole('button', { name: 'Download and install' }).click()
    await expect(model).toContainText('KB downloaded')
    await model.getByRole('button', { name: 'Cancel the download' }).click()
    await expect(model).toContainText('Not installed')
    registry.release()

    await model.getByRole('button', { name: 'Install Tiny network' }).click()
    await dialog.getByRole('button', { name: 'Download and install' }).click()
    await expect(model).toHaveAttribute('data-state', 'installed')
    // The node has the model's sockets, without a reload.
    await expect(editor.socket('net.means', 'out')).toBeVisible()
    await expect(editor.node('net')).toHaveAttribute('data-state', 'done')
    await expect(model).toContainText('Used by')
    await model.getByRole('button', { name: 'Verify' }).click()
    await expect(model).toContainText('Verified: 3 files')
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      expect(await editor.faults('html', true), colorScheme).toEqual([])
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/models-${colorScheme}.png` })
    }

    // The wire says what the network was trained on; one click puts it right, one undo takes it back.
    const badges = page.locator('.react-flow__edgelabel-renderer')
    const advice = badges.getByText('it gets RGB from 0 to 1')
    await expect(advice).toContainText('trained on BGR from 0 to 255; it gets RGB from 0 to 1.')
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/advice.png` })
    await badges.getByRole('button', { name: 'Prepare the picture' }).click()
    await expect(editor.node('normalise')).toBeVisible()
    await expect(advice).toHaveCount(0)
    await expect(editor.node('net')).toHaveAttribute('data-state', 'done')
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/prepared.png` })
    await page.keyboard.press('Control+z')
    await expect(editor.node('normalise')).toHaveCount(0)
    await expect(advice).toBeVisible()

    // The memory panel names the loaded model and the results; a click unloads the model.
    await page.keyboard.press('Control+k')
    await page.keyboard.type('memory')
    await page.keyboard.press('Enter')
    const memory = page.getByRole('region', { name: 'Memory', exact: true })
    const loaded = memory.locator('[data-held="model:tiny/means.onnx"]')
    await expect(loaded).toContainText('MB')
    await expect(memory.locator('[data-held="photo"]')).toContainText('Sample image')
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme })
      expect(await editor.faults('html', true), colorScheme).toEqual([])
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/memory-${colorScheme}.png` })
    }
    await loaded.getByRole('button', { name: 'Unload' }).click()
    await expect(loaded).toHaveCount(0)
    await editor.resize(900, 620)
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/memory-small.png` })
    await editor.resize(1440, 900)

    await model.getByRole('button', { name: 'Remove' }).click()
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
    await expect(model).toContainText('Not installed')
    await expect(editor.node('net').getByRole('button', { name: 'Install…' })).toBeVisible()

    // Without a network.
    await registry.stop()
    await model.getByRole('button', { name: 'Install Tiny network' }).click()
    await dialog.getByRole('button', { name: 'Download and install' }).click()
    await expect(model).toContainText('could not be downloaded')
    await expect(model).toContainText('Not installed')
  })
})
