// The subset makes a link only of what is written as one, so the reader of Markdown needs nothing
// that guesses addresses in words (vite.config.ts puts this in its place).
export default class NoLinks {}
