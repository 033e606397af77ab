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

/** What an element must be and have at least. */
interface Wanted {
  /** In lower case. */
  readonly name: string | undefined;
  readonly classes: readonly string[];
  readonly attributes: readonly string[];
  /** Whether the selector demands nothing else. */
  readonly isAll: boolean;
}

/**
 * Lets jsdom look at the name and the classes of an element before it matches a selector of a
 * style sheet against it, and leave it at that where the selector demands no more, which comes to
 * the same and is many times faster.
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
    const like = alternatives.filter(each => isLike(element, each));
    return like.length > 0 && !like.some(({ isAll }) => isAll)
      ? check(selector, element, options)
      : { match: like.length > 0, pseudoElement: null };
  };
}

function implOf(document: Document): Impl {
  const symbol = Object.getOwnPropertySymbols(document).find(
    ({ description }) => description === 'impl',
  );
  return (document as unknown as Record<symbol, Impl>)[symbol!];
}

function isLike(element: Impl, { name, classes, attributes }: Wanted): boolean {
  if (name !== undefined && name !== element.localName.toLowerCase()) {
    return false;
  }
  if (attributes.some(each => element.getAttributeNS(null, each) === null)) {
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

const ANYTHING: readonly Wanted[] = [
  { name: undefined, classes: [], attributes: [], isAll: false },
];

/** A name, classes, or both. */
const PLAIN = /^(?:[a-z][a-z\d-]*)?(?:\.[a-z_-][\w-]*)*$/i;
const CLASS = /\.((?:[\w-]|[\u0080-\u{10ffff}])+)/gu;
const PSEUDO_ELEMENT = /::|:(?:before|after)\b/;
/** An attribute, or its name without what its value must be, once it is in no other's brackets. */
const ATTRIBUTE =
  /\[\s*([a-z-]+)[^\]"'\\]*(?:"[^"\\]*"|'[^'\\]*')?[^\]"'\\]*\]/gi;

/** What the last part of each alternative of a selector demands at least; none for the style of a pseudo-element. */
function alternativesOf(selector: string): readonly Wanted[] {
  let plain = selector.replace(ATTRIBUTE, '[$1]');
  // What stands in brackets of a pseudo-class only demands more.
  while (/\([^()"'\\]*\)/.test(plain)) {
    plain = plain.replace(/\([^()"'\\]*\)/g, '');
  }
  if (/[\\"'|()]|\[(?![a-z-]+\])/i.test(plain)) {
    return ANYTHING;
  }
  const isWhole = plain === selector;
  return plain.split(',').flatMap(alternative => {
    const whole = alternative.trim();
    const last = whole.split(/[\s>+~]+/).at(-1) ?? '';
    return PSEUDO_ELEMENT.test(last)
      ? []
      : {
          name: /^[a-z][\w-]*/i.exec(last)?.[0].toLowerCase(),
          classes: [...last.matchAll(CLASS)].map(([, name]) => name),
          attributes: [...last.matchAll(/\[([a-z-]+)\]/gi)].map(([, name]) =>
            name.toLowerCase(),
          ),
          isAll: isWhole && whole === last && PLAIN.test(last),
        };
  });
}
