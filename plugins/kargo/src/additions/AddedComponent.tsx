import { ErrorBoundary } from '@backstage/core-components';
import { createElement } from 'react';
import { KargoAddition } from './KargoAdditions';

/**
 * What an addition shows. One that fails, fails alone: extensions bring a boundary along, what
 * a portal of the old frontend system registers does not.
 */
export function AddedComponent<Props extends object>(props: {
  addition: Pick<KargoAddition<Props>, 'Component'>;
  about: Props;
}) {
  return (
    <ErrorBoundary>
      {createElement(props.addition.Component, props.about)}
    </ErrorBoundary>
  );
}
