/** Chooses the element of a sequence to show. */
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { scrub } from '../state/engine.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { Slider } from '../ui/Slider.tsx'
import { scaleOf } from '../ui/scale.ts'
import styles from './Scrubber.module.css'

interface ScrubberProps {
  readonly node: string
  readonly index: number
  readonly length: number
}

export function Scrubber({ node, index, length }: ScrubberProps) {
  const go = (to: number): void => {
    if (to >= 0 && to < length) scrub(node, to)
  }
  const scale = scaleOf({ min: 0, max: Math.max(1, length - 1), integer: true, usual: 0, step: 1 })
  return (
    <div className={styles.scrubber}>
      <IconButton small icon={ChevronLeft} label="The one before" disabled={index <= 0} onClick={() => go(index - 1)} />
      <Slider
        label="Element of the sequence"
        value={index}
        scale={scale}
        valueText={`${index + 1} of ${length}`}
        onChange={go}
        onRest={() => {}}
      />
      <IconButton
        small
        icon={ChevronRight}
        label="The next one"
        disabled={index >= length - 1}
        onClick={() => go(index + 1)}
      />
      <span className={styles.count}>
        {index + 1} / {length}
      </span>
    </div>
  )
}
