/** How scenes are drawn in this window: all of them alike, until it is closed. */
import { create } from 'zustand'
import { type Style, usualStyle } from './view.ts'

export const backgrounds = [
  { value: 'window', label: 'As the window' },
  { value: 'black', label: 'Black' },
  { value: 'white', label: 'White' },
  { value: 'checked', label: 'Checked' },
] as const
export type Background = (typeof backgrounds)[number]['value']

interface Look {
  readonly style: Omit<Style, 'antialiased'>
  /** Undefined: as the scene says. */
  readonly antialiased: boolean | undefined
  readonly background: Background
  /** Drags turn the head. */
  readonly flying: boolean
}

export const useLook = create<Look>(() => ({
  style: usualStyle,
  antialiased: undefined,
  background: 'window',
  flying: false,
}))

export const setLook = (change: Partial<Look>): void => useLook.setState(change)
export const setStyle = (change: Partial<Style>): void =>
  useLook.setState(({ style }) => ({ style: { ...style, ...change } }))
