/** What jsdom keeps behind an element or a document. */
interface Impl {
  readonly _domSelector: SelectorEngine;
  readonly localName: string;
  getAttributeNS(namespace: null, name: string): string | null;
}

/** What of jsdom's selector engine decides which rules of style sheets an element takes. */
interface SelectorEngine {
  check(
    selector: string,
    element: Impl,
    options?: object,
  ): { match: boolean; pseudoElement: string | null };
}

/** What an element must be called, in lower case, and the classes that it must have. */
interface Wanted {
  readonly name: string | undefined;
  readonly classes: readonly string[];
}

/**
 * Lets jsdom look at the name and the classes of an element before it matches a selector of a
 * style sheet against it, which comes to the same and is many times faster.
 *
 * @remarks
 * After each change of the page jsdom matches every rule of every style sheet against every
 * element that somebody asks for its style, and whoever looks for a role asks for nearly all.
 * A theme has thousands of rules, almost all of which begin with a class; jsdom's own sheet has
 * hundreds that are about elements of a name.
 */
export function checkNamesFirst(document: Document): void {
  const { _domSelector: engine } = implOf(document);
  const check = engine.check.bind(engine);
  const wanted = new Map<string, readonly Wanted[]>();
  engine.check = (selector, element, options) => {
    let alternatives = wanted.get(selector);
    if (!alternatives) {
      alternatives = alternativesOf(selector);
      wanted.set(selector, alternatives);
    }
    return alternatives.some(alternative => isLike(element, alternative))
      ? check(selector, element, options)
      : { match: false, pseudoElement: null };
  };
}

function implOf(document: Document): Impl {
  const symbol = Object.getOwnPropertySymbols(document).find(
    ({ description }) => description === 'impl',
  );
  return (document as unknown as Record<symbol, Impl>)[symbol!];
}

function isLike(element: Impl, { name, classes }: Wanted): boolean {
  if (name !== undefined && name !== element.localName.toLowerCase()) {
    return false;
  }
  if (classes.length === 0) {
    return true;
  }
  const text = element.getAttributeNS(null, 'class');
  if (!text) {
    return false;
  }
  const own = ` ${text.replace(/\s/g, ' ')} `;
  return classes.every(each => own.includes(` ${each} `));
}

const ANYTHING: readonly Wanted[] = [{ name: undefined, classes: [] }];

/** What the last part of each alternative of a selector demands at least. */
function alternativesOf(selector: string): readonly Wanted[] {
  // What stands in brackets only demands more.
  let plain = selector.replace(
    /\[[^\]"'\\]*(?:"[^"\\]*"|'[^'\\]*')?[^\]"'\\]*\]/g,
    '',
  );
  while (/\([^()"'\\]*\)/.test(plain)) {
    plain = plain.replace(/\([^()"'\\]*\)/g, '');
  }
  if (/[\\"'|[\]()]|[^\s\x20-\x7e]/.test(plain)) {
    return ANYTHING;
  }
  return plain.split(',').map(alternative => {
    const last =
      alternative
        .trim()
        .split(/[\s>+~]+/)
        .at(-1) ?? '';
    return {
      name: /^[a-z][\w-]*/i.exec(last)?.[0].toLowerCase(),
      classes: [...last.matchAll(/\.([\w-]+)/g)].map(([, name]) => name),
    };
  });
}
