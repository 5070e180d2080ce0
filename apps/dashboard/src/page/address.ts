import { useParams } from '@tanstack/react-router';

/** A part of the page's address, by its name in the route. */
export function useAddressPart(name: 'org' | 'workspace' | 'id'): string {
  const parts: Partial<Record<typeof name, string>> = useParams({ strict: false });
  return parts[name] ?? '';
}
