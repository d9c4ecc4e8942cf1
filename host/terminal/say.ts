/** The only way to the terminal: what is written there has no control characters but line breaks and tabs. */
import { visibleJson, visibleLines } from './visible.ts'

/** To stderr: messages for people. Lines after the first are indented, so that none of them passes for a message of its own. */
export const say = (text: string): void => console.error(visibleLines(text).replaceAll('\n', '\n  '))

/** To stdout: results. Names from outside in it have been made `visible`, so that its lines are ours. */
export const print = (text: string): void => console.log(visibleLines(text))

/** To stdout, for programs. */
export const printJson = (json: string): void => console.log(visibleJson(json))
