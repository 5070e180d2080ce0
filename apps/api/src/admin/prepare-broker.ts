import { setTimeout as pause } from 'node:timers/promises';
import { BrokerManagement, SERVICE_RIGHTS, vhostOf } from '@berth/messaging';

/** A broker that was started beside this may not answer yet. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 1_000;

/**
 * Makes the services' user, or gives it its password and rights again. Gives its name.
 * @throws BrokerManagementError where the broker's management does not do it for a minute
 */
export async function prepareBroker(amqpUrl: string, managementUrl: string): Promise<string> {
  const management = new BrokerManagement(managementUrl, vhostOf(amqpUrl));
  const { username, password } = new URL(amqpUrl);
  const [name, word] = [decodeURIComponent(username), decodeURIComponent(password)];
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      await management.putUser(name, word, SERVICE_RIGHTS);
      return name;
    } catch (error) {
      if (performance.now() > deadline) {
        throw error;
      }
      await pause(PAUSE_MS);
    }
  }
}
