/** Settings: appearance, computing, shortcuts, language. */
import { create } from 'zustand'
import { openDialog, useUi } from '../state/ui.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Tabs } from '../ui/Tabs.tsx'
import { ComputingSettings } from './ComputingSettings.tsx'
import { KeySettings } from './KeySettings.tsx'
import { LookSettings } from './LookSettings.tsx'
import styles from './SettingsDialog.module.css'
import { WordSettings } from './WordSettings.tsx'

const tabs = [
  { value: 'look', label: 'Appearance', content: <LookSettings /> },
  { value: 'computing', label: 'Computing', content: <ComputingSettings /> },
  { value: 'keys', label: 'Keyboard', content: <KeySettings /> },
  { value: 'words', label: 'Language', content: <WordSettings /> },
]

/** Outlives the redrawing of the window when the language changes. */
const useTab = create(() => ({ tab: 'look' }))

export function SettingsDialog() {
  const open = useUi((s) => s.dialog === 'settings')
  const tab = useTab((s) => s.tab)
  return (
    <Dialog open={open} onOpenChange={(next) => !next && openDialog(null)} size="medium" title="Settings">
      <div className={styles.settings}>
        <Tabs tabs={tabs} label="Settings" value={tab} onChange={(next) => useTab.setState({ tab: next })} />
      </div>
    </Dialog>
  )
}
