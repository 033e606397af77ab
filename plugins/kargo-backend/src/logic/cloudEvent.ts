import {
  EVENT_ANNOTATION_PREFIX,
  JsonObject,
  KargoEvent,
} from 'backstage-plugin-kargo-common';

/** An event in the form of CloudEvents 1.0, with the extension `kind`. */
export interface KargoCloudEvent {
  specversion: '1.0';
  id: string;
  /** `/kargo/<component>` */
  source: string;
  /** The reason, such as `PromotionSucceeded`. */
  type: string;
  /** `<project>/<name>` of what it is about. */
  subject: string;
  /** RFC 3339. */
  time: string;
  datacontenttype: 'application/json';
  /** Of what it is about: `Promotion` or `Freight`. */
  kind: string;
  data: JsonObject;
}

/**
 * An event as others get to know it. `data` holds `project`, `severity` (`Normal` or
 * `Warning`), `message`, `involvedObject`, and what the event's annotations tell, by the
 * same names: `actor`, `stage-name`, `freight-alias` and so on, all texts.
 */
export function toCloudEvent(event: KargoEvent): KargoCloudEvent {
  const { metadata, involvedObject, reason, message, type } = event;
  const { namespace: project = '', name } = involvedObject;
  const told = Object.entries(metadata.annotations ?? {}).flatMap(
    ([key, value]) =>
      key.startsWith(EVENT_ANNOTATION_PREFIX)
        ? [[key.slice(EVENT_ANNOTATION_PREFIX.length), value]]
        : [],
  );
  return {
    specversion: '1.0',
    id: metadata.uid,
    source: `/kargo/${event.source?.component ?? 'engine'}`,
    type: reason,
    subject: `${project}/${name}`,
    time: event.lastTimestamp ?? metadata.creationTimestamp,
    datacontenttype: 'application/json',
    kind: involvedObject.kind,
    data: {
      ...Object.fromEntries(told),
      project,
      severity: type,
      message,
      involvedObject: { kind: involvedObject.kind, name },
    },
  };
}
