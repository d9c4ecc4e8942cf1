/** WebGPU's `GPUBufferUsage` and `GPUMapMode`, which are globals of browsers only. */
export const usage = {
  mapRead: 1,
  mapWrite: 2,
  copySource: 4,
  copyTarget: 8,
  uniform: 0x40,
  storage: 0x80,
  resolve: 0x200,
} as const
export const mapForReading = 1
