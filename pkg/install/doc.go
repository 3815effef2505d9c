// Package install runs a project's own package manager, so that the project's code
// can be loaded: npm, pnpm and yarn for TypeScript; pip, uv, poetry and pipenv for Python.
//
// Detect says what has to run, and why. Needed says whether it has to. Run does it.
//
// What runs is chosen by files of the project, which may come from a stranger. So the
// children get an environment of named variables only, without any secret; scripts of
// npm packages do not run; and a build of a Python package, which cannot be
// forbidden, sees the same empty environment. Credentials of a package registry reach
// the children only when the caller names their variables in Options.Pass.
package install
