/** The current shortcut of a command; nothing where the user removed it. */
import { Kbd } from '../ui/Kbd.tsx'
import type { Command } from './command.ts'
import { useShortcut } from './shortcuts.ts'

export function CommandKeys({ of }: { of: Command }) {
  const keys = useShortcut(of)
  return keys === undefined ? null : <Kbd keys={keys} />
}
