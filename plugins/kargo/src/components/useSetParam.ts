import { useSearchParams } from 'react-router-dom';

/** Writes how a page is shown into its address; empty takes it away. */
export function useSetParam(): (name: string, value: string) => void {
  const [, setParams] = useSearchParams();
  return (name, value) =>
    setParams(
      old => {
        const next = new URLSearchParams(old);
        if (value) {
          next.set(name, value);
        } else {
          next.delete(name);
        }
        return next;
      },
      // Typing must not fill the history.
      { replace: true },
    );
}
