import { useRef } from 'react';

/**
 * Lets what a person sets off happen once, also when they click twice or hold a key: that it
 * is under way is drawn a moment later.
 */
export function useOnce(action: () => void): () => void {
  const isBegun = useRef(false);
  return () => {
    if (isBegun.current) {
      return;
    }
    isBegun.current = true;
    try {
      action();
    } finally {
      // Behind what tells in a task of its own that a request was sent.
      setTimeout(() => {
        isBegun.current = false;
      });
    }
  };
}
