/** Light, dark, or as the system; the choice is kept in this browser. */
import { useSyncExternalStore } from 'react'
import { create } from 'zustand'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const key = 'sightline.theme'

/** Storage may be forbidden (a private window): then the choice lasts as long as the page. */
function stored(): Theme {
  try {
    const value = localStorage.getItem(key)
    return themes.find((theme) => theme === value) ?? 'system'
  } catch {
    return 'system'
  }
}

function show(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}

interface ThemeState {
  readonly theme: Theme
  readonly setTheme: (theme: Theme) => void
}

export const useTheme = create<ThemeState>()((set) => ({
  theme: stored(),
  setTheme: (theme) => {
    show(theme)
    set({ theme })
    try {
      if (theme === 'system') localStorage.removeItem(key)
      else localStorage.setItem(key, theme)
    } catch {
      // Kept for this page only.
    }
  },
}))

/** Called once, before the first paint. */
export const startTheme = (): void => show(useTheme.getState().theme)

const systemIsDark = (): MediaQueryList => matchMedia('(prefers-color-scheme: dark)')

function onSystemChange(listener: () => void): () => void {
  const query = systemIsDark()
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}

/** The theme in effect, for drawing with colours that CSS cannot reach. */
export function useColourScheme(): 'light' | 'dark' {
  const theme = useTheme((s) => s.theme)
  const system = useSyncExternalStore(onSystemChange, () => systemIsDark().matches)
  return theme === 'system' ? (system ? 'dark' : 'light') : theme
}
