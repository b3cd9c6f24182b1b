// Empty, in place of the theme's: its icons come with its fonts, and this draws them a second time,
// with 1.5 MB.
