package io.restante.redis;

import io.vertx.redis.client.impl.types.ErrorType;

/** What a link to one node has to know of the others. */
interface Siblings {
  /** There are none. */
  Siblings NONE =
      new Siblings() {
        @Override
        public String local(String name) {
          return name;
        }

        @Override
        public boolean takes(ErrorType refusal, Attempt attempt) {
          return false;
        }

        @Override
        public void onMoved() {
          // Nobody else is to be asked.
        }

        @Override
        public void onDown() {
          // Nobody else is to be asked.
        }
      };

  /** A key of this name, in a slot of the link's node. */
  String local(String name);

  /**
   * Whether this refusal says that the node has not run the command, and another may, or the same
   * one later. Then the command is in other hands, and so is the promise of its answer.
   */
  boolean takes(ErrorType refusal, Attempt attempt);

  /** The node says that a slot, which it was taken to have, is another's. */
  void onMoved();

  /** The connection has ended. */
  void onDown();
}
