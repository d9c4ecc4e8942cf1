import { conform } from '../../../host/testing/conform.ts'
import { convolve } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { convolve }, samples)
