/** What a live source says about its frames. */
import type { FeedReport } from '../../engine/protocol/reports.ts'
import { count, formatTime } from '../ui/numbers.ts'
import { text } from '../words/say.ts'

/** "30 fps"; undefined before it is known. */
export const rateWords = ({ fps }: FeedReport): string | undefined =>
  fps === undefined ? undefined : text(`${fps < 10 ? fps.toFixed(1) : Math.round(fps)} fps`)

/** "12 dropped"; undefined if none were. */
export const droppedWords = ({ dropped }: FeedReport): string | undefined =>
  dropped > 0 ? text(`${dropped} dropped`) : undefined

/** "30 fps, 310 frames shown, 12 dropped, 18 ms behind" */
export const feedWords = (feed: FeedReport): string =>
  [
    rateWords(feed),
    text(`${count(feed.shown, 'frame')} shown`),
    droppedWords(feed),
    feed.latency === undefined ? undefined : text(`${formatTime(feed.latency)} behind`),
  ]
    .filter((part) => part !== undefined)
    .join(', ')
