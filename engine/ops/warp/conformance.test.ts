import { conform } from '../../../host/testing/conform.ts'
import { warp } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { warp }, samples)
