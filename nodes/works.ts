/** What may run in a worker thread, by name. Made by host/build/works.ts from the files beside it; do not edit. */
export const works: Readonly<Record<string, () => Promise<Readonly<Record<string, unknown>>>>> = {
  'classify/linear-svm': () => import('./classify/linear-svm.work.ts'),
  'classify/ridge': () => import('./classify/ridge.work.ts'),
  'detect/selective-search': () => import('./detect/selective-search.work.ts'),
  'draw/mask': () => import('./draw/mask.work.ts'),
  'io/annotations': () => import('./io/annotations.work.ts'),
  'measure/label-pairs': () => import('./measure/label-pairs.work.ts'),
  'network/dense': () => import('./network/dense.work.ts'),
  'segment/colours': () => import('./segment/colours.work.ts'),
  'segment/felzenszwalb': () => import('./segment/felzenszwalb.work.ts'),
  'segment/from-image': () => import('./segment/from-image.work.ts'),
  'segment/panoptic-merge': () => import('./segment/panoptic-merge.work.ts'),
  'segment/paste-masks': () => import('./segment/paste-masks.work.ts'),
  'segment/to-labels': () => import('./segment/to-labels.work.ts'),
  'segment/yolo-masks': () => import('./segment/yolo-masks.work.ts'),
  'text/decode': () => import('./text/decode.work.ts'),
  'text/regions': () => import('./text/regions.work.ts'),
}
