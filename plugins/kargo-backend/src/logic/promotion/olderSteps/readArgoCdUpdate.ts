import { JsonObject, JsonValue } from 'backstage-plugin-kargo-common';
import { isObject } from '../../isObject';
import { mapObjects } from './mapObjects';
import { imageText, readImage } from './ofFreight';
import { isGiven, OlderStep, Path } from './OlderStep';

/** Something of an update while it is read. */
interface Place {
  step: OlderStep;
  at: Path;
  /** The Warehouse that is meant where nothing nearer names one. */
  origin: JsonValue | undefined;
}

/**
 * Reads an update of Applications: what a source deploys was found in the Freight by the
 * step itself, of the Warehouse that the nearest `fromOrigin` named.
 */
export function readArgoCdUpdate(config: JsonObject, step: OlderStep) {
  const of = (at: Path): Place => ({ step, at, origin: undefined });
  return {
    config: within(config, of([]), (fields, whole) =>
      mapObjects(fields, 'apps', (app, appAt) =>
        within(app, { ...whole, at: appAt }, (appFields, place) =>
          mapObjects(
            appFields,
            'sources',
            (source, at) => within(source, { ...place, at }, readSource),
            appAt,
          ),
        ),
      ),
    ),
  };
}

/** Reads fields with the origin that they name, which no step knows today. */
function within(
  written: JsonObject,
  outer: Place,
  read: (fields: JsonObject, place: Place) => JsonObject,
): JsonObject {
  const { fromOrigin, ...rest } = written;
  if (fromOrigin === undefined) {
    return read(written, outer);
  }
  outer.step.warn(
    [...outer.at, 'fromOrigin'],
    'Kargo 1.3 removed this field; the images below it are read as those of that Warehouse',
  );
  return read(rest, { ...outer, origin: fromOrigin });
}

function readSource(source: JsonObject, place: Place): JsonObject {
  const { step, at } = place;
  const revised = step.replace(source, {
    at,
    older: 'desiredCommitFromStep',
    newer: 'desiredRevision',
    removedIn: '1.3',
    toValue: alias => step.outputOf(alias, 'commit'),
  });
  const images = readMember(revised, 'kustomize', place, readKustomizeImage);
  return readMember(images, 'helm', place, readHelmParameter);
}

/** Reads the images that a source sets by one of its tools. */
function readMember(
  source: JsonObject,
  name: 'helm' | 'kustomize',
  place: Place,
  read: (image: JsonObject, place: Place) => JsonObject,
): JsonObject {
  const member = source[name];
  if (!isObject(member)) {
    return source;
  }
  const at = [...place.at, name];
  const written = member as JsonObject;
  const modern = within(written, { ...place, at }, (fields, inner) =>
    mapObjects(
      fields,
      'images',
      (image, imageAt) => read(image, { ...inner, at: imageAt }),
      at,
    ),
  );
  return modern === written ? source : { ...source, [name]: modern };
}

function readKustomizeImage(image: JsonObject, place: Place): JsonObject {
  const { step, at, origin } = place;
  const named = origin === undefined ? image : { fromOrigin: origin, ...image };
  const read = readImage(named, { step, at, named: 'repoURL' });
  return read === named ? image : read;
}

/** A parameter whose value was one of four words about an image. */
function readHelmParameter(image: JsonObject, place: Place): JsonObject {
  const { step, at, origin } = place;
  const { repoURL, key = null, value, fromOrigin = origin } = image;
  const text = isGiven(repoURL)
    ? imageText(repoURL, value, fromOrigin)
    : undefined;
  if (text === undefined) {
    return image;
  }
  step.warn(
    at,
    `since Kargo 1.3 a parameter names its text; it is read as "value: ${text}"`,
  );
  return { key, value: text };
}
