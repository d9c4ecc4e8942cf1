import { param } from '../engine/types/param.ts'

/** Those of OpenCV's HOGDescriptor that change what it says; `cell` is what the size of a cell starts with. */
export const hogParams = ({ cell }: { readonly cell: number }) => ({
  cell: param.integer({
    default: cell,
    min: 2,
    max: 128,
    soft: [4, 32],
    label: 'Cell',
    help: 'Side of a cell in pixels. Each cell gets a histogram. Pixels beyond the last whole cell are left out.',
  }),
  block: param.integer({
    default: 2,
    min: 1,
    max: 8,
    soft: [1, 4],
    label: 'Block',
    help: 'Cells on a side of a block. Contrast is evened out block by block. A picture smaller than one is mirrored at its edges.',
  }),
  bins: param.integer({
    default: 9,
    min: 2,
    max: 64,
    soft: [4, 18],
    label: 'Bins',
    help: 'Directions of a histogram: 9 of 20 degrees each.',
  }),
  signed: param.boolean({
    default: false,
    label: 'Signed',
    help: 'Directions of a whole turn: from dark to bright differs from bright to dark.',
  }),
  gamma: param.boolean({
    default: true,
    label: 'Root first',
    help: 'Takes the root of every number first, which evens out lights and shadows.',
  }),
})
