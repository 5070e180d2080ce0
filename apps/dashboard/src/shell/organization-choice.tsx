import { useSession } from '../session/session.js';
import { keepOrganization } from '../session/kept-organization.js';

/** In which of one's organizations the page acts. */
export function OrganizationChoice() {
  const { account, whoami } = useSession();
  return (
    <select
      aria-label="Organization"
      value={whoami.organization.name}
      onChange={(event) => {
        keepOrganization(event.target.value);
        // Nothing of the other organization stays on the page or in its memory.
        location.assign('/');
      }}
    >
      {account.organizations.map(({ id, name }) => (
        <option key={id} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}
