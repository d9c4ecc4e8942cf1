/**
 * The form of a view: how the window shows a small value, that is, the JSON of a kind's face. A view is one file here, called as
 * the `kind` of the JSON, which exports `view`. Nothing else in the window knows which kinds there are.
 */
import type { ComponentType } from 'react'
import type { z } from 'zod'

/** For drawing on a canvas, in graph units. */
export interface Pen {
  readonly context: CanvasRenderingContext2D
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  /** Of the font. `context` has it bold in the size of titles. */
  readonly family: string
  /** The width of a line that is still visible. */
  readonly line: number
  /** The value of a CSS colour in the current theme. */
  readonly colour: (css: string) => string
}

export interface ValueView<T> {
  /** What it shows. Values come over the protocol: JSON has null for NaN and infinity. */
  readonly schema: z.ZodType<T>
  /** On a node. */
  readonly Small: ComponentType<{ readonly value: T }>
  /** In the viewer. `output`: NODE.PORT. */
  readonly Full: ComponentType<{ readonly value: T; readonly output: string }>
  /** On its node in the graph seen from afar. Absent: nothing, as it would be unreadable. */
  readonly draw?: (pen: Pen, value: T) => void
}

/** A value with the view that shows it. */
export interface ViewedValue {
  readonly kind: string
  readonly view: ValueView<unknown>
  /** As the view's schema has it. */
  readonly value: unknown
}

/** Infers the type of the value from the schema. */
export const defineView = <T>(view: ValueView<T>): ValueView<T> => view
