import { buttonClass } from '../design/button.js';

/** A form of its own: signing out may lead on to the identity provider. */
export function SignOut() {
  return (
    <form method="post" action="/sign-out">
      <button type="submit" className={buttonClass('plain', true)}>
        Sign out
      </button>
    </form>
  );
}
