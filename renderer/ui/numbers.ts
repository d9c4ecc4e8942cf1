/** Numbers as people read and type them. */

/** At most six significant digits, a real minus sign, × 10ⁿ only where necessary. NaN and ∞ are written as words or signs. */
export function formatNumber(value: number | null | undefined, digits = 6): string {
  if (value === null || value === undefined || Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  const size = Math.abs(value)
  const text =
    size !== 0 && (size < 1e-4 || size >= 1e9) ? value.toExponential(Math.max(0, digits - 3)) : plain(value, digits)
  return text.replace(/^-/, '−').replace(/e\+?(-?)/, (_, minus: string) => `e${minus ? '−' : ''}`)
}

const plain = (value: number, digits: number): string => String(Number(value.toPrecision(digits)))

/** A typed number: "1,5", "−3", "2 px", ".5". Undefined if it is not a number. */
export function parseNumber(text: string): number | undefined {
  const bare = text
    .trim()
    .replace('−', '-')
    .replace(/\s*(px|°|%|MP|s)$/, '')
    .replace(/^(-?\d*),(\d+)$/, '$1.$2')
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(bare)) return undefined
  const value = Number(bare)
  return Number.isFinite(value) ? value : undefined
}

/** "420 µs", "12.3 ms", "1.25 s": a duration given in milliseconds. */
export function formatTime(ms: number): string {
  if (ms < 1) return `${Math.round(ms * 1000)} µs`
  if (ms < 10) return `${ms.toFixed(1)} ms`
  if (ms < 1000) return `${Math.round(ms)} ms`
  return ms < 60_000 ? `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s` : `${Math.round(ms / 60_000)} min`
}

/** "1.4 MB" */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  const power = bytes > 0 ? Math.min(units.length - 1, Math.floor(Math.log(bytes) / Math.log(1024))) : 0
  const value = bytes / 1024 ** power
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`
}

/** "1 node", "3 nodes" */
export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`
