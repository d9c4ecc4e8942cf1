import { conform } from '../../../host/testing/conform.ts'
import { convertColour } from './op.ts'
import { samples } from './samples.ts'

conform(import.meta.dirname, { convertColour }, samples)
