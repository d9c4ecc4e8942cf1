import { conform } from '../../../host/testing/conform.ts'
import { siftFeatures } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { siftFeatures }, samples)
