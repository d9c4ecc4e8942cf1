/** Short messages at the edge of the window. Errors and offers stay until they are closed; others disappear. */
import { create } from 'zustand'

export interface ToastMessage {
  readonly id: number
  readonly tone: 'plain' | 'success' | 'error'
  readonly text: string
  readonly action?: { readonly label: string; readonly perform: () => void }
}

interface Toasts {
  readonly messages: readonly ToastMessage[]
  readonly close: (id: number) => void
}

export const useToasts = create<Toasts>()((set) => ({
  messages: [],
  close: (id) => set(({ messages }) => ({ messages: messages.filter((message) => message.id !== id) })),
}))

let last = 0

/** A repeated message is shown once. */
export function toast(text: string, options: Partial<Pick<ToastMessage, 'tone' | 'action'>> = {}): void {
  const message: ToastMessage = { id: ++last, tone: 'plain', text, ...options }
  useToasts.setState(({ messages }) => ({ messages: [...messages.filter((m) => m.text !== text), message].slice(-4) }))
}
