import { crc32 } from 'node:zlib'
import { expect, it } from 'vitest'
import { sogFiles } from '../../engine/protocol/scene.ts'
import { sceneIn } from './source.ts'
import { zipped } from './zip.ts'

const meta = {
  version: 2,
  means: { files: ['means_l.webp', 'means_u.webp'] },
  scales: { files: ['scales.webp'] },
  quats: { files: ['quats.webp'] },
  sh0: { files: ['sh0.webp'] },
}
const names = ['means_l.webp', 'means_u.webp', 'scales.webp', 'quats.webp', 'sh0.webp']

it('knows the list of an unpacked .sog, and takes no name that leads elsewhere', () => {
  expect(sogFiles(JSON.stringify(meta))).toEqual(names)
  const more = { ...meta, shN: { files: ['shN_centroids.webp', 'shN_labels.webp'] } }
  expect(sogFiles(JSON.stringify(more))).toEqual([...names, 'shN_centroids.webp', 'shN_labels.webp'])
  for (const name of ['../a.webp', 'b/a.webp', '/a.webp', '.webp', 'a.txt', 'C:a.webp', 'a\\b.webp', 7, ''])
    expect(sogFiles(JSON.stringify({ ...meta, quats: { files: [name] } }))).toBeUndefined()
  for (const text of ['', '[]', 'null', '{}', '{"means":1}', JSON.stringify({ ...meta, sh0: undefined })])
    expect(sogFiles(text)).toBeUndefined()
})

it('writes a zip as APPNOTE has it', () => {
  const bytes = new TextEncoder().encode('123456789')
  const zip = Buffer.from(
    zipped(
      new Map([
        ['a.webp', bytes],
        ['meta.json', new Uint8Array(0)],
      ]),
    ),
  )
  // The check value of CRC-32.
  expect(crc32(bytes)).toBe(0xcbf43926)
  expect(zip.readUInt32LE(14)).toBe(0xcbf43926)
  const end = zip.length - 22
  expect(zip.subarray(end, end + 4).toString('latin1')).toBe('PK\x05\x06')
  expect([zip.readUInt16LE(end + 8), zip.readUInt16LE(end + 10)]).toEqual([2, 2])
  const directory = zip.readUInt32LE(end + 16)
  expect(directory + zip.readUInt32LE(end + 12)).toBe(end)
  expect(zip.subarray(directory, directory + 4).toString('latin1')).toBe('PK\x01\x02')
  expect(zip.readUInt32LE(directory + 16)).toBe(0xcbf43926)
  const second = zip.readUInt32LE(directory + 46 + 6 + 42)
  expect(zip.subarray(second, second + 4).toString('latin1')).toBe('PK\x03\x04')
  expect(zip.subarray(second + 30, second + 39).toString()).toBe('meta.json')
  expect(zip.subarray(30, 45).toString()).toBe('a.webp123456789')
})

it('puts an unpacked .sog together from what was dropped, or says what is missing', async () => {
  const list = new File([JSON.stringify(meta)], 'meta.json')
  const pictures = names.map((name) => new File([name], name))
  const source = await sceneIn(list, [...pictures, list])
  expect(source.name).toBe('scene.sog')
  const parts: number[] = []
  const bytes = Buffer.from(await source.read((there) => parts.push(there), new AbortController().signal))
  expect(parts.at(-1)).toBe(source.size)
  for (const name of names) expect(bytes.includes(name + name)).toBe(true)
  await expect(sceneIn(list, pictures.slice(1))).rejects.toMatchObject({
    code: 'scene.sog-alone',
    params: { missing: 'means_l.webp' },
  })
  await expect(sceneIn(new File(['{}'], 'meta.json'), pictures)).rejects.toMatchObject({ code: 'scene.no-sog-list' })
})
