import { afterEach, expect, it, vi } from 'vitest'
import { openFlight, wayOf } from './flight.ts'

afterEach(() => vi.unstubAllGlobals())

it('goes forward, to the side and up, no faster aslant', () => {
  expect(wayOf(['KeyW'])).toEqual([0, 0, 1])
  expect(wayOf(['KeyE', 'KeyD']).map((v) => v.toFixed(4))).toEqual(['0.7071', '0.7071', '0.0000'])
  expect(wayOf(['KeyA', 'KeyD'])).toEqual([0, 0, 0])
  expect(wayOf(['KeyX'])).toEqual([0, 0, 0])
})

/** A clock and frames by hand. */
function byHand() {
  let now = 0
  let frame: ((now: number) => void) | undefined
  vi.stubGlobal('performance', { now: () => now })
  vi.stubGlobal('cancelAnimationFrame', () => {
    frame = undefined
  })
  vi.stubGlobal('requestAnimationFrame', (next: (now: number) => void) => {
    frame = next
    return 1
  })
  return {
    wait: (ms: number) => {
      now += ms
    },
    draw: () => {
      const next = frame
      frame = undefined
      next?.(now)
    },
  }
}

it('flies as far as time and pace say, also where a key is let go before a frame is drawn', () => {
  const hand = byHand()
  let forward = 0
  const flight = openFlight({
    speed: () => 10,
    move: (_x, _y, z) => {
      forward += z
    },
  })
  const w = { code: 'KeyW', shiftKey: false, ctrlKey: false, altKey: false, metaKey: false }
  expect(flight.down(w)).toBe(true)
  hand.wait(200)
  flight.up(w)
  hand.draw()
  expect(forward).toBeCloseTo(2, 9)
  flight.down({ ...w, shiftKey: true })
  for (let i = 0; i < 10; i++) {
    hand.wait(20)
    hand.draw()
  }
  expect(forward).toBeCloseTo(2 + 4 * 2, 9)
  flight.up({ ...w, shiftKey: true })
  // A shortcut such as Ctrl+S is not a flight.
  expect(flight.down({ ...w, ctrlKey: true })).toBe(false)
  flight.down({ ...w, altKey: true })
  hand.wait(200)
  flight.up({ ...w, altKey: true })
  expect(forward).toBeCloseTo(2 + 8 + 0.5, 9)
  expect(flight.down({ ...w, code: 'KeyX' })).toBe(false)
})
