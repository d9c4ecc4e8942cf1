/** Readable names of parameters and choices. */
const written: Readonly<Record<string, string>> = {
  rgb: 'RGB',
  bgr: 'BGR',
  hsv: 'HSV',
  lab: 'Lab',
  ycrcb: 'YCrCb',
  hwc: 'HWC',
  chw: 'CHW',
  nchw: 'NCHW',
  psnr: 'PSNR',
  mse: 'MSE',
}

/** "kernelSize" is "Kernel size", "linear-rgb" is "Linear RGB". */
export function inWords(name: string): string {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[\s_-]+/)
    .map((word) => written[word] ?? word)
  const text = words.join(' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
