/** As `jsx-runtime.ts`, while the page is developed. */
export { Fragment, jsx as jsxDEV } from './jsx-runtime.ts'
