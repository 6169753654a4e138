package io.restante.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.testing.EventLoop;
import io.restante.testing.GatewayExtension;
import io.restante.testing.LogTrap;
import io.restante.testing.client.Ask;
import io.restante.testing.client.HttpChannel;
import io.restante.testing.client.Phone;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A client that goes while its upgrade waits for Redis. */
class UpgradeIT {
  /** Redis stands still for as long as the other steps take, and is not to be given up. */
  @RegisterExtension
  static final GatewayExtension gateway =
      new GatewayExtension().with("redis.timeout-ms", "60000").with("http.verticles", "1");

  @Test
  void aClientThatGoesDuringItsUpgradeIsNoDefectOfOurs() {
    HttpChannel http = new HttpChannel(gateway.publicUrl());
    Phone phone = new Phone(http, "+19995550123").register();
    Ask counts = phone.signed(Ask.get("/v2/keys"));
    http.ask(counts).expect(200);
    int others = connections();
    try (LogTrap trap = LogTrap.open()) {
      gateway.redis().process().freeze();
      String authorization = "Authorization: " + phone.authorization() + "\r\n";
      try (RawConnection connection = new RawConnection(gateway.publicUrl())) {
        connection.write(RawConnection.handshake("GET", authorization + RawConnection.KEY));
        EventLoop.until("it is connected", () -> connections() > others);
      }
      EventLoop.until("it is gone", () -> connections() == others);
      gateway.redis().process().thaw();
      // Answers of Redis come in order on the only event loop, and this takes one of them.
      http.ask(counts).expect(200);
      assertEquals(List.of(), trap.alarms());
    }
  }

  private static int connections() {
    String metrics = new HttpChannel(gateway.managementUrl()).ask(Ask.get("/metrics")).text();
    return metrics
        .lines()
        .filter(line -> line.startsWith("restante_connections_open "))
        .mapToInt(line -> (int) Double.parseDouble(line.split(" ", 2)[1]))
        .sum();
  }
}
