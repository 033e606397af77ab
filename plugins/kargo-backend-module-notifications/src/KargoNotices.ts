import { createHash } from 'node:crypto';
import { Freight, FreightAvailability } from 'backstage-plugin-kargo-common';
import { personOf } from './entityRefs';
import { NoticeKind } from './readConfig';
import { titleOf, ToldEvent, ToldFreight } from './toldEvent';

/** The columns of the portal's inbox hold no more. */
const LONGEST_TEXT = 255;
/** A notice is a few lines; its link leads to the rest. */
const LONGEST_DESCRIPTION = 1000;

/** What people are told. */
export interface Notice {
  kind: NoticeKind;
  /** A later notice of the same scope takes its place. */
  scope: string;
  title: string;
  description: string;
  /** A path in the app, or the page of something outside of it. */
  link: string;
  /**
   * Whether it says that something waits for those who are told, or no more than that it waits
   * no longer; absent for what is no matter of waiting.
   */
  waiting?: 'begins' | 'ends';
}

/** A {@link ToldEvent} about a Promotion. */
export type PromotionEvent = ToldEvent & { stage: string; promotion: string };

/** A {@link ToldEvent} about Freight in a Stage. */
export type StageEvent = ToldEvent & { stage: string };

/** Puts what happened into words; pure. */
export class KargoNotices {
  /** @param pagePath - where Kargo's page is in the app, without a slash at its end */
  static create(pagePath: string): KargoNotices {
    return new KargoNotices(pagePath);
  }

  private constructor(private readonly pagePath: string) {}

  freightWaits(
    stage: string,
    freight: Freight,
    availability: FreightAvailability,
  ): Notice {
    const { name, namespace: project = '' } = freight.metadata;
    const query = new URLSearchParams({ freight: name, promote: stage });
    return notice({
      kind: 'freightWaiting',
      scope: freightScope(project, stage, freight.origin.name),
      title: `${titleOf({
        ...freight,
        name,
      })} waits to be promoted to ${stage}`,
      description: `Project ${project}. ${sentence(availability.message)}`,
      link: `${this.pageOf(project)}?${query}`,
      waiting: 'begins',
    });
  }

  /** Takes the place of {@link KargoNotices.freightWaits}. */
  freightTakenUp(event: PromotionEvent, freight: ToldFreight): Notice {
    const { project, stage, promotion, actor = 'Somebody' } = event;
    const who = personOf(actor)?.split('/').at(-1) ?? actor;
    return notice({
      kind: 'freightWaiting',
      scope: freightScope(project, stage, freight.warehouse),
      title: `${who} promotes ${freight.title} to ${stage}`,
      description: `Project ${project}. ${sentence(event.message)}`,
      link: this.promotionPage(project, promotion),
      waiting: 'ends',
    });
  }

  promotionFailed(event: PromotionEvent): Notice {
    const { project, stage, promotion } = event;
    return notice({
      kind: 'promotionFailed',
      scope: promotionScope(project, promotion),
      title: `Promotion of ${nameOf(event)} to ${stage} failed`,
      description: `Project ${project}. ${sentence(event.message)}`,
      link: this.promotionPage(project, promotion),
    });
  }

  pullRequestWaits(
    event: PromotionEvent,
    { number, url }: { number: string; url: string },
  ): Notice {
    const { project, stage, promotion } = event;
    return notice({
      kind: 'pullRequestWaiting',
      scope: promotionScope(project, promotion),
      title: `Pull request ${number} waits to be merged, for ${nameOf(
        event,
      )} in ${stage}`,
      description: `Project ${project}. ${sentence(event.message)}`,
      link: url,
      waiting: 'begins',
    });
  }

  /** Takes the place of {@link KargoNotices.pullRequestWaits}. */
  pullRequestDone(event: PromotionEvent): Notice {
    const { project, stage, promotion, type } = event;
    const end =
      type === 'PromotionSucceeded' ? 'was promoted' : 'is not promoted';
    return notice({
      kind: 'pullRequestWaiting',
      scope: promotionScope(project, promotion),
      title: `${nameOf(event)} ${end} to ${stage}`,
      description: `Project ${project}. ${sentence(event.message)}`,
      link: this.promotionPage(project, promotion),
      waiting: 'ends',
    });
  }

  verificationFailed(event: StageEvent): Notice {
    const { project, stage, analysisRun } = event;
    const page = this.pageOf(project);
    return notice({
      kind: 'verificationFailed',
      scope: fitScope(`verification:${project}/${stage}`),
      title: `Verification of ${nameOf(event)} in ${stage} ${outcomeOf(event)}`,
      description: `Project ${project}. ${sentence(event.message)}`,
      link: analysisRun
        ? `${page}/verifications/${encodeURIComponent(analysisRun)}`
        : `${page}?${new URLSearchParams({ stage })}`,
    });
  }

  private promotionPage(project: string, promotion: string): string {
    const name = encodeURIComponent(promotion);
    return `${this.pageOf(project)}/promotions/${name}`;
  }

  private pageOf(project: string): string {
    return `${this.pagePath}/projects/${encodeURIComponent(project)}`;
  }
}

/** Of what is told of the Freight of a Warehouse that waits before a Stage. */
export function freightScope(
  project: string,
  stage: string,
  warehouse: string,
): string {
  return fitScope(`freight:${project}/${stage}/${warehouse}`);
}

/** Of what is told of a Promotion. */
export function promotionScope(project: string, promotion: string): string {
  return fitScope(`promotion:${project}/${promotion}`);
}

function nameOf({ freight }: ToldEvent): string {
  return freight?.title ?? 'Freight';
}

function outcomeOf({ type }: ToldEvent): string {
  switch (type) {
    case 'FreightVerificationErrored':
      return 'could not be carried out';
    case 'FreightVerificationInconclusive':
      return 'came to no conclusion';
    default:
      return 'failed';
  }
}

function sentence(text: string): string {
  return text === '' || /[.!?]$/.test(text) ? text : `${text}.`;
}

function notice(whole: Notice): Notice {
  return {
    ...whole,
    title: shorten(whole.title, LONGEST_TEXT),
    description: shorten(whole.description.trim(), LONGEST_DESCRIPTION),
  };
}

/** What is shortened must not become equal to others. */
function fitScope(scope: string): string {
  return scope.length <= LONGEST_TEXT
    ? scope
    : createHash('sha256').update(scope).digest('hex');
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
