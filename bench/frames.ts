/** What a gesture costs the window: time of the main thread for each frame, and frames dropped. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { CDPSession, Page } from '@playwright/test'
import { quantile } from './pairs.ts'
import type { Row } from './report.ts'

/** Waits until no more previews arrive. Not `waitForFunction`, which uses eval, which the page's policy forbids. */
export async function quiet(page: Page): Promise<void> {
  let before = -1
  for (;;) {
    const now = (await page.evaluate('recording.frames.length')) as number
    if (now > 0 && now === before) return
    before = now
    await sleep(2500)
  }
}

/** Chromium's count of main-thread task time: wall clock, and CPU time, which other programs do not disturb. */
export type Clocks = readonly [wall: CDPSession, processor: CDPSession]

export async function clocks(page: Page): Promise<Clocks> {
  const session = async (timeDomain: 'timeTicks' | 'threadTicks'): Promise<CDPSession> => {
    const cdp = await page.context().newCDPSession(page)
    await cdp.send('Performance.enable', { timeDomain })
    return cdp
  }
  return [await session('timeTicks'), await session('threadTicks')]
}

/** Seconds since the page started. */
async function taskTime(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN
}

export type Figures = Row['figures']

export const steps = 180
const period = 1000 / 60

export type Point = { x: number; y: number }

/** Runs in the page: records every animation frame, and how many of them a pointer or wheel event fell into. */
function recordFrames(): void {
  const frames: { at: number; moves: number }[] = []
  let moves = 0
  const move = (): void => {
    moves++
  }
  addEventListener('pointermove', move, true)
  addEventListener('wheel', move, true)
  let going = true
  const tick = (at: number): void => {
    if (!going) return
    frames.push({ at, moves })
    moves = 0
    requestAnimationFrame(tick)
  }
  requestAnimationFrame(tick)
  const stop = () => {
    going = false
    removeEventListener('pointermove', move, true)
    removeEventListener('wheel', move, true)
    return frames
  }
  Object.assign(window, { stopFrames: stop })
}

/** Sends `event(i)` each sixtieth of a second, for i from 1 to `steps`, whether the page keeps up or not. */
export async function recorded(
  page: Page,
  [wall, processor]: Clocks,
  event: (i: number) => Record<string, unknown>,
): Promise<Figures> {
  await page.waitForTimeout(1000)
  await page.evaluate(recordFrames)
  const before = [await taskTime(wall), await taskTime(processor)] as const
  const began = performance.now()
  const sent: Promise<unknown>[] = []
  for (let i = 1; i <= steps; i++) {
    sent.push(wall.send('Input.dispatchMouseEvent', event(i) as never))
    await sleep(Math.max(0, began + i * period - performance.now()))
  }
  await Promise.all(sent)
  const spent = [(await taskTime(wall)) - before[0], (await taskTime(processor)) - before[1]] as const
  const frames = (await page.evaluate('stopFrames()')) as { at: number; moves: number }[]
  const gaps = frames.slice(1).map(({ at }, i) => at - (frames[i]?.at ?? at))
  return {
    'task ms/frame': (1000 * spent[0]) / frames.length,
    'of it computing': (1000 * spent[1]) / frames.length,
    'frame p95 ms': quantile(gaps, 0.95),
    frames: frames.length,
    moved: frames.filter(({ moves }) => moves > 0).length,
    dropped: gaps.reduce((sum, gap) => sum + Math.max(0, Math.round(gap / period) - 1), 0),
  }
}
