import { KargoApi, OPERATION_IDS } from 'backstage-plugin-kargo-common';

const unknownCalls: string[] = [];

/** The calls, since the last look, that a fake did not know. */
export function takeUnknownCalls(): string[] {
  return unknownCalls.splice(0);
}

/** A fake of everything that the API has, which the test tells by its own parts. */
export function completeApi(...parts: Partial<KargoApi>[]): KargoApi {
  const names = [
    ...OPERATION_IDS,
    'read',
    'streamLogs',
    'watch',
    'watchMany',
  ] as Array<keyof KargoApi>;
  return Object.fromEntries(
    names.map(name => [
      name,
      (...args: unknown[]) => {
        const known = parts.find(part => part[name]);
        const call = known?.[name] as
          | ((...all: unknown[]) => unknown)
          | undefined;
        if (!call) {
          unknownCalls.push(name);
          throw new Error(`The fake does not know '${name}'`);
        }
        return call.apply(known, args);
      },
    ]),
    // Every name of the interface is there, and each call goes to its own.
  ) as unknown as KargoApi;
}
