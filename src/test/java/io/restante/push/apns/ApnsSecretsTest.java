package io.restante.push.apns;

import static io.restante.testing.EventLoop.until;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.restante.push.PushOutcome;
import io.restante.push.PushSender;
import io.restante.testing.LogTrap;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What nobody may read anywhere: device tokens, envelopes, our tokens and our key. */
class ApnsSecretsTest {
  private static final String ENVELOPE = "an envelope that nobody may read";
  private static final String FINE = "a line of a library at its finest level";

  @TempDir private Path folder = Path.of(".");
  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final Level before = root.getLevel();
  private final SenderBed bed = new SenderBed();
  private final ScriptedApple apple = new ScriptedApple(bed.loop());
  private final LogTrap log = LogTrap.open();
  private final AppleKey key = AppleKey.make();
  private final Set<String> tokens = ConcurrentHashMap.newKeySet();
  private final List<String> told = new ArrayList<>();

  @BeforeEach
  void logAll() {
    root.setLevel(Level.TRACE);
  }

  @AfterEach
  void close() {
    root.setLevel(before);
    bed.close();
    log.close();
  }

  private void script(Consumer<HttpServerRequest> answer) {
    apple.script(
        request -> {
          tokens.add(String.valueOf(request.getHeader("authorization")).replace("bearer ", ""));
          answer.accept(request);
        });
  }

  private void send(PushSender sender) {
    tell(start(sender));
  }

  private Future<PushOutcome> start(PushSender sender) {
    return bed.start(sender, bed.push(Buffer.buffer(ENVELOPE.getBytes(StandardCharsets.US_ASCII))));
  }

  private void tell(Future<PushOutcome> sent) {
    until("an outcome", sent::isComplete);
    if (sent.succeeded()) {
      told.add(sent.result().toString());
    } else {
      StringWriter trace = new StringWriter();
      sent.cause().printStackTrace(new PrintWriter(trace));
      told.add(sent.cause() + trace.toString());
    }
  }

  @Test
  void noFailureTellsATokenAKeyOrAnEnvelope() {
    Path file = key.write(folder.resolve("key.p8"));
    ApnsConfig config = SenderBed.byKey(apple.port(), file);
    PushSender sender = bed.sender(config);
    LoggerFactory.getLogger("io.netty.some").trace(FINE);
    String echo = "{\"reason\":\"" + SenderBed.DEVICE + "\",\"timestamp\":1}";
    for (int status : List.of(200, 302, 400, 403, 404, 410, 413, 429, 500, 503)) {
      script(request -> request.response().setStatusCode(status).end(echo));
      send(sender);
    }
    script(
        request ->
            request.response().setStatusCode(403).end("{\"reason\":\"InvalidProviderToken\"}"));
    send(sender);
    bed.setClock(bed.now().plus(Duration.ofHours(1)));
    send(sender);
    int requests = apple.requests();
    script(request -> {});
    Future<PushOutcome> unanswered = start(sender);
    until("it is asked", () -> apple.requests() > requests);
    bed.timeIsUp();
    tell(unanswered);
    script(request -> request.response().reset(1));
    send(sender);
    script(request -> request.connection().close());
    send(sender);
    AppleKey.put(file, key.secret());
    until("the file is refused", () -> log.alarms().toString().contains("push.apns.key"));
    bed.loop()
        .call(
            () -> {
              sender.close();
              return true;
            });
    send(sender);
    told.add(config.toString());
    told.add(bed.push().toString());
    assertNothingTold();
  }

  private void assertNothingTold() {
    List<String> secrets = new ArrayList<>(tokens);
    secrets.addAll(
        List.of(
            SenderBed.DEVICE,
            ENVELOPE,
            Base64.getEncoder().encodeToString(ENVELOPE.getBytes(StandardCharsets.US_ASCII)),
            // Of the number itself: before it is what all such keys begin with.
            key.secret().substring(48, 88)));
    assertTrue(tokens.size() >= 2, "tokens");
    List<String> lines = new ArrayList<>(log.lines());
    assertTrue(lines.toString().contains(FINE), "what libraries trace is not held");
    lines.addAll(told);
    for (String secret : secrets) {
      List<String> telling = lines.stream().filter(line -> line.contains(secret)).toList();
      assertTrue(telling.isEmpty(), () -> String.join("\n", telling));
    }
  }
}
