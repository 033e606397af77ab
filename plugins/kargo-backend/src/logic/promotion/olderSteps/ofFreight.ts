import { JsonObject, JsonValue } from 'backstage-plugin-kargo-common';
import { isObject } from '../../isObject';
import { isGiven, OlderStep, Path } from './OlderStep';
import { toExpression } from './toExpression';

/** A template that finds something of the Freight, `undefined` where that cannot be written. */
export function call(
  name: string,
  given: Array<JsonValue | undefined>,
  origin: JsonValue | undefined,
  member: string,
): string | undefined {
  const texts = given.map(toExpression);
  if (isObject(origin) && typeof origin.name === 'string') {
    texts.push(`warehouse(${toExpression(origin.name)})`);
  }
  return texts.includes(undefined)
    ? undefined
    : `\${{ ${name}(${texts.join(', ')}).${member} }}`;
}

/** An image that is read. */
export interface ImagePlace {
  step: OlderStep;
  at: Path;
  /** The field that names its repository. */
  named: 'image' | 'repoURL';
}

/** Something with a version, without the field that said that it is the Freight's. */
export function withoutFromFreight(fields: JsonObject): JsonObject {
  const { fromFreight, ...rest } = fields;
  return fromFreight === true ? rest : fields;
}

/** An image with a version: without one the Freight's own was meant. */
export function readImage(
  image: JsonObject,
  { step, at, named }: ImagePlace,
): JsonObject {
  const { fromOrigin, useDigest, ...fields } = withoutFromFreight(image);
  const hasVersion = isGiven(fields.tag) || isGiven(fields.digest);
  const isOlder =
    fromOrigin !== undefined ||
    useDigest !== undefined ||
    image.fromFreight === true;
  // Of no meaning, it is refused.
  const isRefused = fields.fromFreight !== undefined;
  if (hasVersion || isRefused || (isGiven(fields.newName) && !isOlder)) {
    return image;
  }
  const [field, member] =
    useDigest === true ? ['digest', 'Digest'] : ['tag', 'Tag'];
  const value = call('imageFrom', [fields[named]], fromOrigin, member);
  if (value === undefined) {
    return image;
  }
  step.warn(
    at,
    `since Kargo 1.3 an image needs a tag or a digest; it is read as "${field}: ${value}"`,
  );
  return { ...fields, [field]: value };
}

/** What a text was made of, by the word that stood for it. */
const IMAGE_VALUES: Record<string, Array<{ member: string } | string>> = {
  ImageAndTag: [{ member: 'RepoURL' }, ':', { member: 'Tag' }],
  Tag: [{ member: 'Tag' }],
  ImageAndDigest: [{ member: 'RepoURL' }, '@', { member: 'Digest' }],
  Digest: [{ member: 'Digest' }],
};

/**
 * The text that a word stood for beside an image; `undefined` where it is no such word, or
 * the image cannot be written in an expression.
 */
export function imageText(
  image: JsonValue | undefined,
  word: JsonValue | undefined,
  origin: JsonValue | undefined,
): string | undefined {
  const pieces =
    typeof word === 'string' && Object.hasOwn(IMAGE_VALUES, word)
      ? IMAGE_VALUES[word].map(piece =>
          typeof piece === 'string'
            ? piece
            : call('imageFrom', [image], origin, piece.member),
        )
      : [undefined];
  return pieces.includes(undefined) ? undefined : pieces.join('');
}
