/** A choice among few, all visible. Arrow keys move, as in a radio group. */
import type { LucideIcon } from 'lucide-react'
import { ToggleGroup } from 'radix-ui'
import { classes } from './classes.ts'
import styles from './Segmented.module.css'
import { Tooltip } from './Tooltip.tsx'

export interface Segment<T extends string = string> {
  readonly value: T
  readonly label: string
  readonly icon?: LucideIcon
  readonly shortcut?: string
  readonly disabled?: boolean
}

interface SegmentedProps<T extends string> {
  readonly value: T
  readonly segments: readonly Segment<T>[]
  readonly onChange: (value: T) => void
  readonly label: string
  readonly small?: boolean
  /** Takes the full width in equal parts. */
  readonly wide?: boolean
}

export function Segmented<T extends string>({ value, segments, onChange, label, small, wide }: SegmentedProps<T>) {
  return (
    <ToggleGroup.Root
      type="single"
      value={value}
      onValueChange={(next) => next && onChange(next as T)}
      aria-label={label}
      className={classes(styles.group, small && styles.small, wide && styles.wide)}
    >
      {segments.map(({ icon: Icon, ...segment }) => {
        const item = (
          <ToggleGroup.Item
            key={segment.value}
            value={segment.value}
            disabled={segment.disabled ?? false}
            aria-label={segment.label}
            className={styles.item}
          >
            {Icon ? <Icon size={14} strokeWidth={1.75} aria-hidden /> : segment.label}
          </ToggleGroup.Item>
        )
        return Icon ? (
          <Tooltip key={segment.value} label={segment.label} shortcut={segment.shortcut}>
            {item}
          </Tooltip>
        ) : (
          item
        )
      })}
    </ToggleGroup.Root>
  )
}
