package io.restante.storm;

import io.restante.faults.Curtain;
import io.restante.faults.Line;
import io.restante.storm.Event.Drained;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One device in an act: it comes and goes, by sockets of different tempers or by polls, and sends
 * all the while. Then it settles: it sends nothing new, and takes what comes where it has a
 * session. In the end it comes once more and takes all that waits.
 */
final class Life implements AutoCloseable {
  /** A session is refused for ten seconds at most, where others of its device displaced each. */
  private static final long DRAIN_NANOS_MAX = TimeUnit.SECONDS.toNanos(30);

  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final int STEP_MS = 40;
  private static final int VISIT_MS_MAX = 4_000;
  private static final int AWAY_MS_MAX = 700;
  private static final int PIPELINED_MAX = 3;
  private static final Temper[] TEMPERS = Temper.values();

  private final Journal journal;
  private final Member member;
  private final Random random;
  private final int port;
  private final int pauseMsMax;
  private final boolean stays;
  private final boolean stubborn;
  private final Outbox outbox;
  private final Line line;
  private final Poller poller;
  private @Nullable Visit visit;
  private long until;

  /**
   * Prepares it.
   *
   * @param port of the balancer
   * @param pauseMsMax between two things that it sends
   */
  Life(Journal journal, Member member, Random random, Cast cast, int port, int pauseMsMax) {
    this.journal = journal;
    this.member = member;
    this.random = random;
    this.port = port;
    this.pauseMsMax = pauseMsMax;
    this.stays = random.nextInt(5) < 2;
    this.stubborn = !stays && random.nextInt(12) == 0;
    this.outbox = new Outbox(journal, random, member, cast);
    this.line = new Line(port);
    this.poller = new Poller(journal, member, line);
    this.until = System.nanoTime();
  }

  /**
   * Lives through an act.
   *
   * @param unsure counts those who do not know yet what became of all that they have sent
   */
  void live(Curtain acting, Curtain settling, CountDownLatch unsure) {
    while (acting.isUp()) {
      act(acting);
    }
    while (settling.isUp()) {
      settle(settling);
    }
    Visit open = visit;
    if (open != null && !open.isOver()) {
      journal.attends(member.device(), false);
      open.drop();
    }
    makeSure();
    unsure.countDown();
    awaitAll(unsure);
    drain();
  }

  /**
   * Sends again until it is known what became of all: whom it is for must not have left by then.
   */
  private void makeSure() {
    Curtain never = new Curtain();
    long from = journal.now();
    while (!outbox.isSure() && journal.now() - from < DRAIN_NANOS_MAX) {
      post(false);
      never.pause(STEP_MS);
    }
  }

  private static void awaitAll(CountDownLatch unsure) {
    try {
      boolean unused = unsure.await(2 * DRAIN_NANOS_MAX, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void act(Curtain curtain) {
    Visit open = visit;
    if (open != null) {
      write(open, true);
      open.step(curtain, STEP_MS);
      if (!open.isOver() && System.nanoTime() - until > 0) {
        end(open);
      }
      if (open.isOver() && visit == open) {
        visit = null;
        rest();
      }
      return;
    }
    post(true);
    if (System.nanoTime() - until < 0) {
      curtain.pause(STEP_MS);
    } else if (!stays && random.nextInt(5) == 0) {
      poll();
      rest();
    } else {
      visit = open();
    }
  }

  private void rest() {
    until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(AWAY_MS_MAX));
  }

  private @Nullable Visit open() {
    Temper temper =
        stays
            ? Temper.ATTENTIVE
            : stubborn ? Temper.STUBBORN : TEMPERS[random.nextInt(TEMPERS.length - 1)];
    Optional<Visit> opened = Visit.open(journal, member, random, temper, outbox, port);
    if (opened.isEmpty()) {
      rest();
      return null;
    }
    until =
        stays
            ? System.nanoTime() + TimeUnit.DAYS.toNanos(1)
            : System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(VISIT_MS_MAX));
    return opened.get();
  }

  /** Ends a session; at times the next one is there before. */
  private void end(Visit open) {
    if (random.nextInt(6) == 0) {
      visit = open();
      open.drop();
    } else {
      open.leave();
    }
  }

  private void poll() {
    for (String guid : poller.poll().orElse(List.of())) {
      int dice = random.nextInt(8);
      if (dice > 0) {
        poller.remove(guid);
      }
      if (dice == 7) {
        poller.remove(guid);
      }
    }
  }

  /** Sends in the session. */
  private void write(Visit open, boolean fresh) {
    int most = random.nextInt(4) == 0 ? PIPELINED_MAX : 1;
    while (!open.isOver() && open.sending() < most) {
      Letter letter = outbox.next(fresh, false, pauseMsMax);
      if (letter == null) {
        return;
      }
      open.send(letter);
    }
  }

  /** Sends over HTTP. */
  private void post(boolean fresh) {
    Letter letter = outbox.next(fresh, true, pauseMsMax);
    if (letter != null) {
      post(letter);
    }
  }

  private void post(Letter letter) {
    Ask ask =
        letter.sealed() ? letter.ask() : letter.ask().with("Authorization", member.authorization());
    long from = journal.now();
    int status;
    if (letter.once() != null && random.nextInt(20) == 0) {
      status = hangUp(ask);
    } else {
      Answer answer = Poller.ask(line, ask);
      status = answer.status();
    }
    outbox.done(letter, journal.since(from), status);
  }

  private int hangUp(Ask ask) {
    try {
      line.askAndHangUp(ask);
    } catch (IOException e) {
      // Hung up all the same.
    }
    return Event.HUNG_UP;
  }

  private void settle(Curtain curtain) {
    Visit open = visit;
    if (open == null || open.isOver()) {
      journal.attends(member.device(), false);
      post(false);
      curtain.pause(STEP_MS);
      return;
    }
    open.attend();
    write(open, false);
    open.step(curtain, STEP_MS);
    journal.attends(member.device(), !open.isOver() && open.isEmptied());
  }

  /** Comes, takes all that waits, acks it, and looks whether anything is left. */
  private void drain() {
    long from = journal.now();
    Curtain never = new Curtain();
    boolean empty = false;
    Visit last = null;
    while (!empty && journal.now() - from < DRAIN_NANOS_MAX) {
      if (last == null || last.isOver()) {
        last = Visit.open(journal, member, random, Temper.ATTENTIVE, outbox, port).orElse(null);
        if (last == null) {
          never.pause(10 * STEP_MS);
        }
        continue;
      }
      last.step(never, STEP_MS);
      if (last.isEmptied() && last.isQuiet(QUIET_NANOS)) {
        Optional<List<String>> left = poller.poll();
        left.orElse(List.of()).forEach(poller::remove);
        empty = left.isPresent() && left.get().isEmpty();
      }
    }
    if (last != null && !last.isOver()) {
      last.leave();
    }
    journal.add(new Drained(journal.since(from), member.device(), empty));
  }

  @Override
  public void close() {
    Visit open = visit;
    if (open != null && !open.isOver()) {
      open.drop();
    }
    line.close();
  }
}
