/** A choice from a list that opens. */
import { Check, ChevronDown } from 'lucide-react'
import { Select as Radix } from 'radix-ui'
import { classes } from './classes.ts'
import styles from './Select.module.css'

export interface Option<T extends string = string> {
  readonly value: T
  readonly label: string
  readonly disabled?: boolean
}

interface SelectProps<T extends string> {
  readonly value: T
  readonly options: readonly Option<T>[]
  readonly onChange: (value: T) => void
  readonly id?: string
  readonly label?: string
  readonly small?: boolean
  readonly quiet?: boolean
  /** Takes the full width. */
  readonly wide?: boolean
  readonly describedBy?: string | undefined
}

export function Select<T extends string>(props: SelectProps<T>) {
  const { value, options, onChange, id, label, small, quiet, wide, describedBy } = props
  const look = classes(styles.trigger, small && styles.small, quiet && styles.quiet, wide && styles.wide)
  return (
    <Radix.Root value={value} onValueChange={(next) => onChange(next as T)}>
      <Radix.Trigger id={id} aria-label={label} aria-describedby={describedBy} className={look}>
        <span className={styles.value}>
          <Radix.Value>{options.find((option) => option.value === value)?.label ?? value}</Radix.Value>
        </span>
        <Radix.Icon asChild>
          <ChevronDown size={14} className={styles.arrow} aria-hidden />
        </Radix.Icon>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className={styles.list} position="popper" sideOffset={4} collisionPadding={8}>
          <Radix.Viewport>
            {options.map((option) => (
              <Radix.Item
                key={option.value}
                value={option.value}
                disabled={option.disabled ?? false}
                className={styles.item}
              >
                <Radix.ItemText>{option.label}</Radix.ItemText>
                <Radix.ItemIndicator className={styles.check}>
                  <Check size={14} aria-hidden />
                </Radix.ItemIndicator>
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
