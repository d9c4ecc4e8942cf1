/** Announces problems as they appear and disappear, once the work rests. The run bar announces that it rests and how long it took. */
import { useEffect, useRef, useState } from 'react'
import { useProblems } from '../panels/ProblemsPanel.tsx'
import { useEngine } from '../state/engine.ts'
import { count } from '../ui/numbers.ts'

export function Announcer() {
  const problems = useProblems()
  const rests = useEngine((s) => s.run.state === 'idle')
  const [words, setWords] = useState('')
  const said = useRef(0)
  useEffect(() => {
    if (!rests) return
    const timer = setTimeout(() => {
      const [first] = problems
      if (first) setWords(`${count(problems.length, 'problem')}. ${first.about ?? 'Pipeline'}: ${first.words}`)
      else if (said.current > 0) setWords('No more problems.')
      said.current = problems.length
    }, 400)
    return () => clearTimeout(timer)
  }, [problems, rests])
  return (
    <p className="visually-hidden" aria-live="polite" data-announcer>
      {words}
    </p>
  )
}
