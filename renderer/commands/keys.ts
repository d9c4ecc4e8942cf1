/** From a pressed key to its command, and to the name of the keys. */
import { type Command, perform } from './command.ts'
import { shortcutsOf, useShortcuts } from './shortcuts.ts'

const mac = /mac|iphone|ipad/i.test(navigator.platform)

interface Combination {
  readonly key: string
  readonly mod: boolean
  readonly shift: boolean
  readonly alt: boolean
}

export function parseShortcut(shortcut: string): Combination {
  // "Mod++" has the key "+".
  const parts = shortcut.split(/\+(?!$)/)
  const key = parts.at(-1) ?? ''
  return {
    key: key.toLowerCase(),
    mod: parts.includes('Mod'),
    shift: parts.includes('Shift'),
    alt: parts.includes('Alt'),
  }
}

/** A character that needs Shift on some keyboards ("?", "+") implies that Shift was held. */
const isSign = (key: string): boolean => key.length === 1 && /[^\p{L}\p{N}]/u.test(key)

type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>

/** With Alt a Mac types another character, so the key's position counts as well as the character. */
export function matches(combination: Combination, event: KeyPress): boolean {
  const { key, mod, shift, alt } = combination
  const pressedMod = mac ? event.metaKey : event.ctrlKey
  const otherMod = mac ? event.ctrlKey : event.metaKey
  if (pressedMod !== mod || otherMod || event.altKey !== alt) return false
  const written = (event.key === ' ' ? 'Space' : event.key).toLowerCase()
  const placed = event.code.replace(/^(Key|Digit)/, '').toLowerCase()
  if (isSign(key)) return written === key
  return event.shiftKey === shift && (written === key || ((alt || shift) && placed === key))
}

const modifiers = new Set(['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'CapsLock', 'Fn', 'Dead', 'Unidentified'])

/** The name of the pressed keys, as in `Command.shortcuts`; undefined while only modifiers are held. */
export function shortcutOf(event: KeyPress): string | undefined {
  if (modifiers.has(event.key)) return undefined
  const placed = /^(?:Key|Digit)(.)$/.exec(event.code)?.[1]
  // With Alt the position tells which key was meant, as in `matches`.
  const written = event.altKey && placed ? placed : event.key === ' ' ? 'Space' : event.key
  const name = written.length === 1 ? written.toUpperCase() : written
  const mod = mac ? event.metaKey : event.ctrlKey
  if (mac ? event.ctrlKey : event.metaKey) return undefined
  return [mod && 'Mod', event.altKey && 'Alt', event.shiftKey && !isSign(name) && 'Shift', name]
    .filter(Boolean)
    .join('+')
}

const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches('textarea, select, input:not([type="range"], [type="checkbox"])'))

/** A dialog or menu takes all keys. */
const isModal = (): boolean => document.querySelector('[role="dialog"], [role="menu"], [role="listbox"]') !== null

/** The button of the top bar that the pointer pressed last: the focus is there by chance, not to go on from it. */
let pressed: Element | null = null

function onPointerDown({ target }: PointerEvent): void {
  pressed = target instanceof Element ? target.closest('[data-bar] button') : null
}

/** Tab moves the focus where something has it; on the canvas it adds a node. */
const tabIsFree = (target: EventTarget | null): boolean =>
  target === document.body ||
  (target instanceof Element && (target === pressed || target.closest('.react-flow') !== null))

const tableOf = (commands: readonly Command[]) =>
  commands
    .filter(({ native }) => !native)
    .flatMap((command) => shortcutsOf(command).map((shortcut) => ({ command, keys: parseShortcut(shortcut) })))

export function listenForKeys(commands: readonly Command[]): () => void {
  let table = tableOf(commands)
  const forget = useShortcuts.subscribe(() => {
    table = tableOf(commands)
  })
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || isModal() || isWriting(event.target)) return
    const found = table.find(({ keys }) => matches(keys, event))
    if (!found || (found.keys.key === 'tab' && !tabIsFree(event.target))) return
    // Our shortcuts never trigger the browser's, even when the command is disabled.
    if (perform(found.command) || found.keys.mod) event.preventDefault()
  }
  window.addEventListener('keydown', onKey)
  window.addEventListener('pointerdown', onPointerDown, { capture: true })
  return () => {
    forget()
    window.removeEventListener('keydown', onKey)
    window.removeEventListener('pointerdown', onPointerDown, { capture: true })
  }
}
