import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { NotificationSendOptions } from '@backstage/plugin-notifications-node';
import { KargoRequestError } from 'backstage-plugin-kargo-common';
import { Knex } from 'knex';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventTeller } from './EventTeller';
import { KargoNotifier } from './KargoNotifier';
import { NoticeSender } from './NoticeSender';
import { readConfig } from './readConfig';
import { openLedgerDatabase, SqlLedger } from './SqlLedger';
import { anEvent, aStage, FakeKargo, someFreight } from './testing/FakeKargo';

jest.setTimeout(120_000);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const AT = '2026-03-10T12:00:00Z';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_18'] });

async function until(isThere: () => boolean | Promise<boolean>) {
  while (!(await isThere())) {
    await sleep(5);
  }
}

/** Promotion `p<revision>` failed. */
function failed(revision: number, at = AT) {
  return anEvent(
    'PromotionFailed',
    { 'stage-name': 'prod', 'promotion-name': `p${revision}` },
    { revision, at },
  );
}

describe.each(databases.eachSupportedId())('EventTeller on %s', id => {
  let knex: Knex;
  let kargo: FakeKargo;
  let sent: string[];
  let nowMs: number;
  let logger: ReturnType<typeof mockServices.logger.mock>;
  const running = new Set<EventTeller>();
  let replicas = 0;

  beforeEach(async () => {
    knex = await databases.init(id);
    await openLedgerDatabase({ getClient: async () => knex });
    kargo = new FakeKargo();
    kargo.stages = [aStage('prod', { automatic: false })];
    kargo.record(failed(1));
    sent = [];
    nowMs = Date.parse(AT);
    logger = mockServices.logger.mock();
  });
  afterEach(() => Promise.all([...running].map(stop)));

  async function stop(teller: EventTeller): Promise<void> {
    running.delete(teller);
    await teller.stop();
  }

  /** Another replica of the portal. */
  function start(
    send: (notification: NotificationSendOptions) => Promise<void> = async () =>
      undefined,
  ): EventTeller {
    const config = readConfig(mockServices.rootConfig({ data: {} }));
    const now = () => nowMs;
    const teller = EventTeller.create({
      connect: async () => kargo.connect(),
      ledger: SqlLedger.create({ knex, replica: `r${replicas++}` }),
      notifier: KargoNotifier.create({ config, now }),
      sender: NoticeSender.create({
        notifications: {
          async send(notification) {
            await send(notification);
            sent.push(String(notification.payload.scope).split('/')[1]);
          },
        },
        config,
        logger,
      }),
      logger,
      now,
      times: { together: 20, claim: 20, retry: 5 },
    });
    running.add(teller);
    teller.start();
    return teller;
  }

  const progress = () =>
    knex('notifications_progress').first('revision', 'holder');
  const isLeft = async () => (await knex('notifications_tasks')).length > 0;
  const untilWritten = (revision: number) =>
    until(
      async () =>
        (await progress()).revision === String(revision) && !(await isLeft()),
    );
  const untilFollowed = () => until(() => kargo.streams > 0);

  /** The replica that tells is taken to be gone. */
  const endLease = () =>
    knex('notifications_progress').update({ held_until: 0 });

  it('tells of what happens from its first start on, in its order', async () => {
    start();
    await untilFollowed();
    kargo.record(failed(2), failed(3));
    kargo.record(failed(4));
    await untilWritten(4);
    expect(sent).toEqual(['p2', 'p3', 'p4']);
  });

  it('tells after a pause of what happened meanwhile, and of nothing again', async () => {
    const first = start();
    await untilFollowed();
    kargo.record(failed(2));
    await untilWritten(2);
    await stop(first);
    kargo.record(failed(3), failed(4));
    start();
    await untilWritten(4);
    expect(sent).toEqual(['p2', 'p3', 'p4']);
  });

  it('goes on where it was when the stream breaks, or ends', async () => {
    start();
    await untilFollowed();
    kargo.record(failed(2));
    await untilWritten(2);
    kargo.breakStreams();
    await until(() => kargo.streams === 0);
    kargo.record(failed(3));
    await untilWritten(3);
    expect(sent).toEqual(['p2', 'p3']);
  });

  it('asks for what happened when the history does not reach back so far', async () => {
    const first = start();
    await untilFollowed();
    kargo.record(failed(2));
    await untilWritten(2);
    await stop(first);
    kargo.record(failed(3), failed(9));
    kargo.oldestRevision = 8;
    start();
    await untilWritten(9);
    kargo.record(failed(10));
    await untilWritten(10);
    expect(sent).toEqual(['p2', 'p3', 'p9', 'p10']);
  });

  it('asks for nothing again where a bookmark has led past what others did', async () => {
    start();
    await untilFollowed();
    kargo.pass(8);
    await until(() => kargo.bookmarksTold === 1);
    kargo.oldestRevision = 8;
    kargo.asked.length = 0;
    kargo.endStreams();
    await until(() => kargo.streams === 0);
    await untilFollowed();
    kargo.record(failed(9));
    await untilWritten(9);
    expect(sent).toEqual(['p9']);
    expect(kargo.asked).not.toContain('listAllEvents');
  });

  it('tells once where there are several replicas', async () => {
    start();
    start();
    start();
    await untilFollowed();
    const revisions = Array.from({ length: 120 }, (_, index) => index + 2);
    kargo.record(...revisions.map(revision => failed(revision)));
    await untilWritten(121);
    expect(sent).toEqual(revisions.map(revision => `p${revision}`));
    expect(kargo.streams).toBe(1);
  });

  it('lets another replica go on at once when it stops', async () => {
    const [first, second] = [start(), start()];
    await untilFollowed();
    kargo.record(failed(2));
    await untilWritten(2);
    const { holder } = await progress();
    const holds = holder === `r${replicas - 2}` ? first : second;
    await stop(holds);
    kargo.record(failed(3));
    await untilWritten(3);
    expect(sent).toEqual(['p2', 'p3']);
  });

  it('lets another replica tell what one did not when it was killed, and is in its way no more', async () => {
    let resume = () => {};
    const frozen = new Promise<void>(resolve => {
      resume = resolve;
    });
    const first = start(async () => frozen);
    await untilFollowed();
    kargo.record(failed(2), failed(3));
    // It stands still, and does not claim the ledger in time.
    await knex('notifications_progress').update({
      ...{ holder: 'somebody', held_until: Date.now() + HOUR },
    });
    await until(() => kargo.streams === 0);
    running.delete(first);
    await endLease();
    start();
    await untilWritten(3);
    expect(sent).toEqual(['p2', 'p3']);
    kargo.record(failed(4));
    await untilWritten(4);
    resume();
    await first.stop();
    expect((await progress()).revision).toBe('4');
  });

  it('does not give up what the portal cannot take now', async () => {
    let failures = 0;
    start(async () => {
      if (failures < 5) {
        failures++;
        throw new Error(
          'Failed to send notifications: Error: Request failed with status 400',
        );
      }
    });
    await untilFollowed();
    kargo.record(failed(2), failed(3));
    await untilWritten(3);
    expect(sent.sort()).toEqual(['p2', 'p3']);
    expect(logger.warn).toHaveBeenCalledTimes(1);
  });

  it('stops trying when another replica has become the one that tells', async () => {
    let isDown = true;
    let attempts = 0;
    start(async () => {
      attempts++;
      if (isDown) throw new Error('Request failed with status 503');
    });
    await untilFollowed();
    kargo.record(failed(2));
    await until(() => attempts > 1);
    await knex('notifications_progress').update({
      ...{ holder: 'somebody', held_until: Date.now() + HOUR },
    });
    await until(() => kargo.streams === 0);
    // It claims the ledger again only when it has let go of what it was trying.
    await endLease();
    await until(async () => (await progress()).holder !== 'somebody');
    isDown = false;
    await untilWritten(2);
    expect(sent).toEqual(['p2']);
  });

  it('waits for the catalog to tell whose a Stage is', async () => {
    kargo.owners = undefined;
    start();
    await untilFollowed();
    kargo.record(failed(2));
    const asked = () =>
      kargo.asked.filter(name => name === 'getProjectAccess').length;
    await until(() => asked() > 1);
    expect(sent).toEqual([]);
    kargo.owners = ['group:default/team'];
    await untilWritten(2);
    expect(sent).toEqual(['p2']);
  });

  it('waits for Kargo to answer', async () => {
    kargo.failure = new KargoRequestError(503, 'The database does not answer');
    start();
    await until(() => kargo.asked.length > 1);
    kargo.failure = undefined;
    await untilFollowed();
    kargo.record(failed(2));
    await untilWritten(2);
    expect(sent).toEqual(['p2']);
  });

  it('gives up at once what the portal refuses, and says so', async () => {
    const refused: string[] = [];
    start(async ({ payload }) => {
      if (String(payload.scope).endsWith('p2')) {
        refused.push('p2');
        throw new Error('Request failed with status 422');
      }
    });
    await untilFollowed();
    kargo.record(failed(2), failed(3));
    await untilWritten(3);
    expect(sent).toEqual(['p3']);
    expect(refused).toEqual(['p2']);
    expect(logger.warn).toHaveBeenCalledWith(
      'Gave up notifying of an event of Kargo',
      { project: 'shop', error: 'Request failed with status 422' },
    );
  });

  it.each([
    ['refused, perhaps for a moment', 400],
    ['failing while others are not', 503],
    ['refused for who asks', 401],
  ])(
    'holds up the others for a minute at most by what is %s',
    async (_, status) => {
      let attempts = 0;
      start(async ({ payload }) => {
        if (String(payload.scope).endsWith('p2')) {
          attempts++;
          throw new Error(`Request failed with status ${status}`);
        }
      });
      await untilFollowed();
      kargo.record(failed(2), failed(3));
      await until(() => attempts > 3 && sent.length > 0);
      expect(await isLeft()).toBe(true);
      nowMs += MINUTE + 1;
      await untilWritten(3);
      expect(sent).toEqual(['p3']);
    },
  );

  it('gives up nothing because the portal took others before it went away', async () => {
    let isDown = false;
    let attempts = 0;
    start(async () => {
      if (isDown) {
        attempts++;
        throw new Error('Request failed with status 503');
      }
      isDown = sent.length === 1;
    });
    await untilFollowed();
    kargo.record(failed(2), failed(3), failed(4), failed(5));
    await until(() => attempts > 2);
    expect(sent).toEqual(['p2', 'p3']);
    nowMs += MINUTE + 1;
    const before = attempts;
    await until(() => attempts > before + 6);
    isDown = false;
    await untilWritten(5);
    expect(sent.sort()).toEqual(['p2', 'p3', 'p4', 'p5']);
    expect(logger.warn).toHaveBeenCalledTimes(1);
  });

  it('gives up after an hour what nothing takes', async () => {
    let attempts = 0;
    start(async () => {
      attempts++;
      throw new Error('Request failed with status 503');
    });
    await untilFollowed();
    kargo.record(failed(2));
    await until(() => attempts > 1);
    nowMs += HOUR - 1;
    const before = attempts;
    await until(() => attempts > before + 2);
    expect(await isLeft()).toBe(true);
    nowMs += 2;
    await untilWritten(2);
    expect(sent).toEqual([]);
  });

  it('tries again what happened long ago, while the portal stood still', async () => {
    const first = start();
    await untilFollowed();
    await stop(first);
    kargo.record(failed(2));
    nowMs += 3 * HOUR;
    let attempts = 0;
    start(async () => {
      if (attempts++ < 3) throw new Error('Request failed with status 503');
    });
    await untilWritten(2);
    expect(sent).toEqual(['p2']);
  });

  const elsewhere = (revision: number) => {
    const event = failed(revision);
    event.metadata.namespace = 'store';
    return event;
  };
  const cannotRead = () =>
    kargo.failureIn.set(
      'store',
      new KargoRequestError(500, 'The project cannot be read'),
    );
  const untilSent = (count: number) => until(() => sent.length === count);

  it('tells of other projects while one cannot be read, and of that when it can be', async () => {
    cannotRead();
    const first = start();
    await untilFollowed();
    kargo.record(elsewhere(2), failed(3));
    await untilSent(1);
    kargo.record(elsewhere(4), failed(5));
    await untilSent(2);
    expect(sent).toEqual(['p3', 'p5']);
    // Also by another replica.
    await stop(first);
    kargo.failureIn.clear();
    start();
    await untilWritten(5);
    expect(sent).toEqual(['p3', 'p5', 'p2', 'p4']);
  });

  it('gives up after an hour of a project that cannot be read', async () => {
    cannotRead();
    start();
    await untilFollowed();
    kargo.record(elsewhere(2));
    await until(() => kargo.asked.length > 3);
    nowMs += HOUR + 1;
    await untilWritten(2);
    expect(sent).toEqual([]);
    expect(logger.warn.mock.calls).toEqual([
      [
        'Cannot notify of events of Kargo; it is tried again until it succeeds',
        { project: 'store', error: 'The project cannot be read' },
      ],
      [
        'Gave up notifying of an event of Kargo',
        { project: 'store', error: 'The project cannot be read' },
      ],
    ]);
  });

  /** Sends so many, and one more that cannot be noted, because somebody else has the ledger. */
  function killedAfter(count: number) {
    const dies = { isDead: false, later: 0 };
    const send = async () => {
      if (dies.isDead) dies.later++;
      if (sent.length === count) {
        dies.isDead = true;
        await knex('notifications_progress').update({
          ...{ holder: 'nobody', held_until: Date.now() + HOUR },
        });
      }
    };
    return { dies, send };
  }

  const untilDead = (dies: { isDead: boolean }) =>
    until(() => dies.isDead && kargo.streams === 0);

  it('tells one again at most when it is killed', async () => {
    const revisions = Array.from({ length: 12 }, (_, index) => index + 2);
    for (const count of [0, 5, 9]) {
      const { dies, send } = killedAfter(count);
      const replica = start(send);
      if (count === 0) {
        await untilFollowed();
        kargo.record(...revisions.map(revision => failed(revision)));
      }
      await untilDead(dies);
      await stop(replica);
      expect(dies.later).toBe(0);
      expect(sent).toHaveLength(count + 1);
      await endLease();
    }
    start();
    await untilWritten(13);
    // The one that was on its way each time.
    expect(sent).toHaveLength(12 + 3);
    expect(new Set(sent).size).toBe(12);
  });

  it('tells those who are named when the catalog never tells whose a Stage is', async () => {
    kargo.owners = undefined;
    start();
    await untilFollowed();
    kargo.record(
      anEvent(
        'PromotionFailed',
        {
          ...{ 'stage-name': 'prod', 'promotion-name': 'p2' },
          actor: 'user:default/rita',
        },
        { revision: 2, at: AT },
      ),
    );
    await until(() => kargo.asked.includes('getProjectAccess'));
    expect(sent).toEqual([]);
    nowMs += HOUR + 1;
    await untilWritten(2);
    expect(sent).toEqual(['p2']);
  });

  it('asks of a hundred Promotions at once what it asks of a few', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `s${index}`);
    kargo.stages = names.map(name => aStage(name, { automatic: false }));
    kargo.freight = [someFreight('f2', '1.2.0', 2)];
    const about = { 'freight-name': 'f2', 'freight-warehouse-name': 'images' };
    start();
    await untilFollowed();
    kargo.record(anEvent('FreightCreated', about, { revision: 2, at: AT }));
    await untilWritten(2);
    expect(sent).toHaveLength(100);
    kargo.asked.length = 0;
    kargo.record(
      ...names.map((name, index) =>
        anEvent(
          'PromotionCreated',
          {
            ...{ ...about, actor: 'user:default/rita' },
            ...{ 'stage-name': name, 'promotion-name': `p${index}` },
          },
          { revision: index + 3, at: AT },
        ),
      ),
    );
    await untilWritten(102);
    expect(sent).toHaveLength(200);
    expect(kargo.asked).toHaveLength(8);
  });

  /** Freight that waits in Stage `test` before it may enter `prod`. */
  async function soaks(requiredSoakTime: string): Promise<EventTeller> {
    kargo.freight = [
      someFreight('f2', '1.2.0', 2, {
        verifiedIn: { test: { verifiedAt: AT } },
        currentlyIn: { test: { since: AT } },
      }),
    ];
    kargo.stages = [
      aStage('prod', {
        sources: { stages: ['test'], requiredSoakTime },
        automatic: false,
      }),
    ];
    const teller = start();
    await untilFollowed();
    kargo.record(
      anEvent(
        'FreightVerificationSucceeded',
        {
          'stage-name': 'test',
          'freight-name': 'f2',
          'freight-warehouse-name': 'images',
        },
        { revision: 2, at: AT },
      ),
    );
    await untilWritten(2);
    return teller;
  }

  it('tells when a soak time is over, though nothing else happens', async () => {
    await soaks('1s');
    expect(sent).toEqual([]);
    nowMs += 1_000;
    await until(() => sent.length > 0);
    expect(sent).toEqual(['prod']);
  });

  it('tells when a soak time is over, also after a restart in between', async () => {
    await stop(await soaks('3h'));
    expect(sent).toEqual([]);
    nowMs += 3 * HOUR;
    start();
    await until(() => sent.length > 0);
    await until(
      async () =>
        (await knex('notifications_soaks')).length === 0 && !(await isLeft()),
    );
    expect(sent).toEqual(['prod']);
    expect(await knex('notifications_waiting').pluck('scope')).toEqual([
      'freight:shop/prod/images',
    ]);
  });
});
