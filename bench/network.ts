/** A network of 5,000 operators, opened in a real window: from the double click on its node to its folds on the screen. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startProgram } from '../e2e/program.ts'
import { manyOperators } from '../host/testing/network.ts'
import { median } from './pairs.ts'
import type { Suite } from './report.ts'
import { benchWindow, closeBrowser } from './window.ts'

const operators = 5000
const times = 7

const pipeline = {
  format: 'sightline',
  version: 1,
  nodes: [{ id: 'net', type: 'model/onnx', params: { path: 'many.onnx' }, position: { x: 0, y: 0 } }],
  edges: [],
}

/** Runs in the page before anything else: `opened` is the time in ms from the last double click to this element. */
function watch(selector: string): void {
  addEventListener(
    'dblclick',
    ({ timeStamp }) => {
      const observer = new MutationObserver(() => {
        if (!document.querySelector(selector)) return
        observer.disconnect()
        Object.assign(window, { opened: performance.now() - timeStamp })
      })
      observer.observe(document, { childList: true, subtree: true })
    },
    true,
  )
}

export const network: Suite = async ({ report, say }) => {
  say(`\nnetwork: ${operators} operators, from the double click to the folds`)
  const folder = await mkdtemp(join(tmpdir(), 'sightline-bench-'))
  try {
    await writeFile(join(folder, 'many.onnx'), manyOperators(operators))
    const file = join(folder, 'network.sightline.json')
    await writeFile(file, JSON.stringify(pipeline))
    const program = await startProgram(folder, file)
    const { page, close } = await benchWindow(program.url, {
      script: watch,
      given: '[data-network] [data-item="/layer4"]',
    })
    try {
      const node = page.locator('[data-node="net"]')
      // Its file has been looked at, as when a person comes to it.
      await page.locator('[data-port="net.image"]').waitFor()
      const all: number[] = []
      for (let i = 0; i < times; i++) {
        await node.dblclick({ position: { x: 90, y: 130 } })
        await page.locator('[data-network] [data-item="/layer4"]').waitFor()
        all.push((await page.evaluate('opened')) as number)
        await page.locator('[data-network]').focus()
        await page.keyboard.press('Escape')
        await page.locator('[data-network]').waitFor({ state: 'detached' })
      }
      const [first = Number.NaN, ...again] = all
      report({ suite: 'network', name: 'opened', figures: { 'first ms': first, 'again ms': median(again) } })
    } finally {
      await close()
      program.process.kill()
      await closeBrowser()
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}
