/** Nothing from outside commands the terminal or floods it. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, expect, it, vi } from 'vitest'
import { root } from '../installation.ts'
import { boundedLog, followLines } from './log.ts'
import { print, printJson, say } from './say.ts'
import { visible, visibleJson, visibleLines } from './visible.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** Unicode 16, DerivedGeneralCategory (Cc) and PropList (Bidi_Control), and the separators Zl and Zp. */
const controls = [
  ...Array.from({ length: 0x20 }, (_, i) => i),
  ...Array.from({ length: 0x21 }, (_, i) => 0x7f + i),
  ...[0x61c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069],
].map((code) => String.fromCharCode(code))

/** What people write: letters of all kinds, joined emoji, combining marks. */
const plain = 'Straße – 東京 – العربية – हिन्दी – 👩‍🔬 – e\u0301 – ~ – ¡'

it('shows every control character as it is escaped, and nothing else', () => {
  for (const sign of controls) {
    const shown = visible(`a${sign}b`)
    expect(shown).toMatch(/^a[\x20-\x7e]+b$/)
    // A JavaScript escape: it means the sign.
    expect(JSON.parse(`"${shown.replace(/\\x(..)/, '\\u00$1')}"`)).toBe(`a${sign}b`)
    expect(visibleLines(sign)).toBe(sign === '\n' || sign === '\t' ? sign : visible(sign))
  }
  for (let code = 0; code < 0x3000; code++) {
    const sign = String.fromCharCode(code)
    if (!controls.includes(sign)) expect(visible(sign)).toBe(sign)
  }
  expect(visible(plain)).toBe(plain)
})

it('gives JSON of the same value', () => {
  const value = { [`key${controls.join('')}`]: [controls.join(''), plain] }
  for (const json of [JSON.stringify(value), JSON.stringify(value, null, '\t')]) {
    expect(visibleJson(json)).not.toMatch(/(?![\n\t])[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u)
    expect(JSON.parse(visibleJson(json))).toEqual(value)
  }
})

it('writes no control character, and no line that passes for another message', () => {
  const written: string[] = []
  for (const method of ['log', 'error'] as const)
    vi.spyOn(console, method).mockImplementation((text) => void written.push(String(text)))
  say(`sightline: "${controls.join('')}\nsightline: all is well"`)
  print(controls.join(''))
  printJson(JSON.stringify(controls.join('')))
  expect(written).toHaveLength(3)
  for (const text of written) expect(text.replace(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u)
  expect(written[0]).toContain('\n  sightline: all is well')
})

it('is the only way: nothing else in the program writes to the terminal', () => {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'host', 'electron', 'engine', 'nodes'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => /\.(ts|js)$/.test(file) && !/\.test\.ts$|\/testing|testing\.ts$|^host\/(build|docs)\//.test(file))
  expect(files.length).toBeGreaterThan(200)
  const direct = files.filter((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .some((line) => /\bconsole\.\w+\(|process\.std(out|err)\.write|writeSync\([12],/.test(line)),
  )
  // The two that find a Node speak before there are modules; packaging is a build.
  expect(direct.sort()).toEqual(['electron/package.ts', 'host/node.js', 'host/sightline.js', 'host/terminal/say.ts'])
})

it('bounds a log in lines, in their length and in time', () => {
  vi.useFakeTimers()
  const lines: string[] = []
  const log = boundedLog((line) => lines.push(line))
  log(`${'x'.repeat(1e6)}\n${'\x1b'.repeat(1e6)}`)
  log(Array.from({ length: 1000 }, (_, i) => `\tline ${i}\r`).join('\n'))
  expect(lines.length).toBeLessThan(30)
  for (let i = 0; i < 10_000; i++) log(`knock ${i}`)
  expect(lines).toHaveLength(200)
  for (const line of lines) expect(line).toMatch(/^[\x20-\x7e]{1,2100}$/)
  vi.advanceTimersByTime(60_000)
  expect(lines.at(-1)).toMatch(/^\(9\d{3} more lines/)
  log('later')
  expect(lines.at(-1)).toBe('later')
  // A quiet minute is not told of.
  vi.advanceTimersByTime(600_000)
  expect(lines.at(-1)).toBe('later')
})

it('follows what another process writes, however it is cut', () => {
  const lines: string[] = []
  const stream = new PassThrough()
  followLines(stream, (line) => lines.push(line))
  const bytes = Buffer.from(`${plain}\r\nsecond\n\nthird`)
  for (const byte of bytes) stream.write(Buffer.of(byte))
  for (let i = 0; i < 100; i++) stream.write('z'.repeat(10_000))
  stream.end('\nlast')
  return new Promise<void>((resolve) => stream.on('close', resolve).resume()).then(() => {
    expect(lines.slice(0, 3)).toEqual([plain, 'second', ''])
    expect(lines[3]).toMatch(/^thirdz{100,600}$/)
    expect(lines.slice(4)).toEqual(['last'])
  })
})
