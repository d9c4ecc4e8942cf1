/**
 * Stands in for `react-style-singleton`, with which dialogs keep the page behind from scrolling: the content security policy lets
 * no style element through, but a style sheet made by a script.
 */
import { useEffect } from 'react'

/** A component whose styles apply while one of its instances is mounted; those of the first one count. */
export function styleSingleton() {
  let users = 0
  const sheet = new CSSStyleSheet()
  return function Sheet({ styles }: { readonly styles: string }): null {
    useEffect(() => {
      if (users++ === 0) {
        sheet.replaceSync(styles)
        document.adoptedStyleSheets.push(sheet)
      }
      return () => {
        if (--users > 0) return
        document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet)
      }
    }, [styles])
    return null
  }
}
