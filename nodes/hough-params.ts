import { param } from '../engine/types/param.ts'

/** How finely lines are told apart. */
export const houghSteps = {
  rho: param.number({
    default: 1,
    min: 0.25,
    max: 64,
    soft: [0.5, 4],
    unit: 'px',
    label: 'Rho step',
    help: 'How finely distances are told apart.',
  }),
  theta: param.number({
    default: 1,
    min: 0.1,
    max: 45,
    soft: [0.25, 5],
    label: 'Theta step',
    help: 'How finely directions are told apart, in degrees.',
  }),
}
