import { TestEnvironment } from 'jest-environment-node';

/** Tells the tests until when what runs now may take: a wait that ends before Jest does says what it waited for. */
export default class Environment extends TestEnvironment {
  handleTestEvent(event, state) {
    if (event.name === 'hook_start' || event.name === 'test_fn_start') {
      const limit = (event.hook ?? event.test).timeout ?? state.testTimeout;
      this.global.berthTestDeadline = Date.now() + limit;
    }
  }
}
