package io.restante.bench.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a broker sends is told whole, wherever it was cut on its way. */
class BrokerReadersTest {
  private static final String NATS =
      "INFO {\"a\":1}\r\nMSG mail.1 1 $JS.ACK.7 5\r\n\r\nab\r\r\nMSG box 1 0\r\n\r\nPING\r\n";

  @Test
  void natsMessagesAndLines() {
    for (int cut = 0; cut <= NATS.length(); cut++) {
      List<String> told = new ArrayList<>();
      NatsReader reader =
          new NatsReader(
              new NatsReader.Listener() {
                @Override
                public void onMessage(String subject, String reply, Buffer payload) {
                  told.add(subject + '|' + reply + '|' + payload);
                }

                @Override
                public void onLine(String line) {
                  told.add(line);
                }
              });
      reader.read(Buffer.buffer(NATS.substring(0, cut)));
      reader.read(Buffer.buffer(NATS.substring(cut)));
      assertEquals(List.of("INFO {\"a\":1}", "mail.1|$JS.ACK.7|\r\nab\r", "box||", "PING"), told);
    }
  }

  @Test
  void mqttPackets() {
    Buffer large = Letter.of(77);
    Buffer all =
        Buffer.buffer()
            .appendBuffer(MqttPacket.puback(9))
            .appendBuffer(MqttPacket.publish(513, "mail/3", large))
            .appendBuffer(MqttPacket.puback(10));
    for (int cut = 0; cut <= all.length(); cut++) {
      List<String> told = new ArrayList<>();
      MqttPacket.Reader reader = new MqttPacket.Reader((type, body) -> told.add(tell(type, body)));
      reader.read(all.getBuffer(0, cut));
      reader.read(all.getBuffer(cut, all.length()));
      assertEquals(List.of("4 9", "3 513 77 1024", "4 10"), told);
    }
  }

  private static String tell(int type, Buffer body) {
    if (type == MqttPacket.PUBACK) {
      return type + " " + body.getUnsignedShort(0);
    }
    int id = MqttPacket.topicEnd(body);
    int letter = id + Short.BYTES;
    return String.join(
        " ",
        String.valueOf(type),
        String.valueOf(body.getUnsignedShort(id)),
        String.valueOf(Letter.numberAt(body, letter)),
        String.valueOf(body.length() - letter));
  }
}
