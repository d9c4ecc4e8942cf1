/** The border parameter, for every node that reads beyond the edge of its picture. */
import { borderModes } from '../engine/ops/border.ts'
import { param } from '../engine/types/param.ts'

export const borderParam = param.choice({
  default: 'reflect101',
  of: borderModes,
  names: {
    constant: 'Black',
    replicate: 'Repeat the edge',
    reflect: 'Mirror',
    wrap: 'Wrap around',
    reflect101: 'Mirror, edge once',
  },
  label: 'Beyond the edge',
  help: "What stands where the filter reaches outside the picture. OpenCV's default mirrors without repeating the edge pixel.",
})

const others = { constant: '', replicate: '', reflect: '', reflect101: '' } as const

/**
 * As written in OpenCV's calls, after the other arguments; the default is left out. OpenCV's filters do not wrap around, so the
 * picture is repeated first (`{border:first}`) and the middle cut out (`{border:crop}`).
 */
export const borderWords = {
  border: {
    constant: ', borderType=cv2.BORDER_CONSTANT',
    replicate: ', borderType=cv2.BORDER_REPLICATE',
    reflect: ', borderType=cv2.BORDER_REFLECT',
    wrap: '',
    reflect101: '',
  },
  'border:first': {
    ...others,
    wrap: 'h, w = image.shape[:2]; image = cv2.copyMakeBorder(image, h, h, w, w, cv2.BORDER_WRAP); ',
  },
  'border:crop': { ...others, wrap: '[h:-h, w:-w]' },
} as const
