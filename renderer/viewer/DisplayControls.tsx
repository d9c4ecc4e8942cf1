/** How the numbers of one output become colours: mapping, channel, range, flags. The value never changes. */
import { useId } from 'react'
import type { DisplayInput } from '../../engine/values/display.ts'
import { channelNames } from '../preview/channels.ts'
import { displayWords } from '../preview/display.ts'
import { Button } from '../ui/Button.tsx'
import { NumberField } from '../ui/NumberField.tsx'
import { Popover } from '../ui/Popover.tsx'
import { Select } from '../ui/Select.tsx'
import { Switch } from '../ui/Switch.tsx'
import styles from './DisplayControls.module.css'
import type { PictureInfo } from './picture.ts'
import { setDisplay } from './state.ts'

const modes = [
  { value: 'auto', label: 'As the numbers suggest' },
  { value: 'clip', label: 'Clipped to the range' },
  { value: 'stretch', label: 'Stretched over the range' },
  { value: 'diverging', label: 'Diverging about 0' },
  { value: 'viridis', label: 'Viridis' },
  { value: 'labels', label: 'A colour for each number' },
] as const

interface DisplayControlsProps {
  readonly pane: string
  readonly info: PictureInfo
  /** What was requested. */
  readonly display: DisplayInput
  /** The range is shared by all panes. */
  readonly shared: boolean
}

export function DisplayControls({ pane, info, display, shared }: DisplayControlsProps) {
  const id = useId()
  const names = channelNames(info.shape)
  const shown = info.display.range
  const words = displayWords(info.display, names)
  const channels = [
    { value: 'all', label: names.length > 1 ? 'All' : (names[0] ?? 'All') },
    ...(names.length > 1 ? names.map((name, c) => ({ value: String(c), label: name })) : []),
  ]
  const setEnd = (end: 0 | 1, value: number): void => {
    const [low, high] = shown ?? [0, 1]
    // The ends may meet while dragging, but an empty range shows nothing.
    const range: [number, number] =
      end === 0 ? [value, Math.max(high, value + 1e-6)] : [Math.min(low, value - 1e-6), value]
    setDisplay(pane, { range })
  }
  return (
    <Popover
      label="How the numbers are shown"
      align="end"
      trigger={
        <button type="button" className={styles.trigger} title="How the numbers are shown">
          {words}
        </button>
      }
    >
      <div className={styles.controls}>
        <label htmlFor={`${id}-mode`}>Mapping</label>
        <Select
          wide
          id={`${id}-mode`}
          value={display.mode ?? 'auto'}
          options={modes}
          onChange={(mode) => setDisplay(pane, { mode })}
        />
        {channels.length > 1 && (
          <>
            <label htmlFor={`${id}-channel`}>Channel</label>
            <Select
              wide
              id={`${id}-channel`}
              value={display.channel === undefined ? 'all' : String(display.channel)}
              options={channels}
              onChange={(value) => setDisplay(pane, { channel: value === 'all' ? undefined : Number(value) })}
            />
          </>
        )}
        {info.display.mode !== 'labels' && (
          <>
            <span>Range</span>
            <div className={styles.range}>
              <NumberField
                label="Shown as darkest"
                value={shown?.[0] ?? 0}
                range={{ usual: shown?.[0] ?? 0 }}
                onChange={(value) => setEnd(0, value)}
              />
              <span aria-hidden>…</span>
              <NumberField
                label="Shown as brightest"
                value={shown?.[1] ?? 1}
                range={{ usual: shown?.[1] ?? 1 }}
                onChange={(value) => setEnd(1, value)}
              />
            </div>
            <span />
            {shared ? (
              <p className={styles.hint}>One range for all that is shown.</p>
            ) : (
              <Button
                small
                disabled={display.range === undefined}
                onClick={() => setDisplay(pane, { range: undefined })}
              >
                Range by itself
              </Button>
            )}
            <label htmlFor={`${id}-flag`}>Mark</label>
            <div className={styles.range}>
              <Switch
                id={`${id}-flag`}
                checked={display.flag ?? false}
                onChange={(flag) => setDisplay(pane, { flag })}
              />
              <span className={styles.hint}>NaN and out of range</span>
            </div>
          </>
        )}
      </div>
    </Popover>
  )
}
