/** What can be done about a problem where it is shown: give consent, install a model. */
import { askInstall } from '../models/actions.ts'
import { allowNode, asksConsent } from '../state/consent.ts'
import { notifyError } from '../state/notices.ts'
import type { ToldProblem } from '../state/problem.ts'
import { Button } from '../ui/Button.tsx'

interface ProblemActionProps {
  /** `outer/inner` */
  readonly node: string
  readonly problem: ToldProblem | undefined
  readonly className?: string
}

/** The installable model that is missing. */
const missingModel = (problem: ToldProblem): string | undefined =>
  problem.code === 'model.not-installed' ? String(problem.params.name) : undefined

export const hasAction = (problem: ToldProblem | undefined): boolean =>
  problem !== undefined && (asksConsent(problem) || missingModel(problem) !== undefined)

export function ProblemAction({ node, problem, className }: ProblemActionProps) {
  if (!problem) return null
  if (asksConsent(problem))
    return (
      <Button small className={className} title={String(problem.params.path)} onClick={() => allowNode(node, problem)}>
        Allow for this pipeline
      </Button>
    )
  const model = missingModel(problem)
  if (model === undefined) return null
  return (
    <Button small className={className} title={model} onClick={() => askInstall(model).catch(notifyError)}>
      Install…
    </Button>
  )
}
