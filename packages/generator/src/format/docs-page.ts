// Where the pages of the documentation are that messages name: they come with the package.

/** @param page its file name, such as `config.md` */
export function docsPage(page: string): string {
  return `node_modules/@claimgen/generator/docs/${page}`;
}
