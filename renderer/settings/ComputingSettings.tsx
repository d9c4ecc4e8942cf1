/** Settings of the engine, which reads them when it starts. */
import { useCallback, useEffect, useState } from 'react'
import {
  isHubAddress,
  leastMemory,
  type MachineSettings,
  mostGpuMemory,
  mostThreads,
  type SettingsState,
} from '../../engine/protocol/settings.ts'
import { type Problem, toProblem, wordsOf } from '../../engine/types/problem.ts'
import { request, useEngine } from '../state/engine.ts'
import { Button } from '../ui/Button.tsx'
import { NumberField } from '../ui/NumberField.tsx'
import { count } from '../ui/numbers.ts'
import { Select } from '../ui/Select.tsx'
import { TextField } from '../ui/TextField.tsx'
import { Row } from './Row.tsx'
import styles from './SettingsDialog.module.css'

const deviceName = (name: string): string => (name === 'cpu' ? 'the processor (CPU)' : name)
/** The value that stands for a GPU chosen by name. */
const gpuValue = (name: string): string => `gpu ${name}`
const plain: MachineSettings = { device: 'auto' }

export function ComputingSettings() {
  const link = useEngine((s) => s.link)
  const [state, setState] = useState<SettingsState>()
  const [problem, setProblem] = useState<Problem>()

  const ask = useCallback(async (change?: MachineSettings): Promise<void> => {
    try {
      setState(await request('settings', change ? { change } : {}))
      setProblem(undefined)
    } catch (error) {
      setProblem(toProblem(error))
    }
  }, [])
  useEffect(() => {
    if (link === 'open') void ask()
  }, [link, ask])

  return (
    <>
      {problem && (
        <p className={styles.problem} role="alert">
          {wordsOf(problem)}
          {problem.code === 'settings.unreadable' && (
            <Button small onClick={() => void ask(plain)}>
              Start with the basics
            </Button>
          )}
        </p>
      )}
      {state && !problem && <Fields state={state} onChange={(change) => void ask(change)} />}
    </>
  )
}

/** A mirror's address; effective at once. */
function HubField({ value, onChange }: { value: string; onChange: (address: string | undefined) => void }) {
  const [wrong, setWrong] = useState<string>()
  return (
    <div>
      <TextField
        id="settings-hub"
        describedBy={wrong === undefined ? 'settings-hub-help' : 'settings-hub-wrong'}
        value={wrong ?? value}
        onCommit={(text) => {
          const address = text.trim()
          const right = address === '' || isHubAddress(`${address}/`)
          setWrong(right ? undefined : address)
          if (right) onChange(address || undefined)
        }}
      />
      {wrong !== undefined && (
        <p id="settings-hub-wrong" className={styles.problem} role="alert">
          {wordsOf({ code: 'hub.mirror', params: { given: wrong } })}
        </p>
      )}
    </div>
  )
}

interface FieldsProps {
  readonly state: SettingsState
  readonly onChange: (settings: MachineSettings) => void
}

