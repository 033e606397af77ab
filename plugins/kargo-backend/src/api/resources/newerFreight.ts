import {
  compareNewestFreight,
  currentFreight,
  Freight,
  FreightRequest,
  isFreightAvailable,
  originKey,
  Stage,
} from 'backstage-plugin-kargo-common';
import { sourceIndexes } from '../../logic/stage/sourceIndexes';
import { sourceSearches } from '../../logic/stage/sourceSearches';
import {
  needsApproval,
  NewerFreight,
  undecidedRequests,
} from '../../logic/waiting/waitingItems';
import { FirstSelection, IndexedStore } from '../../ports/ResourceIndex';
import { RequestReads } from '../server/RequestReads';
import {
  Beginning,
  Beginnings,
  FreightSearch,
  FreightSearches,
} from './FreightSearches';

/** Whether there is newer Freight for one request of a Stage. */
interface Question {
  readonly stage: Stage;
  readonly request: FreightRequest;
  /** What the Stage holds of the origin, unless that was cleaned up. */
  held?: Freight;
  /** The newest that is known to be available, or what the Stage holds. */
  newest?: Freight;
}

/**
 * The Freight that may wait for somebody, by Stage: of each undecided request the newest that is
 * newer than what the Stage holds and may enter or, where only an approval lets it in, needs one.
 *
 * @remarks
 * Asks the database twice, however many Stages of however many projects there are, and a third
 * time where the newest verified Freight does not decide, because it has to soak or is needed
 * from several Stages. What is undecided then is searched for as the engine does, one by one.
 */
export async function findNewerFreight(
  { store, reads }: { store: IndexedStore; reads: RequestReads },
  stages: readonly Stage[],
  nowMs: number,
): Promise<ReadonlyMap<Stage, NewerFreight[]>> {
  const questions = stages.flatMap(stage =>
    undecidedRequests(stage).map((request): Question => ({ stage, request })),
  );
  const newest = new Beginnings();
  const sources = questions.map(question => newest.ofAll(newestOf(question)));
  const unapproved = questions.map(question =>
    newest.ofAll(unapprovedOf(question)),
  );
  await newest.read(store);
  await Promise.all(
    questions.map((question, at) =>
      compareWithHeld(question, [...sources[at], ...unapproved[at]], reads),
    ),
  );
  const undecided = questions.filter(
    (question, at) => !isDecided(question, sources[at], nowMs),
  );
  await searchAll(store, undecided, nowMs);

  const found = new Map<Stage, NewerFreight[]>();
  questions.forEach((question, at) => {
    const newer = newerThanHeld(question, unapproved[at]);
    const { stage } = question;
    if (newer) {
      found.set(stage, [...(found.get(stage) ?? []), newer]);
    }
  });
  return found;
}

/** Where available Freight is, and maybe other. */
function newestOf({ stage, request }: Question): FirstSelection[] {
  const { namespace = '' } = stage.metadata;
  return sourceIndexes(stage, request).map(index => ({ namespace, index }));
}

/** All Freight of the origin, where only an approval lets it in. */
function unapprovedOf({ stage, request }: Question): FirstSelection[] {
  const { namespace = '' } = stage.metadata;
  const index = { name: 'origin', value: originKey(request.origin) };
  return needsApproval(request) ? [{ namespace, index }] : [];
}

/** Reads what the Stage holds, where there is something to compare it with. */
async function compareWithHeld(
  question: Question,
  beginnings: readonly Beginning[],
  reads: RequestReads,
): Promise<void> {
  const { stage, request } = question;
  const name = currentFreight(stage)?.items[originKey(request.origin)]?.name;
  const begun = beginnings.flatMap(({ items }) => items);
  if (name === undefined || begun.length === 0) {
    return;
  }
  const { namespace = '' } = stage.metadata;
  question.held =
    begun.find(({ metadata }) => metadata.name === name) ??
    (await reads.find({ kind: 'Freight', namespace, name })).resource;
  question.newest = question.held;
}

/** Whether the newest of the sources decides, of which it takes what is newer and available. */
function isDecided(
  question: Question,
  sources: readonly Beginning[],
  nowMs: number,
): boolean {
  const open = sources.filter(
    ({ items, isWhole }) =>
      !items.some(freight => isEnough(question, freight, nowMs)) && !isWhole,
  );
  return open.length === 0;
}

/** Whether nothing behind an item counts, newest first: it is available, or no newer than what is. */
function isEnough(
  question: Question,
  freight: Freight,
  nowMs: number,
): boolean {
  const { stage, request, newest } = question;
  if (originKey(freight.origin) !== originKey(request.origin)) {
    // A Stage holds Freight of several origins.
    return false;
  }
  if (!isNewer(freight, newest)) {
    return true;
  }
  if (!isFreightAvailable(stage, freight, nowMs).available) {
    return false;
  }
  question.newest = freight;
  return true;
}

function newerThanHeld(
  { held, newest }: Question,
  [ofOrigin]: readonly Beginning[],
): NewerFreight | undefined {
  if (newest && newest !== held) {
    return { freight: newest, isAvailable: true };
  }
  const unapproved = ofOrigin?.items[0];
  return unapproved && isNewer(unapproved, held)
    ? { freight: unapproved, isAvailable: false }
    : undefined;
}

/** Everything is newer than what was cleaned up. */
function isNewer(freight: Freight, than: Freight | undefined): boolean {
  return than === undefined || compareNewestFreight(freight, than) < 0;
}

/** Looks for available Freight where the engine would, at first for all questions together. */
async function searchAll(
  store: IndexedStore,
  questions: readonly Question[],
  nowMs: number,
): Promise<void> {
  const newest = new Beginnings();
  const sources = questions.map(question =>
    newest.ofAll(searchesOf(question).flatMap(toSelections)),
  );
  await newest.read(store);
  const searches = new FreightSearches(store);
  // One after another: what one has searched through, others may need as well.
  for (const [at, question] of questions.entries()) {
    if (!isDecided(question, sources[at], nowMs)) {
      for (const one of searchesOf(question)) {
        await searches.goThrough(one, freight =>
          isEnough(question, freight, nowMs),
        );
      }
    }
  }
}

function searchesOf({ stage, request }: Question): FreightSearch[] {
  const { namespace = '' } = stage.metadata;
  const { origin, sources } = request;
  // Whoever promotes by hand is not bound to what automation would choose.
  const { autoPromotionOptions: _, ...anyAvailable } = sources;
  return sourceSearches(stage, { origin, sources: anyAvailable }).map(
    ({ index }) => ({ namespace, index }),
  );
}

/** What the first index of a search holds: all that is found, and maybe more. */
function toSelections({ namespace, index }: FreightSearch): FirstSelection[] {
  const [{ name, value }] = index;
  return [value]
    .flat()
    .map(one => ({ namespace, index: { name, value: one } }));
}
