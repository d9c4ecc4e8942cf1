/**
 * Text from outside (file names, addresses, models, pipelines) as a terminal may show it. A control character could recolour,
 * retitle or overwrite the terminal, or answer for the user; a direction character could make a name read as another.
 */

/** Unicode's control characters (C0, DEL, C1), its direction characters, and its separators of lines and paragraphs. */
const hidden = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu
const hiddenButLayout = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

const hex = (sign: string, width: number): string => (sign.codePointAt(0) ?? 0).toString(16).padStart(width, '0')
const escaped = (sign: string): string => short[sign] ?? (sign <= '\xff' ? `\\x${hex(sign, 2)}` : `\\u${hex(sign, 4)}`)

/** On one line: a control character is shown as it is escaped in JavaScript (`\x1b`, `\n`, `\u202e`). */
export const visible = (text: string): string => text.replace(hidden, escaped)

/** The same, but line breaks and tabs stay. */
export const visibleLines = (text: string): string => text.replace(hiddenButLayout, escaped)

/** JSON with the same value. What JSON leaves unescaped can only be inside its strings. */
export const visibleJson = (json: string): string => json.replace(hiddenButLayout, (sign) => `\\u${hex(sign, 4)}`)
