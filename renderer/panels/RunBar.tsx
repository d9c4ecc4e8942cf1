/** Run and cancel, progress, time and device. */
import { LoaderCircle, MemoryStick, Pause, Play, Square, Unplug, Video, Zap } from 'lucide-react'
import { perform } from '../commands/command.ts'
import { useShortcut } from '../commands/shortcuts.ts'
import { cancel, memoryPanel, pause, play, runAll } from '../commands/view.ts'
import { useEngine } from '../state/engine.ts'
import { useLiveSources } from '../state/feeds.ts'
import { useMemory } from '../state/memory.ts'
import { useAllNodeReports } from '../state/reports.ts'
import { isShown, useUi } from '../state/ui.ts'
import { Button } from '../ui/Button.tsx'
import { formatBytes } from '../ui/numbers.ts'
import { Tooltip } from '../ui/Tooltip.tsx'
import { deviceWords, movedWords } from './device.ts'
import { RunEstimate } from './EstimateWords.tsx'
import styles from './RunBar.module.css'
import { RunProfile } from './RunProfile.tsx'

export function RunBar() {
  const link = useEngine((s) => s.link)
  const device = useEngine((s) => s.device)
  const { state, done, total, ms, moved, fraction = done / Math.max(1, total) } = useEngine((s) => s.run)
  const runKeys = useShortcut(runAll)
  const cancelKeys = useShortcut(cancel)
  // A run that only serves a newly opened view may have nothing to compute.
  const running = state === 'explicit' || (state === 'full' && done < total)

  if (link !== 'open') return <Lost state={link} />
  return (
    <div className={styles.bar}>
      {running ? (
        <>
          <Tooltip label="Stop; finished results stay" shortcut={cancelKeys}>
            <Button small onClick={() => perform(cancel)}>
              <Square size={11} fill="currentColor" aria-hidden />
              Cancel
            </Button>
          </Tooltip>
          {state === 'explicit' && <PauseJobs />}
        </>
      ) : (
        <Tooltip label={<RunEstimate />} shortcut={runKeys}>
          <Button small onClick={() => perform(runAll)}>
            <Play size={11} fill="currentColor" aria-hidden />
            Run
          </Button>
        </Tooltip>
      )}
      <PlaySources />
      {/* A quick preview comes and goes many times a second: it is not read aloud. */}
      <p className={styles.state} role="status" aria-live={state === 'draft' ? 'off' : 'polite'}>
        {running ? (
          <>
            <LoaderCircle size={14} className={styles.spin} aria-hidden />
            {`${done} of ${total}`}
            <progress className={styles.progress} value={fraction} aria-label="Progress" />
          </>
        ) : state === 'draft' ? (
          <>
            <Zap size={14} className={styles.draft} aria-hidden />
            Quick preview
          </>
        ) : (
          ms !== undefined && <RunProfile ms={ms} />
        )}
      </p>
      <MemoryUsed />
      {device && (
        <span className={styles.device}>
          {deviceWords(device)}
          {moved && state === 'idle' && `; ${movedWords(moved)}`}
        </span>
      )}
    </div>
  )
}

/** What results and models take; a click says what, and gives it back. */
function MemoryUsed() {
  const used = useMemory((s) => s.used)
  const open = useUi((s) => isShown(s, 'memory'))
  if (used === undefined) return null
  return (
    <Tooltip label="Memory that results and models take. Click to see which, and to release it.">
      <Button small look="quiet" className={styles.memory} aria-pressed={open} onClick={() => perform(memoryPanel)}>
        <MemoryStick size={13} aria-hidden />
        {formatBytes(used)}
      </Button>
    </Tooltip>
  )
}

/** Where the pipeline has live sources. */
function PlaySources() {
  const feeds = useLiveSources()
  const keys = useShortcut(play)
  if (feeds.length === 0) return null
  return feeds.some(({ playing }) => playing) ? (
    <Tooltip label="Stop all live sources; their last frames stay" shortcut={keys}>
      <Button small onClick={() => perform(play)}>
        <Square size={11} fill="currentColor" aria-hidden />
        Stop
      </Button>
    </Tooltip>
  ) : (
    <Tooltip label="Start all live sources" shortcut={keys}>
      <Button small onClick={() => perform(play)}>
        <Video size={13} aria-hidden />
        Play
      </Button>
    </Tooltip>
  )
}

/** While jobs run. */
function PauseJobs() {
  const states = [...useAllNodeReports().values()].map(({ job }) => job)
  if (!states.some(Boolean)) return null
  return (
    <Tooltip label="Jobs stop at their next checkpoint and can be resumed">
      <Button small disabled={!states.includes('running')} onClick={() => perform(pause)}>
        <Pause size={11} fill="currentColor" aria-hidden />
        Pause
      </Button>
    </Tooltip>
  )
}

function Lost({ state }: { state: 'connecting' | 'lost' | 'refused' }) {
  const words = { connecting: 'Connecting…', lost: 'Disconnected', refused: 'Disconnected' }
  return (
    <div className={styles.bar} role="status">
      <p className={styles.state}>
        {state === 'connecting' ? (
          <LoaderCircle size={14} className={styles.spin} aria-hidden />
        ) : (
          <Unplug size={14} className={styles.lost} aria-hidden />
        )}
        {words[state]}
      </p>
    </div>
  )
}
