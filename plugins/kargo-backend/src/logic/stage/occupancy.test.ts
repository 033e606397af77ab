import { Freight } from 'backstage-plugin-kargo-common';
import { aCollection, aFreight } from '../../testing/resourceBuilders';
import { decideOccupancy, decideVerifiedFreight } from './occupancy';

const at = (time: string) => Date.parse(`2026-01-01T${time}Z`);
const since = (time: string) => ({ since: `2026-01-01T${time}Z` });
const VERIFIED_AT = '2026-01-01T00:10:00Z';

describe('decideOccupancy', () => {
  it.each<
    [
      name: string,
      held: string | undefined,
      freight: Freight,
      now: string,
      change: object | undefined,
    ]
  >([
    [
      'what the Stage holds enters',
      'f1',
      aFreight('f1'),
      '10:00:00',
      { currentlyIn: { test: since('10:00:00') } },
    ],
    [
      'what is there already keeps its time',
      'f1',
      aFreight('f1', { status: { currentlyIn: { test: since('09:00:00') } } }),
      '10:00:00',
      undefined,
    ],
    [
      'what leaves before it was verified leaves nothing behind',
      'f2',
      aFreight('f1', { status: { currentlyIn: { test: since('09:00:00') } } }),
      '10:00:00',
      { currentlyIn: {} },
    ],
    [
      'what leaves after it was verified leaves its stay',
      'f2',
      aFreight('f1', {
        status: {
          currentlyIn: { test: since('09:00:00'), uat: since('09:30:00') },
          verifiedIn: { test: { verifiedAt: VERIFIED_AT } },
        },
      }),
      '09:40:00',
      {
        currentlyIn: { uat: since('09:30:00') },
        verifiedIn: { test: { verifiedAt: VERIFIED_AT, longestSoak: '40m0s' } },
      },
    ],
    [
      'a shorter stay does not shorten the longest',
      undefined,
      aFreight('f1', {
        status: {
          currentlyIn: { test: since('09:00:00') },
          verifiedIn: {
            test: { verifiedAt: VERIFIED_AT, longestSoak: '40m0s' },
          },
        },
      }),
      '09:20:00',
      {
        currentlyIn: {},
        verifiedIn: { test: { verifiedAt: VERIFIED_AT, longestSoak: '40m0s' } },
      },
    ],
    [
      'a longer stay replaces it',
      undefined,
      aFreight('f1', {
        status: {
          currentlyIn: { test: since('09:00:00') },
          verifiedIn: {
            test: { verifiedAt: VERIFIED_AT, longestSoak: '40m0s' },
          },
        },
      }),
      '10:30:00',
      {
        currentlyIn: {},
        verifiedIn: {
          test: { verifiedAt: VERIFIED_AT, longestSoak: '1h30m0s' },
        },
      },
    ],
    ['what was never there', 'f2', aFreight('f1'), '10:00:00', undefined],
  ])('%s', (_, held, freight, now, change) => {
    const changes = decideOccupancy(
      'test',
      held === undefined ? undefined : aCollection(held),
      [freight],
      at(now),
    );
    expect(changes).toEqual(change ? [{ name: 'f1', status: change }] : []);
  });
});

describe('decideVerifiedFreight', () => {
  it.each<[string, Freight, boolean]>([
    ['what is held becomes verified', aFreight('f1'), true],
    ['what is not held does not', aFreight('f2'), false],
    [
      'what is verified already keeps its time',
      aFreight('f1', {
        status: { verifiedIn: { test: { verifiedAt: VERIFIED_AT } } },
      }),
      false,
    ],
  ])('%s', (_, freight, isChanged) => {
    const changes = decideVerifiedFreight(
      'test',
      aCollection('f1'),
      [freight],
      '2026-01-02T00:00:00Z',
    );
    expect(changes).toEqual(
      isChanged
        ? [
            {
              name: 'f1',
              status: {
                verifiedIn: { test: { verifiedAt: '2026-01-02T00:00:00Z' } },
              },
            },
          ]
        : [],
    );
  });
});
