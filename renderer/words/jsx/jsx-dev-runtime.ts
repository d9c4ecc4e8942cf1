/** Like `jsx-runtime.ts`, for development. */
export { Fragment, jsx as jsxDEV } from './jsx-runtime.ts'
