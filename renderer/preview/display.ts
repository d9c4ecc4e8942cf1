/** How numbers became light, in words: the line under every picture. */
import type { Display } from '../../engine/protocol/messages.ts'
import { formatNumber } from '../ui/numbers.ts'

/**
 * "clipped 0–1", "stretched 0.1–0.8", "−3.2 … 3.2 diverging", "viridis 0–12", "channel 2, clipped 0–1".
 * `channels` are the names of the picture's channels.
 */
export function displayWords({ mode, range, channel, flag }: Display, channels: readonly string[] = []): string {
  const ends = range && [formatNumber(range[0], 3), formatNumber(range[1], 3)]
  // A dash between two numbers reads as a minus where one of them is negative.
  const span = ends ? (ends.some((end) => end.startsWith('−')) ? ends.join(' … ') : ends.join('–')) : ''
  const how =
    mode === 'diverging'
      ? `${span} diverging`
      : `${{ auto: '', clip: 'clipped', stretch: 'stretched', viridis: 'viridis' }[mode]} ${span}`
  return [channel !== undefined && (channels[channel] ?? `channel ${channel}`), how.trim(), flag && 'flagged']
    .filter(Boolean)
    .join(', ')
}
