package io.restante.push;

import static io.restante.testing.EventLoop.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.EventLoop;
import io.restante.testing.LogTrap;
import io.vertx.core.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadedFileTest {
  private static final int CHECK_MS = 2;
  private static final String SETTING = "push.some.file";

  @TempDir private Path folder = Path.of(".");
  private final EventLoop loop = new EventLoop();
  private final LogTrap log = LogTrap.open();
  private final AtomicInteger parsed = new AtomicInteger();
  private Path path = Path.of(".");

  @BeforeEach
  void name() {
    path = folder.resolve("file");
  }

  @AfterEach
  void close() {
    loop.close();
    log.close();
  }

  @Test
  void aFileThatChangesIsReadAgainOffTheEventLoop() {
    put("a");
    try (ReloadedFile<String> file = open()) {
      assertEquals("a", file.value());
      put("b");
      until("the new content", () -> file.value().equals("b"));
    }
  }

  @Test
  void aFileOfTheSameSizeAndTimeIsReadAgainAsWell() throws IOException {
    put("a");
    FileTime time = Files.getLastModifiedTime(path);
    try (ReloadedFile<String> file = open()) {
      Path other = Files.writeString(folder.resolve("other"), "b");
      Files.setLastModifiedTime(other, time);
      Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);
      until("the new content", () -> file.value().equals("b"));
    }
  }

  @Test
  void aBrokenFileKeepsWhatItSaidAndIsToldOnce() {
    put("a");
    try (ReloadedFile<String> file = open()) {
      put("broken, with a secret");
      until("it was looked at", () -> warnings().size() == 1);
      lookTwiceMore();
      assertEquals("a", file.value());
      assertEquals(1, warnings().size(), String.valueOf(log.lines()));
      assertTrue(warnings().get(0).contains(SETTING), warnings().get(0));
      assertTrue(log.lines().stream().noneMatch(line -> line.contains("secret")));
      put("c");
      until("the good content", () -> file.value().equals("c"));
    }
  }

  @Test
  void aFileThatIsGoneKeepsWhatItSaidAndIsToldOnce() throws IOException {
    put("a");
    try (ReloadedFile<String> file = open()) {
      Files.delete(path);
      until("it was missed", () -> warnings().size() == 1);
      lookTwiceMore();
      assertEquals("a", file.value());
      assertEquals(1, warnings().size(), String.valueOf(log.lines()));
      put("a");
      put("b");
      until("it came back", () -> file.value().equals("b"));
    }
  }

  @Test
  void anUnchangedFileIsNotParsedAgain() {
    put("a");
    try (ReloadedFile<String> file = open()) {
      lookTwiceMore();
      assertEquals(1, parsed.get(), file.value());
    }
  }

  @Test
  void aStartWithoutAUsableFileFailsAndNamesIt() {
    assertNotOpened("(expected: a file of at most 65536 bytes)");
    put("broken, with a secret");
    assertNotOpened(": broken (expected: not so)");
    put("x".repeat(ReloadedFile.BYTES_MAX + 1));
    assertNotOpened("(expected: a file of at most 65536 bytes)");
    put("x".repeat(ReloadedFile.BYTES_MAX));
    open().close();
  }

  private void assertNotOpened(String expected) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, this::open);
    String message = String.valueOf(e.getMessage());
    assertTrue(message.startsWith(SETTING + ": " + path), message);
    assertTrue(message.endsWith(expected), message);
    assertFalse(message.contains("secret"), message);
  }

  /** Two more looks began after this was called: a second file is read three times over. */
  private void lookTwiceMore() {
    Path other = folder.resolve("clock");
    for (int i = 0; i < 3; i++) {
      String tick = String.valueOf(i);
      write(other, "first");
      try (ReloadedFile<String> clock =
          ReloadedFile.open(loop.vertx(), SETTING, other, String::new, CHECK_MS)) {
        write(other, tick);
        until("a look", () -> clock.value().equals(tick));
      }
    }
  }

  private List<String> warnings() {
    return log.alarms().stream().filter(line -> line.contains("ReloadedFile")).toList();
  }

  private ReloadedFile<String> open() {
    return ReloadedFile.open(loop.vertx(), SETTING, path, this::parse, CHECK_MS);
  }

  private String parse(byte[] content) {
    assertFalse(Context.isOnEventLoopThread(), "read on an event loop");
    parsed.incrementAndGet();
    String text = new String(content, StandardCharsets.UTF_8);
    if (text.startsWith("broken")) {
      throw new IllegalArgumentException("broken (expected: not so)");
    }
    return text.toLowerCase(Locale.ROOT);
  }

  private void put(String content) {
    write(path, content);
  }

  private static void write(Path path, String content) {
    try {
      Path next = path.resolveSibling("next");
      Files.writeString(next, content);
      Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
