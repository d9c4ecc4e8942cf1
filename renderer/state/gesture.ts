/** A gesture of the hand: it moves, rests, and lets go. Its edits form one undo step. */
import { rest, settle } from './editor.ts'

export interface Gesture {
  /** `change` makes a draft edit; all edits of the gesture share a group. */
  move(change: () => void): void
  /** The hand lets go: the full result is wanted. Without a move before, nothing happens. */
  end(): void
}

/** A pointer that has been still for this long, though not released, wants the full result. */
const stillMs = 150

export function createGesture(): Gesture {
  let timer: ReturnType<typeof setTimeout> | undefined
  let moving = false
  return {
    move(change) {
      moving = true
      change()
      clearTimeout(timer)
      timer = setTimeout(rest, stillMs)
    },
    end() {
      clearTimeout(timer)
      if (moving) settle()
      moving = false
    },
  }
}
