import { conform } from '../../../host/testing/conform.ts'
import { cascadeWindows } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { cascadeWindows }, samples)
