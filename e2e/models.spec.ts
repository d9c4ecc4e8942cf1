/** Sockets that follow from a model's file, in the window. */
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
