package io.restante.push.webpush;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A DNS server on loopback whose answers hold for no time. */
final class StubDns implements AutoCloseable {
  private static final int TYPE_A = 1;
  private static final int TYPE_AAAA = 28;
  private static final int NAME_ERROR = 3;

  private final DatagramSocket socket;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<DatagramPacket> unanswered = new CopyOnWriteArrayList<>();
  private volatile Function<String, Optional<List<byte[]>>> zone = name -> Optional.empty();

  StubDns() {
    try {
      socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
    Thread thread = new Thread(this::serve, "stub-dns");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Answers by this from now on: addresses of 4 or 16 bytes, empty for a name that is unknown; not
   * at all, or late, where it throws IllegalStateException.
   */
  void answer(Function<String, Optional<List<byte[]>>> names) {
    zone = names;
  }

  /** Answers what was not answered, by what is known now. */
  void answerLate() {
    List<DatagramPacket> late = List.copyOf(unanswered);
    unanswered.removeAll(late);
    try {
      for (DatagramPacket query : late) {
        answer(query);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Such as {@code 127.0.0.1:5353}. */
  String address() {
    return "127.0.0.1:" + socket.getLocalPort();
  }

  /** The names whose IPv4 addresses were asked for. */
  List<String> asked() {
    return asked;
  }

  private void serve() {
    DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
    try {
      while (!socket.isClosed()) {
        packet.setLength(packet.getData().length);
        socket.receive(packet);
        answer(packet);
      }
    } catch (IOException closed) {
      // The end.
    }
  }

  private void answer(DatagramPacket query) throws IOException {
    byte[] reply;
    try {
      reply = reply(ByteBuffer.wrap(query.getData(), 0, query.getLength()));
    } catch (IllegalStateException silence) {
      byte[] bytes = Arrays.copyOf(query.getData(), query.getLength());
      unanswered.add(new DatagramPacket(bytes, bytes.length, query.getSocketAddress()));
      return;
    }
    socket.send(new DatagramPacket(reply, reply.length, query.getSocketAddress()));
  }

  private byte[] reply(ByteBuffer query) throws IOException {
    short id = query.getShort();
    query.position(12);
    StringBuilder name = new StringBuilder();
    for (int length = query.get(); length > 0; length = query.get()) {
      byte[] label = new byte[length];
      query.get(label);
      name.append(name.isEmpty() ? "" : ".").append(new String(label, StandardCharsets.US_ASCII));
    }
    short type = query.getShort();
    byte[] question = new byte[query.position() + 2 - 12];
    query.position(12).get(question);
    if (type == TYPE_A) {
      asked.add(name.toString());
    }
    Optional<List<byte[]>> known = zone.apply(name.toString());
    List<byte[]> answers =
        known.orElse(List.of()).stream()
            .filter(bytes -> type == (bytes.length == 4 ? TYPE_A : TYPE_AAAA))
            .toList();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeShort(id);
    out.writeShort(0x8180 | (known.isPresent() ? 0 : NAME_ERROR));
    out.writeShort(1);
    out.writeShort(answers.size());
    out.writeInt(0);
    out.write(question);
    for (byte[] address : answers) {
      out.writeShort(0xC00C); // The name of the question.
      out.writeShort(type);
      out.writeShort(1);
      out.writeInt(0);
      out.writeShort(address.length);
      out.write(address);
    }
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    socket.close();
  }
}
