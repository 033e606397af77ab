import {
  type Operation,
  type Pipeline,
  type StageName,
  STAGES,
} from './operations';

const MINUTE = 60_000;

type Phase =
  | 'Pending'
  | 'Running'
  | 'Succeeded'
  | 'Failed'
  | 'Errored'
  | 'Aborted';

interface FreightState {
  isGone: boolean;
  /** By Stage that verified it, the longest stay that has ended, in milliseconds. */
  verified: Map<StageName, number>;
  /** By Stage that holds it, since when. */
  since: Map<StageName, number>;
  approved: Set<StageName>;
}

interface PromotionState {
  freight: number;
  phase: Phase;
  /** What the person who asked for it wants of automation. */
  intent?: 'hold' | 'resume';
  isDeleted?: boolean;
}

interface StageState {
  current?: number;
  /** Phases, newest first. */
  verifications: string[];
  promotions: PromotionState[];
  /** How the last Promotion ended that ran. */
  last?: Phase;
  hold?: number;
  isBlocked: boolean;
  isBroken: boolean;
  /** Somebody asked for another verification, which waits for a Promotion or for health. */
  isVerifiedAgain: boolean;
}

/** What a Stage shows, in the words of the engine; Freight by its number. */
export interface StageView {
  holds?: number;
  hold?: number;
  verifications: string[];
  promotions: Array<{ freight: number; phase: string; why: string[] }>;
  /** Codes of the reasons why each Freight is not promoted, by its number. */
  why: Record<number, string[]>;
}

export interface FreightView {
  verifiedIn: string[];
  currentlyIn: string[];
  approvedFor: string[];
}

/** Everything that is compared. */
export interface View {
  stages: Record<StageName, StageView>;
  /** By number; Freight that was deleted is absent. */
  freight: Record<number, FreightView>;
}

/**
 * What an engine must do, told from the rules alone: availability, the queue of a Stage,
 * verification, soak time, holds and automation. Everything that follows from an operation
 * has happened when it returns; nothing is stored and nothing fails.
 */
export class ReferenceModel {
  #now = 0;
  #freight: FreightState[] = [];
  #stages: Record<StageName, StageState>;

  static create(pipeline: Pipeline): ReferenceModel {
    return new ReferenceModel(pipeline);
  }

  private constructor(private readonly pipeline: Pipeline) {
    const empty = (): StageState => ({
      verifications: [],
      promotions: [],
      isBlocked: false,
      isBroken: false,
      isVerifiedAgain: false,
    });
    this.#stages = { test: empty(), qa: empty(), prod: empty() };
  }

  /** Whether the operation would be allowed now. */
  allows(operation: Operation): boolean {
    const other = new ReferenceModel(this.pipeline);
    other.#now = this.#now;
    other.#freight = structuredClone(this.#freight);
    other.#stages = structuredClone(this.#stages);
    return other.#act(operation);
  }

  /** Whether the operation is allowed; what is not changes nothing. */
  apply(operation: Operation): boolean {
    const isAllowed = this.#act(operation);
    this.#settle();
    return isAllowed;
  }

