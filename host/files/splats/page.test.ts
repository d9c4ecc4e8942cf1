/** Pages of shared scenes: what is in them, and that nothing of a title becomes code. */
import { beforeAll, expect, it } from 'vitest'
import { largestPage } from '../../../engine/protocol/scene-page.ts'
import { buildSharePage } from '../../build/all.ts'
import { pageFiles, pageOf, pageSizes } from './page.ts'

beforeAll(async () => {
  await buildSharePage()
}, 120_000)

const look = { title: 'A </script><b>"scene" & {{scene}}', up: '-y', background: 'window' } as const
const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString()

it('a page has the scene in it, to the byte, and its size is foretold', async () => {
  const sog = Uint8Array.from({ length: 1001 }, (_, i) => (i * 7) & 255)
  const files = await pageFiles(sog, true, { name: 'room', look, beside: false })
  expect([...files.keys()]).toEqual(['room.html'])
  const page = text(files.get('room.html'))
  const inside = /<script type="text\/plain" id="scene">([^<]*)<\/script>/.exec(page)?.[1] ?? ''
  expect(new Uint8Array(Buffer.from(inside, 'base64'))).toEqual(sog)
  // The title and the first view come to it.
  const { together } = await pageSizes(sog.length)
  expect(Math.abs(page.length - together)).toBeLessThan(1000)
  const start = JSON.parse(/id="start">(.*?)<\/script>/.exec(page)?.[1] ?? '')
  expect(start).toEqual({ ...look, antialiased: true })
  const titled = /<title>(.*?)<\/title>/.exec(page)?.[1]
  expect(titled).toBe('A &lt;/script&gt;&lt;b&gt;&quot;scene&quot; &amp; {{scene}}')
})

it('the page brings the licences of all that is in it, and may reach nothing but what lies beside it', async () => {
  const page = text(await pageOf({ ...look, antialiased: false, file: 'room.sog' }))
  for (const name of ['Sightline', '@sparkjsdev/spark', 'three']) expect(page.includes(`<h2>${name} `), name).toBe(true)
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toMatch(/https?:|\*|unsafe-inline/)
  expect(/<(script|link|img)[^>]* (src|href)=/.exec(page)?.[0]).toBeUndefined()
})

it('beside a page lies its scene, however large; in a page it may take 25 MB', async () => {
  const large = new Uint8Array(largestPage)
  const files = await pageFiles(large, false, { name: 'room', look, beside: true })
  expect([...files.keys()]).toEqual(['room.html', 'room.sog'])
  expect(files.get('room.sog')).toBe(large)
  await expect(pageFiles(large, false, { name: 'room', look, beside: false })).rejects.toMatchObject({
    code: 'scene.page-too-large',
    params: { given: 37, limit: 25 },
  })
})

it('a look that is none is refused', async () => {
  const view = { eye: [0, 0, Number.NaN], target: [0, 0, 0], fov: 50 } as const
  await expect(pageOf({ ...look, view, antialiased: false })).rejects.toThrow()
})
