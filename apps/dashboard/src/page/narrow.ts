import { useNavigate } from '@tanstack/react-router';

/**
 * Narrows what a page lists further. The address says to what, so that it can be shared and is there after a reload; what
 * is empty or false is left out of it.
 */
export function useNarrow<Filter extends object>(filter: Filter): (more: Filter) => void {
  const navigate = useNavigate();
  return (more) => {
    const next = Object.entries({ ...filter, ...more }).filter(
      ([, value]) => value !== '' && value !== false && value !== undefined,
    );
    void navigate({ to: '.', search: Object.fromEntries(next) as never, replace: true });
  };
}
