import { conform } from '../../../host/testing/conform.ts'
import { paste } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { paste }, samples)
