import {
  MutateOptions,
  MutationObserver,
  notifyManager,
  useQueryClient,
  UseMutationOptions,
  UseMutationResult,
} from '@tanstack/react-query';
import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { useKept } from './useKept';

/**
 * As `useMutation`, for what a dialog sends: that it is under way, its answer and what the call
 * was given for it last as long as the dialog is open, also when that is drawn anew or by
 * nobody before the answer comes.
 */
export function useKeptMutation<T, Input = void>(
  /** Of its own within the dialog. */
  name: string,
  options: UseMutationOptions<T, Error, Input>,
): Pick<UseMutationResult<T, Error, Input>, 'data' | 'error' | 'isPending'> & {
  mutate: (input: Input, callbacks?: MutateOptions<T, Error, Input>) => void;
} {
  const client = useQueryClient();
  const [observer] = useKept(
    name,
    () => new MutationObserver<T, Error, Input>(client, options),
  );
  useEffect(() => observer.setOptions(options), [observer, options]);
  const subscribe = useCallback(
    (onChange: () => void) =>
      observer.subscribe(notifyManager.batchCalls(onChange)),
    [observer],
  );
  const { data, error, isPending } = useSyncExternalStore(subscribe, () =>
    observer.getCurrentResult(),
  );
  const mutate = useCallback(
    (input: Input, callbacks?: MutateOptions<T, Error, Input>) => {
      // One that nobody listens to hears no answer.
      const leave = observer.subscribe(() => {});
      // The error is in the result.
      observer.mutate(input, callbacks).then(leave, leave);
    },
    [observer],
  );
  return { data, error, isPending, mutate };
}
