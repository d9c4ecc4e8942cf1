/** Which numbers have which colours: the ramp with its ends, and the meaning of flag colours. */
import type { Shape } from '../../engine/values/index.ts'
import { imageOf } from '../preview/shape.ts'
import { type Ramp, rampGradient } from '../theme/ramps.ts'
import { formatNumber } from '../ui/numbers.ts'
import styles from './Legend.module.css'
import type { PictureInfo } from './picture.ts'

/** Colours, and gray shown as it is, need no legend; mapped numbers need a ramp. */
function rampOf({ mode, channel }: PictureInfo['display'], shape: Shape): Ramp | undefined {
  if (mode === 'viridis' || mode === 'diverging' || mode === 'labels') return mode
  if (mode === 'clip' && channel === undefined) return undefined
  return channel !== undefined || imageOf(shape)?.channels === 1 ? 'gray' : undefined
}

export function Legend({ info }: { info: PictureInfo }) {
  const { display, shape } = info
  const ramp = rampOf(display, shape)
  const { flag } = display
  // Of labels the first sixteen colours are shown.
  const range = ramp === 'labels' ? ([0, 15] as const) : display.range
  if (!ramp && !flag) return null
  return (
    <div className={styles.legend}>
      {ramp && range && (
        <div className={styles.ramp}>
          <span>{formatNumber(range[0], 3)}</span>
          <span className={styles.bar} style={{ background: rampGradient(ramp) }} />
          <span>{formatNumber(range[1], 3)}</span>
        </div>
      )}
      {flag && (
        <ul className={styles.flags}>
          <li data-flag="below">below</li>
          <li data-flag="above">above</li>
          <li data-flag="nan">NaN</li>
        </ul>
      )}
    </div>
  )
}
