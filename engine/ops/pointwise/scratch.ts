/**
 * Bytes of scratch memory for each worker.
 * @param registers inputs + constants + outputs + temporaries
 */
export const pointwiseScratch = (registers: number): number => 1024 + registers * (4 + 4160)
