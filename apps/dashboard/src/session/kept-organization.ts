const KEPT_AS = 'berth.organization';

/** The organization that this browser worked in last. */
export function keptOrganization(): string | undefined {
  return localStorage.getItem(KEPT_AS) ?? undefined;
}

export function keepOrganization(name: string): void {
  localStorage.setItem(KEPT_AS, name);
}

/** The organization that an address names: `/app/:org/…`. */
export function organizationInAddress(pathname: string): string | undefined {
  const [, app, name] = pathname.split('/');
  return app === 'app' && name !== undefined && name !== 'settings' ? decodeURIComponent(name) : undefined;
}
