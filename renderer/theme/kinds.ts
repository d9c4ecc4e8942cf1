/** The look of the kinds of value, as CSS: `--type-NAME`, and the shape of a socket (`data-type`) for eyes that confuse colours. */
import { kinds } from '../../engine/values/kinds.ts'

/** The rules for all kinds. */
export const kindRules = (): string =>
  [
    `:root { ${Object.values(kinds)
      .map(({ kind, look }) => `--type-${kind}: light-dark(${look.light}, ${look.dark});`)
      .join(' ')} }`,
    ...Object.values(kinds).map(
      ({ kind, look }) => `[data-side][data-type="${kind}"] { border-radius: ${look.radius}; }`,
    ),
  ].join('\n')

/** Called once, before the first paint. */
export function startKinds(): void {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(kindRules())
  document.adoptedStyleSheets.push(sheet)
}
