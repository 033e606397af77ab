const BEGIN = '<!-- generated: keys -->';
const END = '<!-- end of generated -->';

/**
 * A page with its generated part replaced.
 *
 * @throws Error when the page has no place for it.
 */
export function replaceGeneratedPart(page: string, part: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) {
    throw new Error(`expected a place between '${BEGIN}' and '${END}'`);
  }
  return `${page.slice(0, begin)}${BEGIN}\n\n${part}\n\n${page.slice(end)}`;
}
