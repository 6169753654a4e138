package io.restante.faults;

import java.util.concurrent.CompletableFuture;

/** Somebody who acts in a thread of its own. */
public final class Actor {
  private Actor() {}

  /** Starts it; fails as it does. */
  public static CompletableFuture<Void> start(Runnable part) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                part.run();
                done.complete(null);
              } catch (RuntimeException | AssertionError e) {
                done.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return done;
  }
}
