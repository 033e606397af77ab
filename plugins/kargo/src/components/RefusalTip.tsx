import Tooltip from '@material-ui/core/Tooltip';
import { ReactElement } from 'react';

/** Long enough to read why. */
const READ_MS = 8_000;

/** Says why a control cannot be used: to a pointer, to the keyboard, and to a finger at once. */
export function RefusalTip(props: {
  /** Absent where it can be used. */
  refusal: string | undefined;
  children: ReactElement;
}) {
  const { refusal, children } = props;
  return (
    <Tooltip
      title={refusal ?? ''}
      disableHoverListener={!refusal}
      // A finger that stays on a control asks for the browser's own menu.
      enterTouchDelay={0}
      leaveTouchDelay={READ_MS}
    >
      {children}
    </Tooltip>
  );
}
