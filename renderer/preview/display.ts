/** How numbers became colours, in words: the line under every picture. */
import type { Display } from '../../engine/values/display.ts'
import { formatNumber } from '../ui/numbers.ts'
import { say, text } from '../words/say.ts'

const modes = { auto: '', clip: text('clipped'), stretch: text('stretched'), viridis: text('viridis') }

/**
 * "clipped 0–1", "stretched 0.1–0.8", "−3.2 … 3.2 diverging", "viridis 0–12", "channel 2, clipped 0–1".
 * `channels`: the names of the picture's channels.
 */
export function displayWords({ mode, range, channel, flag }: Display, channels: readonly string[] = []): string {
  if (mode === 'labels') return say('a colour for each number')
  const ends = range && [formatNumber(range[0], 3), formatNumber(range[1], 3)]
  // A dash between two numbers would read as a minus if one of them is negative.
  const span = ends ? (ends.some((end) => end.startsWith('−')) ? ends.join(' … ') : ends.join('–')) : ''
  const how = mode === 'diverging' ? say(`${span} diverging`) : `${say(modes[mode])} ${span}`
  return [channel !== undefined && say(channels[channel] ?? `channel ${channel}`), how.trim(), flag && say('flagged')]
    .filter(Boolean)
    .join(', ')
}
