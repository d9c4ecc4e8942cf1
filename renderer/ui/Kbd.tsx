/** A shortcut as keys: "Mod+Shift+Z" is ⌘⇧Z on a Mac and Ctrl Shift Z elsewhere. */
import styles from './Kbd.module.css'

const mac = /mac|iphone|ipad/i.test(navigator.platform)
const names: Readonly<Record<string, string>> = mac
  ? {
      Mod: '⌘',
      Shift: '⇧',
      Alt: '⌥',
      Ctrl: '⌃',
      Enter: '↩',
      Backspace: '⌫',
      Delete: '⌦',
      Escape: 'esc',
      Space: 'space',
    }
  : { Mod: 'Ctrl', Escape: 'Esc', Delete: 'Del' }
const arrows: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
}

/** "Mod++" has the key "+": a plus is a separator only between keys. */
const keysOf = (shortcut: string): string[] =>
  shortcut.split(/\+(?!$)/).map((key) => names[key] ?? arrows[key] ?? (key.length === 1 ? key.toUpperCase() : key))

export const shortcutText = (shortcut: string): string => keysOf(shortcut).join(mac ? '' : ' ')

export function Kbd({ keys }: { keys: string }) {
  return (
    <kbd className={styles.keys}>
      {keysOf(keys).map((key) => (
        <span key={key} className={styles.key}>
          {key}
        </span>
      ))}
    </kbd>
  )
}
