/** What can be done about a problem where it is shown: give consent, install a model, prepare a picture for a network. */
import { askInstall } from '../models/actions.ts'
import { canPrepare, prepare } from '../models/prepare.ts'
import { allowNode, asksConsent } from '../state/consent.ts'
import { useEditor } from '../state/editor.ts'
import { notifyError } from '../state/notices.ts'
import type { ToldProblem } from '../state/problem.ts'
import { Button } from '../ui/Button.tsx'

interface ProblemActionProps {
  /** `outer/inner` */
  readonly node: string
  readonly problem: ToldProblem | undefined
  /** Of a wire: where it ends (`outer/inner.port`). */
  readonly wire?: string
  readonly className?: string | undefined
}

/** The installable model that is missing. */
const missingModel = (problem: ToldProblem): string | undefined =>
  problem.code === 'model.not-installed' ? String(problem.params.name) : undefined

export const hasAction = (problem: ToldProblem | undefined): boolean =>
  problem !== undefined && (asksConsent(problem) || missingModel(problem) !== undefined)

/** What a network expects of a picture can be inserted before it. */
const wantsPreparation = ({ code }: ToldProblem): boolean => code === 'model.prepared' || code === 'wire.type'

export function ProblemAction({ node, problem, wire, className }: ProblemActionProps) {
  const preparable = useEditor(
    (s) => wire !== undefined && !!problem && wantsPreparation(problem) && canPrepare(s, wire),
  )
  if (!problem) return null
  if (asksConsent(problem))
    return (
      <Button small className={className} title={String(problem.params.path)} onClick={() => allowNode(node, problem)}>
        Allow for this pipeline
      </Button>
    )
  if (preparable && wire !== undefined)
    return (
      <Button small className={className} onClick={() => prepare(wire)}>
        Prepare the picture
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
