/** The context that tooltips and toasts need; once around the whole window. */
import { Tooltip } from 'radix-ui'
import type { ReactNode } from 'react'
import { Toaster } from './Toaster.tsx'

export function UiProvider({ children }: { children: ReactNode }) {
  return (
    <Tooltip.Provider delayDuration={450} skipDelayDuration={200}>
      {children}
      <Toaster />
    </Tooltip.Provider>
  )
}
