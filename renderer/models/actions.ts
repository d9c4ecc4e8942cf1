/** What can be done with a model that the manifest lists. */
import { hubAddress } from '../../engine/types/hub.ts'
import { toProblem } from '../../engine/types/problem.ts'
import { request } from '../state/engine.ts'
import { useModels } from '../state/models.ts'
import { openDialog, setPanel } from '../state/ui.ts'

const { setState: set } = useModels

const without = <T>(table: Readonly<Record<string, T>>, name: string): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(table).filter(([key]) => key !== name))

const fail = (name: string, error: unknown): void =>
  set(({ problems }) => ({ problems: { ...problems, [name]: toProblem(error) } }))

/** Does something with a model; what goes wrong is shown with it. */
async function attempt(name: string, work: () => Promise<unknown>): Promise<void> {
  set(({ problems }) => ({ problems: without(problems, name) }))
  try {
    await work()
  } catch (error) {
    fail(name, error)
  }
}

/** Throws `protocol.lost` */
export async function loadModels(): Promise<void> {
  set(await request('models', {}))
}

/** Shows size and licence, and asks whether to download it. */
export async function askInstall(given: string): Promise<void> {
  // For a hub address, first ask the hub what is there.
  const name = hubAddress(given) ? (await request('hubModel', { address: given })).name : given
  await loadModels()
  set({ asked: name })
  openDialog('install-model')
}

export function askRemove(name: string): void {
  set({ asked: name })
  openDialog('remove-model')
}

/** The user has agreed. */
export async function install(name: string): Promise<void> {
  setPanel('models', true)
  await attempt(name, () => request('installModel', { name }))
}

export const cancelInstall = (name: string): Promise<void> => attempt(name, () => request('cancelModel', { name }))

export const removeModel = (name: string): Promise<void> => attempt(name, () => request('removeModel', { name }))

export const verifyModel = (name: string): Promise<void> =>
  attempt(name, async () => {
    set(({ checks }) => ({ checks: { ...checks, [name]: 'checking' } }))
    try {
      const { files } = await request('verifyModel', { name })
      set(({ checks }) => ({ checks: { ...checks, [name]: files } }))
    } catch (error) {
      set(({ checks }) => ({ checks: without(checks, name) }))
      throw error
    }
  })
