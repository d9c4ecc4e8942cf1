import { conform } from '../../../host/testing/conform.ts'
import { contours } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { contours }, samples)
