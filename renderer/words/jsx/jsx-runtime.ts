/**
 * React's own JSX, with translated texts (`say.ts`). `renderer/vite.config.ts` compiles every component against it. Without a
 * language file it passes everything on.
 */
import type { ElementType, Key, ReactElement } from 'react'
import * as react from 'react/jsx-runtime'
import { otherWords, say } from '../say.ts'
import { useWords } from '../store.ts'

export const { Fragment } = react

type Props = Readonly<Record<string, unknown>>

/** The props of an element that are read or heard. */
const saidProps = ['label', 'title', 'alt', 'placeholder', 'aria-label', 'aria-description', 'aria-valuetext'] as const

const isText = (child: unknown): child is string | number => typeof child === 'string' || typeof child === 'number'
const isNothing = (child: unknown): boolean => child === undefined || child === null || typeof child === 'boolean'

/** Adjacent texts are one text ("3", " nodes"); each keeps its place, so that React can match what follows. */
function saidChildren(children: readonly unknown[]): unknown[] {
  const all = [...children]
  for (let from = 0; from < all.length; from++) {
    let to = from
    while (to < all.length && (isText(all[to]) || isNothing(all[to]))) to++
    if (to - from === 0) continue
    const row = all.slice(from, to)
    const whole = otherWords(row.filter(isText).join(''))
    for (let i = from; i < to; i++) {
      const child = all[i]
      if (whole) all[i] = i === from ? whole : null
      else if (typeof child === 'string') all[i] = say(child)
    }
    from = to
  }
  return all
}

function said(props: Props): Props {
  if (!useWords.getState().words) return props
  const changed: Record<string, unknown> = {}
  for (const name of saidProps) {
    const value = props[name]
    if (typeof value === 'string') changed[name] = say(value)
  }
  const { children } = props
  // As in HTML: names of code, and the user's own text.
  if (props.translate === 'no') return { ...props, ...changed }
  if (typeof children === 'string') changed.children = say(children)
  else if (Array.isArray(children) && children.some((child) => typeof child === 'string'))
    changed.children = saidChildren(children)
  return { ...props, ...changed }
}

export const jsx = (type: ElementType, props: Props, key?: Key): ReactElement => react.jsx(type, said(props), key)
export const jsxs = (type: ElementType, props: Props, key?: Key): ReactElement => react.jsxs(type, said(props), key)
