/** Gives consent where a node asks for it. */
import { allowNode, asksConsent } from '../state/consent.ts'
import type { ToldProblem } from '../state/problem.ts'
import { Button } from '../ui/Button.tsx'

interface AllowButtonProps {
  /** `outer/inner` */
  readonly node: string
  readonly problem: ToldProblem | undefined
  readonly className?: string
}

export function AllowButton({ node, problem, className }: AllowButtonProps) {
  if (!problem || !asksConsent(problem)) return null
  return (
    <Button small className={className} title={String(problem.params.path)} onClick={() => allowNode(node, problem)}>
      Allow for this pipeline
    </Button>
  )
}
