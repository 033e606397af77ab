import {
  Freight,
  FreightRequest,
  FreightSources,
  isFreightAvailable,
  originKey,
  sortNewestFirst,
  Stage,
} from 'backstage-plugin-kargo-common';
import {
  needsApproval,
  undecidedRequests,
} from '../../logic/waiting/waitingItems';
import { FakeClock } from '../../testing/FakeClock';
import { openStore } from '../../testing/openStore';
import { aCollection, aFreight, aStage } from '../../testing/resourceBuilders';
import { pick, seededRandom } from '../../testing/seededRandom';
import { RequestReads } from '../server/RequestReads';
import { findNewerFreight } from './newerFreight';

jest.setTimeout(120_000);

const NOW = Date.parse('2026-03-01T12:00:00Z');
const MINUTE = 60_000;

const SOURCES: FreightSources[] = [
  { direct: true },
  {},
  { stages: ['test'] },
  { stages: ['test', 'uat'] },
  { stages: ['test', 'uat'], availabilityStrategy: 'All' },
  { availabilityStrategy: 'All' },
  { stages: ['test'], requiredSoakTime: '1h' },
  { stages: ['test', 'uat'], requiredSoakTime: '2h30m' },
  {
    ...{ stages: ['test', 'uat'], requiredSoakTime: '30m' },
    availabilityStrategy: 'All',
  },
  {
    ...{ stages: ['uat', 'test'], requiredSoakTime: '4h' },
    autoPromotionOptions: { selectionPolicy: 'MatchUpstream' },
  },
];

const at = (minutesAgo: number) =>
  new Date(NOW - minutesAgo * MINUTE).toISOString();

/** Freight that chance has let through some Stages and approved for one. */
function someFreight(
  random: () => number,
  project: string,
  number: number,
): Freight {
  const isSo = (share: number) => random() < share;
  const stages = ['test', 'uat'].filter(() => isSo(0.4));
  const freight = aFreight(`f${number}`, {
    discoveredAt: at(number * 7),
    status: {
      verifiedIn: Object.fromEntries(
        stages.map(name => [
          name,
          isSo(0.3) ? { longestSoak: pick(random, ['30m', '1h', '4h']) } : {},
        ]),
      ),
      currentlyIn: Object.fromEntries(
        stages
          .filter(() => isSo(0.2))
          .map(name => [name, { since: at(Math.floor(random() * 180)) }]),
      ),
      approvedFor: isSo(0.05) ? { prod: {} } : {},
    },
  });
  return {
    ...freight,
    metadata: { ...freight.metadata, namespace: project },
    origin: { kind: 'Warehouse', name: pick(random, ['web', 'api']) },
  };
}

/** A Stage `prod` that holds some of the Freight, or what was cleaned up. */
function someStage(
  random: () => number,
  project: string,
  freight: readonly Freight[],
): Stage {
  const requestedFreight: FreightRequest[] = ['web', 'api'].map(name => ({
    origin: { kind: 'Warehouse', name },
    sources: pick(random, SOURCES),
  }));
  const items = requestedFreight.flatMap(({ origin }) => {
    const ofOrigin = freight.filter(item => item.origin.name === origin.name);
    const name =
      random() < 0.1
        ? 'gone'
        : pick(random, [...ofOrigin, undefined])?.metadata.name;
    return name ? [[originKey(origin), { name, origin }] as const] : [];
  });
  return aStage({
    metadata: { name: 'prod', namespace: project },
    spec: { requestedFreight },
    status: {
      autoPromotionEnabled: random() < 0.2,
      ...(items.length > 0 && {
        freightHistory: [
          { ...aCollection('held'), items: Object.fromEntries(items) },
        ],
      }),
    },
  });
}

/** What all Freight of the project says, by the rule of availability alone. */
function expectedOf(stage: Stage, all: readonly Freight[]): string[] {
  return undecidedRequests(stage).flatMap(request => {
    const key = originKey(request.origin);
    const ofOrigin = sortNewestFirst(
      all.filter(({ origin }) => originKey(origin) === key),
    );
    const held = stage.status?.freightHistory?.[0]?.items[key]?.name;
    const position = ofOrigin.findIndex(
      ({ metadata }) => metadata.name === held,
    );
    const newer = position < 0 ? ofOrigin : ofOrigin.slice(0, position);
    const available = newer.find(
      freight => isFreightAvailable(stage, freight, NOW).available,
    );
    if (available) {
      return [`${available.metadata.name} may enter`];
    }
    return newer.length > 0 && needsApproval(request)
      ? [`${newer[0].metadata.name} needs an approval`]
      : [];
  });
}

it.each([1, 2, 3, 4])(
  'finds by index what all Freight says, whatever a Stage takes and holds (seed %d)',
  async seed => {
    const { knex, store } = await openStore(FakeClock.create());
    const random = seededRandom(seed);
    const stages: Stage[] = [];
    const expected: string[][] = [];
    for (let project = 0; project < 60; project++) {
      const name = `p${project}`;
      const count = pick(random, [0, 2, 8, 30, 120]);
      const freight = Array.from({ length: count }, (_, number) =>
        someFreight(random, name, number),
      );
      await store.write(freight.map(create => ({ create })));
      const stage = someStage(random, name, freight);
      stages.push(stage);
      expected.push(expectedOf(stage, freight));
    }
    const found = await findNewerFreight(
      { store, reads: RequestReads.of(store) },
      stages,
      NOW,
    );
    expect(
      stages.map(stage =>
        (found.get(stage) ?? []).map(
          ({ freight, isAvailable }) =>
            `${freight.metadata.name} ${
              isAvailable ? 'may enter' : 'needs an approval'
            }`,
        ),
      ),
    ).toEqual(expected);
    // Each sort of answer is among them.
    expect(expected.flat().filter(text => /approval/.test(text))).not.toEqual(
      [],
    );
    expect(expected.filter(({ length }) => length === 2)).not.toEqual([]);
    expect(expected.filter(({ length }) => length === 0)).not.toEqual([]);
    await knex.destroy();
  },
);
