package io.restante.mailbox;

import io.restante.testing.EventLoop;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Listens to a doorbell and writes down what it hears. */
public final class Ear implements Doorbell.Listener {
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private volatile boolean gone;

  /** All that it has heard, in order. */
  List<String> heard() {
    return heard;
  }

  /** Awaits that it has heard exactly this. */
  public void await(String... expected) {
    EventLoop.until(List.of(expected) + " is heard", () -> heard.equals(List.of(expected)));
  }

  /** It has ended. */
  void leave() {
    gone = true;
  }

  @Override
  public boolean isGone() {
    return gone;
  }

  @Override
  public void onRing() {
    heard.add("ring");
  }

  @Override
  public void onOnlineRing() {
    heard.add("online ring");
  }

  @Override
  public void onLowStock() {
    heard.add("low stock");
  }

  @Override
  public void onDisplaced() {
    heard.add("displaced");
  }

  @Override
  public void onReconnect() {
    heard.add("reconnect");
  }
}
