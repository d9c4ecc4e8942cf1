/** The state of an update, as the desktop program reports it; and the option to check at each start, off by default. */
import { create } from 'zustand'
import type { UpdateState, UpdateStep } from '../../engine/protocol/desktop.ts'
import { desktop } from '../desktop/bridge.ts'
import { notifyError } from '../state/notices.ts'
import { openDialog, useUi } from '../state/ui.ts'
import { toast } from '../ui/toasts.ts'

const ask = desktop?.update
/** Whether this program has a place to update from. */
export const isUpdated = ask !== undefined

export const useUpdate = create<UpdateState>(() => ({ kind: 'idle' }))
export const hearUpdate = (state: UpdateState): void => useUpdate.setState(state, true)

/** News that arrived while the dialog was closed. */
function say(state: UpdateState): void {
  if (useUi.getState().dialog === 'update') return
  const action = { label: 'Show', perform: () => openDialog('update') }
  if (state.kind === 'found') toast(`Sightline ${state.version} can be downloaded.`, { action })
  if (state.kind === 'ready') toast(`Sightline ${state.version} is ready to be installed.`, { action })
}

/** A failure is part of the state: the dialog and the settings show it. */
export async function takeStep(step: UpdateStep): Promise<void> {
  if (!ask) return
  try {
    const state = await ask(step)
    hearUpdate(state)
    if (step === 'look' || step === 'download') say(state)
  } catch (error) {
    notifyError(error)
  }
}

/** Called once, when the window opens. Another window may have checked already. */
export async function startUpdates(): Promise<void> {
  await takeStep('state')
  if (useUi.getState().lookForUpdates && useUpdate.getState().kind === 'idle') await takeStep('look')
}
