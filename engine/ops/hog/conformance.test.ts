import { conform } from '../../../host/testing/conform.ts'
import { hogVector } from './op.ts'
import { samples } from './samples.ts'
import { hogWindows } from './windows.ts'

conform(import.meta.dirname, { hogVector, hogWindows }, samples)
