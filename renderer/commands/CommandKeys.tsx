/** The keys that a command has now; nothing where the person took them away. */
import { Kbd } from '../ui/Kbd.tsx'
import { commands } from './index.ts'
import { shortcutsOf, useShortcuts } from './shortcuts.ts'

export function CommandKeys({ id }: { id: string }) {
  const command = commands.find((candidate) => candidate.id === id)
  const keys = useShortcuts((s) => command && shortcutsOf(command, s)[0])
  return keys === undefined ? null : <Kbd keys={keys} />
}