function Fields({ state, onChange }: FieldsProps) {
  const { settings, now, usual, given, machine } = state
  const next = {
    threads: settings.threads ?? usual.threads,
    memory: settings.memory ?? usual.memory,
    gpuMemory: settings.gpuMemory ?? usual.gpuMemory,
  }
  // Changed here, effective at the next start.
  const [first] = useState(settings)
  const device = settings.device !== first.device || settings.adapter !== first.adapter
  const waiting =
    (device && !given.includes('device')) ||
    (['threads', 'memory'] as const).some((key) => !given.includes(key) && next[key] !== now[key]) ||
    next.gpuMemory !== now.gpuMemory
  const set = (change: Partial<MachineSettings>): void => onChange({ ...settings, ...change })
  /** A default stays a default when the machine gets more of it. */
  const own = (key: 'threads' | 'memory' | 'gpuMemory', value: number): void =>
    set({ [key]: value === usual[key] ? undefined : value })
  const said = (key: 'threads' | 'memory'): string =>
    given.includes(key) ? ` The command line says ${now[key]}, which counts instead.` : ''
  // A chosen device is listed even if it is not present now.
  const chosen = settings.device === 'gpu' ? settings.adapter : undefined
  const gone = chosen !== undefined && !machine.gpus.some(({ name }) => name === chosen)
  const gpus = gone ? [...machine.gpus, { name: chosen, software: false }] : machine.gpus
  return (
    <>
      <Row
        label="Device"
        of="settings-device"
        help={`Now: ${deviceName(now.device)}.${machine.noGpu ? ` No GPU is used: ${machine.noGpu}.` : ''} The fastest available: a GPU if the machine has one, otherwise the processor.${given.includes('device') ? ' The command line chooses it instead.' : ''}`}
        helpId="settings-device-help"
      >
        <Select
          id="settings-device"
          value={settings.device === 'gpu' ? gpuValue(settings.adapter ?? '') : settings.device}
          options={[
            { value: 'auto', label: 'The fastest there is' },
            { value: 'cpu', label: 'Processor (CPU)' },
            ...gpus.map(({ name, software }) => {
              return { value: gpuValue(name), label: software ? `${name} (software, slow)` : name }
            }),
          ]}
          describedBy="settings-device-help"
          onChange={(value) => {
            const gpu = gpus.find(({ name }) => gpuValue(name) === value)
            if (gpu) set({ device: 'gpu', adapter: gpu.name })
            else set({ device: value === 'cpu' ? 'cpu' : 'auto', adapter: undefined })
          }}
        />
      </Row>
      <Row
        label="Threads"
        of="settings-threads"
        help={`Now ${now.threads}. This machine runs ${count(machine.cores, 'thread')} at once; more only wait for each other.${said('threads')}`}
        helpId="settings-threads-help"
      >
        <NumberField
          id="settings-threads"
          describedBy="settings-threads-help"
          value={next.threads}
          range={{ min: 1, max: mostThreads, step: 1 }}
          wanted={`a number from 1 to ${mostThreads}`}
          onChange={(value) => own('threads', value)}
        />
      </Row>
      <Row
        label="Memory for results"
        of="settings-memory"
        help={`Now ${now.memory} MB of ${machine.memory} MB. Results are kept up to this size, so that nothing is computed twice; the oldest and cheapest go first.${said('memory')}`}
        helpId="settings-memory-help"
      >
        <NumberField
          id="settings-memory"
          describedBy="settings-memory-help"
          unit="MB"
          value={next.memory}
          range={{ min: leastMemory, max: Math.max(leastMemory, machine.memory), step: 1 }}
          wanted={`a number from ${leastMemory} to ${machine.memory} MB`}
          onChange={(value) => own('memory', value)}
        />
      </Row>
      {machine.gpus.length > 0 && (
        <Row
          label="Memory on the GPU"
          of="settings-gpu-memory"
          help={`Now ${now.gpuMemory} MB for pictures and results. What does not fit is done on the processor.`}
          helpId="settings-gpu-memory-help"
        >
          <NumberField
            id="settings-gpu-memory"
            describedBy="settings-gpu-memory-help"
            unit="MB"
            value={next.gpuMemory}
            range={{ min: leastMemory, max: mostGpuMemory, step: 1 }}
            wanted={`a number from ${leastMemory} to ${mostGpuMemory} MB`}
            onChange={(value) => own('gpuMemory', value)}
          />
        </Row>
      )}
      <Row
        label="Model hub"
        of="settings-hub"
        help="Where models of hf: addresses are fetched. Empty: Hugging Face, unless HF_ENDPOINT says otherwise. A token for private models is kept on the command line: sightline models token"
        helpId="settings-hub-help"
      >
        <HubField value={settings.hub ?? ''} onChange={(hub) => set({ hub })} />
      </Row>
      <p className={styles.foot} role="status">
        {waiting ? 'Saved. It takes effect when Sightline restarts.' : 'Changes take effect when Sightline restarts.'}
      </p>
    </>
  )
}
