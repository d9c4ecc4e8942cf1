/** The visible views are sent once per frame; the latest picture is kept for a view that returns. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { PreviewItem } from '../../engine/protocol/reports.ts'
import {
  forgetPreviews,
  lastPreview,
  onViewsChanged,
  receivePreviews,
  registerView,
  type ViewRequest,
} from './views.ts'

const told: (readonly ViewRequest[])[] = []
let frame: (() => void)[] = []
const nextFrame = (): void => {
  const due = frame
  frame = []
  for (const callback of due) callback()
}

beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => frame.push(callback))
  onViewsChanged((views) => told.push(views))
})
afterEach(() => {
  forgetPreviews()
  nextFrame()
  told.length = 0
  vi.unstubAllGlobals()
})

const request = (id: string): ViewRequest => ({ id, node: 'blur', port: 'image', width: 168, height: 112 })
const item = (view: string, offset = 0, width = 2, height = 1): PreviewItem => ({
  view,
  node: 'blur',
  port: 'image',
  width,
  height,
  offset,
  shape: { kind: 'unknown' },
  region: { x: 0, y: 0, width: 2, height: 1 },
  display: { mode: 'clip', flag: false },
})

it('tells all changes of a frame at once', () => {
  const gone = registerView(request('a'), () => {})
  registerView(request('b'), () => {})
  gone()
  expect(told).toHaveLength(0)
  nextFrame()
  expect(told.map((views) => views.map(({ id }) => id))).toEqual([['b']])
})

it('gives each view its own pixels, which the frame does not keep alive', () => {
  const drawn: number[][] = []
  const stop = [registerView(request('a'), (_, pixels) => drawn.push([...(pixels ?? [])]))]
  stop.push(registerView(request('b'), (_, pixels) => drawn.push([...(pixels ?? [])])))
  const tail = Uint8Array.from({ length: 16 }, (_, i) => i)
  receivePreviews([item('b', 8), item('a', 0)], tail)
  expect(drawn).toEqual([
    [8, 9, 10, 11, 12, 13, 14, 15],
    [0, 1, 2, 3, 4, 5, 6, 7],
  ])
  expect(lastPreview('a')?.pixels?.buffer.byteLength).toBe(8)
  for (const end of stop) end()
})

it('redraws at once for a canvas that comes back', () => {
  registerView(request('a'), () => {})()
  receivePreviews([item('a')], new Uint8Array(8).fill(7))
  const seen = vi.fn()
  registerView(request('a'), seen)()
  expect(seen).toHaveBeenCalledOnce()
  forgetPreviews()
  registerView(request('a'), seen)()
  expect(seen).toHaveBeenCalledOnce()
})

it('an old registration that ends does not end the new one of the same name', () => {
  const old = registerView(request('a'), () => {})
  const end = registerView({ ...request('a'), width: 336 }, () => {})
  old()
  nextFrame()
  expect(told.at(-1)?.map(({ width }) => width)).toEqual([336])
  end()
})

it('says so when a preview is cut off', () => {
  expect(() => receivePreviews([item('a', 4)], new Uint8Array(8))).toThrow(/cut off/)
})
