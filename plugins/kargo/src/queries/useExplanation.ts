import { useApi } from '@backstage/frontend-plugin-api';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import {
  Explanation,
  KargoApi,
  RequestOptions,
  Resource,
} from 'backstage-plugin-kargo-common';
import { useEffect, useRef } from 'react';
import { kargoApiRef } from '../kargoApiRef';
import { kargoKeys } from './keys';

/** Whom the engine is asked about. */
export type ExplanationSubject =
  | { kind: 'stage'; name: string }
  | { kind: 'freight'; name: string; stage: string }
  | { kind: 'promotion'; name: string }
  | { kind: 'warehouse'; name: string };

/** What the engine answers to "why?". */
export interface ExplanationQuery {
  explanation: Explanation | undefined;
  /** Why it could not be asked, or not asked again. */
  error: Error | undefined;
  reload: () => void;
}

/** Time passes, and policies change, without a change of what is watched. */
const ASK_AGAIN_MS = 30_000;

/**
 * Asks the engine why something is as it is, as long as somebody looks.
 *
 * @param seen - what the answer is about, as the stream of changes brought it last; when
 *   one of them changes, the engine is asked again
 */
export function useExplanation(
  project: string,
  subject: ExplanationSubject,
  seen: readonly Resource[],
): ExplanationQuery {
  const api = useApi(kargoApiRef);
  const queryKey = kargoKeys.explanation(
    project,
    subject.kind,
    subject.name,
    subject.kind === 'freight' ? subject.stage : '',
  );
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) => ask(api, project, subject, { signal }),
    refetchInterval: ASK_AGAIN_MS,
  });
  useOutdating(queryKey, seen.map(versionOf).join());
  return {
    explanation: data,
    error: error ?? undefined,
    reload: () => {
      refetch();
    },
  };
}

function ask(
  api: KargoApi,
  project: string,
  subject: ExplanationSubject,
  options: RequestOptions,
): Promise<Explanation> {
  const { name } = subject;
  switch (subject.kind) {
    case 'stage':
      return api.explainStage({ project, stage: name }, options);
    case 'freight':
      return api.explainFreight(
        { project, stage: subject.stage, freight: name },
        options,
      );
    case 'promotion':
      return api.explainPromotion({ project, promotion: name }, options);
    default:
      return api.explainWarehouse({ project, warehouse: name }, options);
  }
}

function versionOf({ metadata }: Resource): string {
  return `${metadata.uid}@${metadata.resourceVersion}`;
}

/** Lets an answer be outdated when the version of what it is about changes. */
function useOutdating(queryKey: readonly string[], version: string) {
  const client = useQueryClient();
  const key = JSON.stringify(queryKey);
  const answered = useRef({ key, version });
  useEffect(() => {
    const { current } = answered;
    answered.current = { key, version };
    // Another subject has an answer of its own, which is not older than this page.
    if (current.key === key && current.version !== version) {
      client.invalidateQueries({ queryKey: JSON.parse(key), exact: true });
    }
  }, [client, key, version]);
}
