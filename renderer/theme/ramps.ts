/** The colour ramps of legends: the same colours that previews are drawn with, every sixteenth one. */
export type Ramp = 'gray' | 'viridis' | 'diverging'

const stops: Readonly<Record<Ramp, readonly string[]>> = {
  gray: ['#000000', '#ffffff'],
  viridis: [
    '#440154',
    '#48186a',
    '#472d7b',
    '#424086',
    '#3b528b',
    '#33638d',
    '#2c728e',
    '#26828e',
    '#21918c',
    '#1fa088',
    '#28ae80',
    '#3fbc73',
    '#5ec962',
    '#84d44b',
    '#addc30',
    '#d8e219',
    '#fde725',
  ],
  diverging: ['#3b4cc0', '#dddddd', '#b40426'],
}

export const rampGradient = (ramp: Ramp): string => `linear-gradient(to right, ${stops[ramp].join(', ')})`
