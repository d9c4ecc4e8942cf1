import { setLookForUpdates, setShowAtStart, useUi } from '../state/ui.ts'
import { scaleSteps, setScale, useScale } from '../theme/scale.ts'
import { type Theme, useTheme } from '../theme/theme.ts'
import { Segmented } from '../ui/Segmented.tsx'
import { Select } from '../ui/Select.tsx'
import { Switch } from '../ui/Switch.tsx'
import { isUpdated } from '../updates/store.ts'
import { Row } from './Row.tsx'

const themes: readonly { readonly value: Theme; readonly label: string }[] = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
]

const sizes = (now: number) =>
  [...new Set([...scaleSteps, now])].sort((a, b) => a - b).map((step) => ({ value: String(step), label: `${step} %` }))

export function LookSettings() {
  const theme = useTheme((s) => s.theme)
  const setTheme = useTheme((s) => s.setTheme)
  const percent = useScale((s) => s.percent)
  const start = useUi((s) => s.showAtStart)
  const look = useUi((s) => s.lookForUpdates)
  return (
    <>
      <Row label="Theme">
        <Segmented label="Theme" value={theme} segments={themes} onChange={setTheme} />
      </Row>
      <Row
        label="Size of the interface"
        of="settings-scale"
        help="Everything in the window, for a projector or small letters. The canvas zooms with it."
      >
        <Select
          id="settings-scale"
          value={String(percent)}
          options={sizes(percent)}
          onChange={(next) => setScale(Number(next))}
        />
      </Row>
      <Row label="Start screen" of="settings-start" help="Shown when Sightline starts without a file.">
        <Switch id="settings-start" checked={start} onChange={setShowAtStart} />
      </Row>
      {isUpdated && (
        <Row
          label="Check for updates"
          of="settings-updates"
          help="Checks for a newer version when Sightline starts, and sends nothing about you. It always asks before downloading or installing."
        >
          <Switch id="settings-updates" checked={look} onChange={setLookForUpdates} />
        </Row>
      )}
    </>
  )
}
