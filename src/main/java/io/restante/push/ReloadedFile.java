package io.restante.push;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a file of an operator says, such as credentials, read again when its content changes. Where
 * the new content is not usable, or the file is gone, the last that was usable goes on, and one
 * line is logged for each such change. Safe from any thread.
 */
public final class ReloadedFile<T> implements AutoCloseable {
  /** The largest file. */
  public static final int BYTES_MAX = 64 * 1024;

  /** Between two looks at the file, by default. */
  public static final int CHECK_MS = 3_000;

  /** Understands a file. */
  public interface Parser<T> {
    /**
     * What the content says.
     *
     * @throws IllegalArgumentException whose message is logged, and so repeats nothing of it
     */
    T parse(byte[] content);
  }

  private static final Logger LOG = LoggerFactory.getLogger(ReloadedFile.class);
  private static final byte[] UNREADABLE = {};

  private final Vertx vertx;
  private final String name;
  private final Path path;
  private final Parser<T> parser;
  private final AtomicBoolean looking = new AtomicBoolean();
  private final long timer;

  /** Of the content that was looked at last, usable or not. Only whoever is looking uses it. */
  private byte[] digest;

  private volatile T value;

  private ReloadedFile(Vertx vertx, String name, Path path, Parser<T> parser, int checkMs) {
    this.vertx = vertx;
    this.name = name;
    this.path = path;
    this.parser = parser;
    try {
      byte[] content = read();
      this.digest = digest(content);
      this.value = parser.parse(content);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          name + ": " + path + " (expected: a file of at most " + BYTES_MAX + " bytes)", e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": " + path + ": " + e.getMessage(), e);
    }
    this.timer = vertx.setPeriodic(checkMs, id -> look());
  }

  /**
   * Reads the file at once, on the caller's thread, and from then on looks at it on a worker
   * thread.
   *
   * @param name of the setting that names the file, for errors and the log
   * @param checkMs between two looks
   * @throws IllegalArgumentException that names setting and file, where it is not usable
   */
  public static <T> ReloadedFile<T> open(
      Vertx vertx, String name, Path path, Parser<T> parser, int checkMs) {
    return new ReloadedFile<>(vertx, name, path, parser, checkMs);
  }

  /** What the file says, or said when it was last usable. */
  public T value() {
    return value;
  }

  /** Looks no more. */
  @Override
  public void close() {
    vertx.cancelTimer(timer);
  }

  private void look() {
    // A file system that hangs holds one worker thread, not one more at each look.
    if (looking.compareAndSet(false, true)) {
      vertx
          .executeBlocking(this::reload, false)
          .onComplete(done -> looking.set(false))
          .onFailure(
              e -> LOG.warn("not read again: setting={} cause={}", name, e.getClass().getName()));
    }
  }

  private @Nullable Void reload() {
    byte[] found = UNREADABLE;
    try {
      byte[] content = read();
      found = digest(content);
      if (!Arrays.equals(found, digest)) {
        value = parser.parse(content);
        LOG.info("read again: setting={}", name);
      }
    } catch (IOException e) {
      if (digest != UNREADABLE) {
        LOG.warn("cannot be read, so what it said goes on: setting={} path={}", name, path);
      }
    } catch (IllegalArgumentException e) {
      LOG.warn("not usable, so what it said before goes on: setting={} {}", name, e.getMessage());
    } catch (RuntimeException e) {
      // Its message may repeat the content.
      LOG.warn("not usable, so what it said before goes on: setting={} {}", name, e.getClass());
    }
    digest = found;
    return null;
  }

  private byte[] read() throws IOException {
    return content(path);
  }

  /**
   * The content of a file.
   *
   * @throws IOException where it cannot be read, or has more than {@link #BYTES_MAX} bytes
   */
  public static byte[] content(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] content = in.readNBytes(BYTES_MAX + 1);
      if (content.length > BYTES_MAX) {
        throw new IOException("more than " + BYTES_MAX + " bytes");
      }
      return content;
    }
  }

  private static byte[] digest(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a JDK without SHA-256", e);
    }
  }
}