  /** Moves the time, stopping wherever something may happen by itself; in milliseconds. */
  advance(minutes: number): number[] {
    const end = this.#now + minutes * MINUTE;
    const moments: number[] = [];
    while (this.#now < end) {
      const next = Math.min(end, ...this.#soakEnds());
      moments.push(next - this.#now);
      this.#now = next;
      this.#settle();
    }
    return moments;
  }

  view(): View {
    const stages = Object.fromEntries(
      STAGES.map(name => [name, this.#viewStage(name)]),
    ) as Record<StageName, StageView>;
    const freight: Record<number, FreightView> = {};
    for (const [number, state] of this.#present()) {
      freight[number] = {
        verifiedIn: [...state.verified.keys()].sort(),
        currentlyIn: [...state.since.keys()].sort(),
        approvedFor: [...state.approved].sort(),
      };
    }
    return { stages, freight };
  }

  #act(operation: Operation): boolean {
    switch (operation.do) {
      case 'publish':
        this.#freight.push({
          isGone: false,
          verified: new Map(),
          since: new Map(),
          approved: new Set(),
        });
        return true;
      case 'promote':
        return this.#promote(operation.stage, operation.freight);
      case 'approve':
        if (!this.#isPresent(operation.freight)) return false;
        this.#freight[operation.freight].approved.add(operation.stage);
        return true;
      case 'break':
        this.#stages[operation.stage].isBroken = true;
        return true;
      case 'block':
      case 'unblock':
        this.#stages[operation.stage].isBlocked = operation.do === 'block';
        return true;
      case 'abort':
      case 'delete-promotion':
        return this.#end(operation);
      case 'answer':
        return this.#answer(operation.stage, operation.ok);
      case 'abort-verification':
        return this.#answer(operation.stage, 'aborted');
      case 'verify-again':
        return this.#verifyAgain(operation.stage);
      case 'delete-freight':
        return this.#deleteFreight(operation.freight);
      default:
        return true;
    }
  }

  #promote(name: StageName, freight: number): boolean {
    if (!this.#isPresent(freight) || !this.#isAvailable(name, freight)) {
      return false;
    }
    const isWanted = this.#candidate(name) === freight;
    this.#stages[name].promotions.push({
      freight,
      phase: 'Pending',
      ...(this.pipeline[name].auto && {
        intent: isWanted ? ('resume' as const) : ('hold' as const),
      }),
    });
    return true;
  }

  #end(operation: { do: string; stage: StageName; last: boolean }): boolean {
    const open = this.#open(operation.stage);
    const promotion = operation.last ? open.at(-1) : open[0];
    if (!promotion) return false;
    if (operation.do === 'abort') {
      this.#record(operation.stage, promotion, 'Aborted');
    } else {
      promotion.isDeleted = true;
    }
    return true;
  }

  #answer(name: StageName, answer: boolean | 'aborted'): boolean {
    const stage = this.#stages[name];
    if (stage.verifications[0] !== 'Running') return false;
    stage.verifications[0] = answer === true ? 'Successful' : 'Failed';
    if (answer === true) {
      this.#markVerified(name);
    } else if (answer === false) {
      // A verdict withdraws the trust; an abort says nothing.
      this.#freight[stage.current!].verified.delete(name);
    }
    return true;
  }

  #verifyAgain(name: StageName): boolean {
    const stage = this.#stages[name];
    const [newest] = stage.verifications;
    if (newest === undefined || newest === 'Running') return false;
    stage.isVerifiedAgain = true;
    return true;
  }

  #deleteFreight(number: number): boolean {
    const isUsed = STAGES.some(
      name =>
        this.#stages[name].current === number ||
        this.#stages[name].hold === number ||
        this.#open(name).some(({ freight }) => freight === number),
    );
    // The newest is what the Warehouse would make again.
    const isNewest = number === this.#freight.length - 1;
    if (!this.#isPresent(number) || isUsed || isNewest) return false;
    this.#freight[number].isGone = true;
    return true;
  }

  /**
   * Lets happen what follows, until nothing does. The Stages take turns: what happens in
   * one, those after it see before it goes on.
   */
  #settle(): void {
    for (let isDone = false; !isDone; ) {
      isDone = STAGES.filter(name => this.#step(name)).length === 0;
    }
  }

  /** The next thing that happens in a Stage by itself; whether there was one. */
  #step(name: StageName): boolean {
    const stage = this.#stages[name];
    const running = this.#running(name);
    if (running && !stage.isBlocked) {
      const phase = stage.isBroken ? 'Failed' : 'Succeeded';
      stage.isBroken = false;
      this.#record(name, running, phase);
      return true;
    }
    if (
      stage.current !== undefined &&
      !running &&
      this.#isHealthy(stage) &&
      (stage.verifications.length === 0 || stage.isVerifiedAgain)
    ) {
      this.#verify(name);
      return true;
    }
    const wanted = this.#wanted(name);
    if (wanted !== undefined) {
      stage.promotions.push({ freight: wanted, phase: 'Pending' });
      return true;
    }
    const [next] = this.#open(name);
    if (next && !running && !this.#mustVerifyFirst(stage)) {
      if (this.#isAvailable(name, next.freight)) {
        next.phase = 'Running';
      } else {
        this.#record(name, next, 'Errored');
      }
      return true;
    }
    return false;
  }

  /** Ends a Promotion. What ran is the last one, and what succeeded is what is there. */
  #record(name: StageName, promotion: PromotionState, phase: Phase): void {
    const stage = this.#stages[name];
    const ran = promotion.phase === 'Running' || phase === 'Errored';
    promotion.phase = phase;
    if (!ran) return;
    stage.last = phase;
    if (phase !== 'Aborted' && promotion.intent === 'hold') {
      stage.hold = promotion.freight;
    } else if (phase !== 'Aborted' && promotion.intent === 'resume') {
      stage.hold = undefined;
    }
    if (phase === 'Succeeded') {
      this.#enter(name, promotion.freight);
    }
  }

  #enter(name: StageName, number: number): void {
    const stage = this.#stages[name];
    if (stage.current !== undefined && stage.current !== number) {
      const left = this.#freight[stage.current];
      const stay = this.#now - left.since.get(name)!;
      const longest = left.verified.get(name);
      if (longest !== undefined) {
        left.verified.set(name, Math.max(longest, stay));
      }
      left.since.delete(name);
    }
    stage.current = number;
    stage.verifications = [];
    stage.isVerifiedAgain = false;
    const entered = this.#freight[number].since;
    if (!entered.has(name)) entered.set(name, this.#now);
  }

  #verify(name: StageName): void {
    const stage = this.#stages[name];
    const { verifications } = stage;
    stage.isVerifiedAgain = false;
    if (this.pipeline[name].verifies) {
      verifications.unshift('Running');
    } else {
      verifications.unshift('Successful');
      this.#markVerified(name);
    }
  }

  #markVerified(name: StageName): void {
    const { verified } = this.#freight[this.#stages[name].current!];
    // Only of a Stage whose health is known.
    if (this.#isHealthy(this.#stages[name]) && !verified.has(name)) {
      verified.set(name, 0);
    }
  }

  #isHealthy(stage: StageState): boolean {
    return stage.last === 'Succeeded';
  }

  #mustVerifyFirst({ verifications, current, ...stage }: StageState): boolean {
    if (current === undefined) return false;
    return (
      verifications.includes('Running') ||
      (verifications.length === 0 &&
        this.#isHealthy({ ...stage, verifications, current }))
    );
  }

  /** What automation promotes now. */
  #wanted(name: StageName): number | undefined {
    const { auto } = this.pipeline[name];
    const candidate = auto ? this.#candidate(name) : undefined;
    return candidate !== undefined &&
      this.#objections(name, candidate).length === 0
      ? candidate
      : undefined;
  }

  /** The newest Freight that may enter. */
  #candidate(name: StageName): number | undefined {
    return this.#present()
      .map(([number]) => number)
      .filter(number => this.#isAvailable(name, number))
      .at(-1);
  }

  #isAvailable(name: StageName, number: number): boolean {
    return this.#obstacle(name, number) === undefined;
  }

  /** Why Freight may not enter a Stage. */
  #obstacle(name: StageName, number: number): string | undefined {
    const { direct, upstreams, all, soakMinutes } = this.pipeline[name];
    const { approved, verified, since } = this.#freight[number];
    if (direct || approved.has(name)) return undefined;
    const some = <T>(list: T[], test: (one: T) => boolean) =>
      all ? list.every(test) : list.some(test);
    if (!some(upstreams, upstream => verified.has(upstream))) {
      return 'not-verified-upstream';
    }
    const isSoaked = (upstream: StageName) =>
      verified.has(upstream) &&
      this.#soak(number, upstream) >= soakMinutes * MINUTE;
    if (some(upstreams, isSoaked)) return undefined;
    return some(
      upstreams,
      upstream =>
        isSoaked(upstream) || (verified.has(upstream) && since.has(upstream)),
    )
      ? 'soaking'
      : 'soak-missed';
  }

  /** The longest stay without a break, in milliseconds. */
  #soak(number: number, upstream: StageName): number {
    const { verified, since } = this.#freight[number];
    const entered = since.get(upstream);
    const stay = entered === undefined ? 0 : this.#now - entered;
    return Math.max(verified.get(upstream) ?? 0, stay);
  }

  /** Times, later than now, at which Freight has stayed long enough somewhere. */
  #soakEnds(): number[] {
    return STAGES.flatMap(name => {
      const { upstreams, soakMinutes } = this.pipeline[name];
      return this.#present().flatMap(([, { since }]) =>
        upstreams.flatMap(upstream => {
          const entered = since.get(upstream);
          const end = (entered ?? 0) + soakMinutes * MINUTE;
          return entered !== undefined && end > this.#now ? [end] : [];
        }),
      );
    });
  }

  /** Why automation does not promote Freight to a Stage; nothing when it does. */
  #objections(name: StageName, number: number): string[] {
    const stage = this.#stages[name];
    if (stage.current === number) return ['already-there'];
    if (this.#running(name)?.freight === number) return ['being-promoted'];
    if (this.#open(name).some(({ freight }) => freight === number)) {
      return ['promotion-pending'];
    }
    const obstacle = this.#obstacle(name, number);
    if (obstacle) return [obstacle];
    const isHeld = this.#effectiveHold(name) !== undefined;
    const attempt = stage.promotions
      .filter(({ freight, isDeleted }) => freight === number && !isDeleted)
      .at(-1);
    if (!this.pipeline[name].auto) {
      return ['auto-promotion-disabled'];
    }
    return [
      ...(isHeld ? ['held'] : []),
      ...(this.#candidate(name) === number ? [] : ['newer-available']),
      ...(attempt && attempt.phase !== 'Succeeded'
        ? ['last-attempt-failed']
        : []),
    ];
  }

  #effectiveHold(name: StageName): number | undefined {
    let { hold } = this.#stages[name];
    for (const { intent, freight } of this.#open(name)) {
      if (intent) hold = intent === 'hold' ? freight : undefined;
    }
    return hold;
  }

  #viewStage(name: StageName): StageView {
    const stage = this.#stages[name];
    const why: Record<number, string[]> = {};
    for (const [number] of this.#present()) {
      why[number] = this.#objections(name, number);
    }
    return {
      holds: stage.current,
      hold: stage.hold,
      verifications: stage.verifications,
      promotions: stage.promotions
        .filter(({ isDeleted }) => !isDeleted)
        .map(promotion => ({
          freight: promotion.freight,
          phase: promotion.phase,
          why: [this.#whyWaiting(name, promotion)],
        })),
      why,
    };
  }

  #whyWaiting(name: StageName, promotion: PromotionState): string {
    if (promotion.phase === 'Running') return 'step-waiting';
    if (promotion.phase !== 'Pending') return 'ended';
    return this.#open(name)[0] === promotion ? 'verification-first' : 'queued';
  }

  #open(name: StageName): PromotionState[] {
    return this.#stages[name].promotions
      .filter(
        ({ phase, isDeleted }) =>
          (phase === 'Pending' || phase === 'Running') && !isDeleted,
      )
      .sort(
        (a, b) => Number(b.phase === 'Running') - Number(a.phase === 'Running'),
      );
  }

  #running(name: StageName): PromotionState | undefined {
    return this.#open(name).find(({ phase }) => phase === 'Running');
  }

  #isPresent(number: number): boolean {
    return this.#freight[number]?.isGone === false;
  }

  #present(): Array<[number, FreightState]> {
    return [...this.#freight.entries()].filter(([, { isGone }]) => !isGone);
  }
}
