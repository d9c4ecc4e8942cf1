/** A gray picture stays gray in every pixel, each time it is loaded: once there were coloured pixels in a row. */
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from './app.ts'

const size = { width: 4000, height: 3000 }

test('ten times a gray 12-megapixel picture: no pixel of a preview has a colour', { tag: '@browser' }, async ({
  ownEditor: editor,
  page,
  ownProgram,
  folder,
}) => {
  test.setTimeout(120_000)
  const { width, height } = size
  const bytes = Buffer.alloc(width * height)
  for (let y = 0, i = 0; y < height; y++) for (let x = 0; x < width; x++) bytes[i++] = (x * y) >> 9
  const file = join(folder, 'large.jpg')
  await sharp(bytes, { raw: { ...size, channels: 1 } })
    .jpeg()
    .toFile(file)
  await editor.open({ nodes: [{ id: 'gray', type: 'colour/convert', position: { x: 280, y: 0 } }] })
  await editor.rests()
  await editor.dropFiles([file], { x: 60, y: 120 })
  await editor.settled('load-image')
  await editor.wire('load-image.image', 'gray.image')
  page.on('dialog', (dialog) => void dialog.accept())
  const coloured = (id: string) =>
    editor.preview(id).evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] }
      const rows = new Set<number>()
      for (let i = 0; i < data.length; i += 4)
        if (data[i] !== data[i + 1] || data[i + 1] !== data[i + 2] || data[i + 3] !== 255)
          rows.add(Math.floor(i / 4 / canvas.width))
      return [...rows]
    })
  let first = ''
  for (let load = 1; load <= 10; load++) {
    // Every other time the cache is off: everything is read and computed again.
    if (load % 2 === 0) process.kill(ownProgram.current.enginePid(), 'SIGKILL')
    await expect(async () => editor.reload()).toPass()
    await editor.settled('load-image', 'gray')
    await editor.hasPicture('gray')
    for (const id of ['load-image', 'gray'])
      expect(await coloured(id), `rows of ${id} with a colour, load ${load}`).toEqual([])
    const pixels = await editor.pixels('gray')
    first ||= pixels
    expect(pixels === first, `load ${load} shows the same as the first`).toBe(true)
  }
})
