import { KargoApi, Stage } from 'backstage-plugin-kargo-common';
import { Notice } from './KargoNotices';
import { NoticeSender } from './NoticeSender';
import { NotificationsConfig } from './readConfig';
import { recipientsOf } from './recipientsOf';

/** A notice about a Stage, and who has to do with it. */
export interface StageNotice {
  stage: Stage;
  notice: Notice;
  /** Told even if nothing there is theirs. */
  requester?: string | undefined;
  /** Who knows already. */
  except?: string | undefined;
}

/** What delivery needs. */
export interface NoticeDeliveryOptions {
  sender: NoticeSender;
  config: NotificationsConfig;
}

/** Finds out whom notices concern, and sends them. */
export class NoticeDelivery {
  static create(options: NoticeDeliveryOptions): NoticeDelivery {
    return new NoticeDelivery(options);
  }

  private constructor(private readonly options: NoticeDeliveryOptions) {}

  /**
   * Delivers notices about Stages of one project, one after the other.
   *
   * @throws KargoRequestError when Kargo does not tell whose the Stages are
   */
  async deliver(
    kargo: KargoApi,
    project: string,
    all: readonly StageNotice[],
  ): Promise<void> {
    if (all.length === 0) {
      return;
    }
    const { sender, config } = this.options;
    const [ofProject, owners] = await Promise.all([
      kargo.getProject({ project }),
      ownersOf(kargo, project, all),
    ]);
    for (const { stage, notice, requester, except } of all) {
      const refs = recipientsOf(config.kinds[notice.kind], {
        owners: owners.get(stage.metadata.name) ?? [],
        project: ofProject,
        stage,
        ...(requester && { requester }),
      });
      await sender.send(notice, { refs, ...(except && { except }) });
    }
  }
}

/** One request, whatever the number of Stages. */
async function ownersOf(
  kargo: KargoApi,
  project: string,
  all: readonly StageNotice[],
): Promise<ReadonlyMap<string, string[]>> {
  const names = new Set(all.map(({ stage }) => stage.metadata.name));
  const [first] = names;
  const { stages } = await kargo.getProjectAccess({
    project,
    ...(names.size === 1 && { stage: first }),
  });
  return new Map(
    Object.entries(stages).map(([name, { owners = [] }]) => [name, owners]),
  );
}
