package io.restante.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** Holds all that is logged while it is open, of the gateway itself down to the finest level. */
public final class LogTrap extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private static final LoggerContext CONTEXT = (LoggerContext) LoggerFactory.getILoggerFactory();

  private static final String CHECKER = "BlockedThreadChecker";
  private static final long CHECKED_EVERY_MS_MAX = 2_500;
  private static final long NEVER = -CHECKED_EVERY_MS_MAX - 1;

  private final ConcurrentLinkedQueue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();
  private final Logger root = CONTEXT.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Logger ours = CONTEXT.getLogger("io.restante");
  private final Level levelBefore = ours.getLevel();

  private LogTrap() {}

  /** Starts to hold. */
  public static LogTrap open() {
    LogTrap trap = new LogTrap();
    trap.setContext(CONTEXT);
    trap.start();
    trap.ours.setLevel(Level.TRACE);
    trap.root.addAppender(trap);
    return trap;
  }

  @Override
  protected void append(ILoggingEvent event) {
    event.prepareForDeferredProcessing();
    events.add(event);
  }

  /** Lines with stack traces, as an operator would read them. */
  public List<String> lines() {
    return events.stream().map(LogTrap::line).toList();
  }

  /** Those at warn or above: something that an operator should look at. */
  public List<String> alarms() {
    List<String> alarms = new ArrayList<>();
    long heldUpMs = NEVER;
    for (ILoggingEvent event : events) {
      boolean tellsOfAStandstill = tellsOfAStandstill(event, heldUpMs);
      if (event.getLoggerName().endsWith(CHECKER)) {
        heldUpMs = event.getTimeStamp();
      }
      if (event.getLevel().isGreaterOrEqual(Level.WARN) && !tellsOfAStandstill) {
        alarms.add(line(event));
      }
    }
    return alarms;
  }

  /**
   * Of an event loop that was held up for some seconds as the machine stood still. Where it was the
   * loop alone, it is told of each second, with a trace from the fifth one on.
   */
  private static boolean tellsOfAStandstill(ILoggingEvent event, long toldBeforeMs) {
    return event.getLoggerName().endsWith(CHECKER)
        && (event.getThrowableProxy() == null
            || event.getTimeStamp() - toldBeforeMs > CHECKED_EVERY_MS_MAX);
  }

  private static String line(ILoggingEvent event) {
    String trace =
        event.getThrowableProxy() == null
            ? ""
            : "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy());
    return event.getLevel()
        + " "
        + event.getLoggerName()
        + " "
        + event.getFormattedMessage()
        + " "
        + event.getMDCPropertyMap()
        + trace;
  }

  @Override
  public void close() {
    root.detachAppender(this);
    ours.setLevel(levelBefore);
    stop();
  }
}
