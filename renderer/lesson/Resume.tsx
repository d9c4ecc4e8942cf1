/** A lesson that was left can be resumed at the edge of the canvas. */
import { GraduationCap } from 'lucide-react'
import { Button } from '../ui/Button.tsx'
import { resumeLesson, useLesson } from './store.ts'
import styles from './Walker.module.css'

export function ResumeLesson() {
  const waiting = useLesson((s) => s.lesson !== undefined && !s.on)
  const step = useLesson((s) => s.step)
  const steps = useLesson((s) => s.lesson?.steps.length ?? 0)
  if (!waiting) return null
  return (
    <div className={styles.resume}>
      <Button onClick={resumeLesson}>
        <GraduationCap size={15} aria-hidden /> Resume the lesson ({step + 1} of {steps})
      </Button>
    </div>
  )
}
