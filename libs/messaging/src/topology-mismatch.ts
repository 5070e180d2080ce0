/** The broker has a queue or an exchange that was declared otherwise. Trying again changes nothing: a person has to. */
export class TopologyMismatch extends Error {
  constructor(what: string, cause: Error) {
    super(
      `${what} is on the broker already, with other properties (${cause.message}). Delete it there and start again: ` +
        `what lies in it is lost, but no task is. Or name a virtual host for Berth alone in AMQP_URL`,
      { cause },
    );
    this.name = 'TopologyMismatch';
  }
}
