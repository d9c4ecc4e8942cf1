/** JSON as files and the command line have it. */
import { formatJson } from '../../engine/types/json.ts'

/** JSON that people can read, too. Numbers that JSON does not have are null. */
export const jsonText = (value: unknown): string => formatJson(JSON.parse(JSON.stringify(value)))
