/** Spark's own loader, in the browser that it is made for, without a graphics card: a file to its packed splats. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { chromium } from '@playwright/test'
import { findChromium } from '../e2e/chromium.ts'

const modules = fileURLToPath(new URL('../node_modules/', import.meta.url))
const page = `<!doctype html><meta charset="utf-8"><script type="importmap">${JSON.stringify({
  imports: {
    three: '/modules/three/build/three.module.js',
    'three/addons/': '/modules/three/examples/jsm/',
    '@sparkjsdev/spark': '/modules/@sparkjsdev/spark/dist/spark.module.js',
  },
})}</script>`

export interface SparkLoader {
  /** ms from asking for a file of the folder to its splats, and how many there are. */
  load(file: string): Promise<{ readonly ms: number; readonly count: number }>
  close(): Promise<void>
}

/** Serves a folder to a browser. Throws where there is no browser. */
export async function sparkLoader(folder: string): Promise<SparkLoader> {
  const server = createServer((request, response) => {
    const [, kind = '', ...rest] = (request.url ?? '').split('/')
    const path = join(kind === 'modules' ? modules : folder, decodeURIComponent(rest.join('/')))
    const send = async (): Promise<void> => {
      if (kind === '') {
        response.writeHead(200, { 'content-type': 'text/html' }).end(page)
        return
      }
      const { size } = await stat(path)
      const type = path.endsWith('.js') ? 'text/javascript' : 'application/octet-stream'
      response.writeHead(200, { 'content-type': type, 'content-length': size })
      await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), response)
    }
    void send().catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stop = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()))
  try {
    const browser = await chromium.launch({ executablePath: findChromium().path, args: ['--no-sandbox'] })
    const tab = await browser.newPage()
    tab.setDefaultTimeout(300_000)
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    return {
      load: (file) =>
        tab.evaluate(async (name) => {
          const spark = '@sparkjsdev/spark'
          const { PackedSplats } = await import(spark)
          const began = performance.now()
          const fileBytes = new Uint8Array(await (await fetch(`/files/${name}`)).arrayBuffer())
          const splats = new PackedSplats({ fileBytes, fileName: name })
          await splats.initialized
          const made = { ms: performance.now() - began, count: Number(splats.numSplats) }
          splats.dispose()
          return made
        }, file),
      async close() {
        await browser.close()
        await stop()
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}
