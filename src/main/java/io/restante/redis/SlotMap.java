package io.restante.redis;

import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Which primary holds each of the 16,384 slots of a Redis Cluster, as one of its nodes has told.
 * Immutable.
 *
 * <p>Source: <a href="https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/">
 * Redis cluster specification</a>, key distribution model and hash tags; {@code CLUSTER SLOTS}.
 */
public final class SlotMap {
  /** How many slots a cluster has. */
  public static final int SLOTS = 16_384;

  /** Nobody holds any slot. */
  static final SlotMap EMPTY = new SlotMap(new Node[SLOTS]);

  private static final int[] CRC16 = crc16Table();

  /**
   * Where a node is.
   *
   * @param host name or address, as the node announces itself
   */
  public record Node(String host, int port) {
    @Override
    public String toString() {
      return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
  }

  private final @Nullable Node[] bySlot;
  private final Set<Node> primaries;

  private SlotMap(@Nullable Node[] bySlot) {
    this.bySlot = bySlot;
    Set<Node> named = new LinkedHashSet<>();
    for (Node node : bySlot) {
      if (node != null) {
        named.add(node);
      }
    }
    this.primaries = Set.copyOf(named);
  }

  /** All slots at one primary. */
  static SlotMap all(Node primary) {
    @Nullable Node[] bySlot = new Node[SLOTS];
    Arrays.fill(bySlot, primary);
    return new SlotMap(bySlot);
  }

  /**
   * Reads a reply to {@code CLUSTER SLOTS}: for each range of slots its first and last one and its
   * nodes, the primary first, each with address and port.
   *
   * @param asked the host of the node that was asked: a node that does not know its own name tells
   *     none (nil or empty), and is where it was asked
   */
  public static SlotMap parse(@Nullable Response slots, String asked) {
    @Nullable Node[] bySlot = new Node[SLOTS];
    for (int i = 0; slots != null && i < slots.size(); i++) {
      Response range = slots.get(i);
      Response primary = range.get(2);
      String host = primary.get(0) == null ? "" : primary.get(0).toString();
      if (host.equals("?")) {
        // The node knows that there is one, and not where: as good as none.
        continue;
      }
      Node node = new Node(host.isEmpty() ? asked : host, primary.get(1).toInteger());
      int last = range.get(1).toInteger();
      for (int slot = range.get(0).toInteger(); slot <= last; slot++) {
        bySlot[slot] = node;
      }
    }
    return new SlotMap(bySlot);
  }

  /** The primary of a slot, null where nobody holds it. */
  public @Nullable Node primary(int slot) {
    return bySlot[slot];
  }

  /** The primary of a key's slot, null where nobody holds it. */
  public @Nullable Node primaryOf(String key) {
    return bySlot[slotOf(key)];
  }

  /** All primaries that hold a slot. */
  public Set<Node> primaries() {
    return primaries;
  }

  /**
   * A key of this name in a slot of a primary, any of its slots, so that one under migration is not
   * met every time; the plain name where it has none.
   */
  String keyOn(Node primary, String name) {
    int from = ThreadLocalRandom.current().nextInt(SLOTS);
    for (int i = 0; i < SLOTS; i++) {
      int slot = (from + i) % SLOTS;
      if (primary.equals(bySlot[slot])) {
        return "{" + Tags.OF_SLOT[slot] + "}" + name;
      }
    }
    return name;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SlotMap map && Arrays.equals(bySlot, map.bySlot);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bySlot);
  }

  /** For each slot a hash tag in it, made where first needed. */
  private static final class Tags {
    static final String[] OF_SLOT = tags();

    private static String[] tags() {
      String[] tags = new String[SLOTS];
      int missing = SLOTS;
      for (int i = 0; missing > 0; i++) {
        String tag = Integer.toString(i, Character.MAX_RADIX);
        int slot = slotOf(tag);
        if (tags[slot] == null) {
          tags[slot] = tag;
          missing--;
        }
      }
      return tags;
    }
  }

  /** Slots that nobody holds. */
  public int uncovered() {
    int uncovered = 0;
    for (Node node : bySlot) {
      uncovered += node == null ? 1 : 0;
    }
    return uncovered;
  }

  /** The slot of a key, 0 to 16,383: that of its hash tag where it has one. */
  public static int slotOf(String key) {
    int from = 0;
    int to = key.length();
    int open = key.indexOf('{');
    if (open >= 0) {
      int close = key.indexOf('}', open + 1);
      if (close > open + 1) {
        from = open + 1;
        to = close;
      }
    }
    int crc = 0;
    for (int i = from; i < to; i++) {
      char c = key.charAt(i);
      if (c > 0x7f) {
        return crc16(key.substring(from, to).getBytes(StandardCharsets.UTF_8)) % SLOTS;
      }
      crc = next(crc, c);
    }
    return crc % SLOTS;
  }

  private static int crc16(byte[] bytes) {
    int crc = 0;
    for (byte b : bytes) {
      crc = next(crc, b & 0xff);
    }
    return crc;
  }

  private static int next(int crc, int octet) {
    return ((crc << 8) & 0xffff) ^ CRC16[(crc >>> 8 ^ octet) & 0xff];
  }

  /** CRC-16/XMODEM: polynomial 0x1021, starting with 0, nothing reflected. */
  private static int[] crc16Table() {
    int[] table = new int[256];
    for (int i = 0; i < 256; i++) {
      int crc = i << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) == 0 ? crc << 1 : (crc << 1) ^ 0x1021;
      }
      table[i] = crc & 0xffff;
    }
    return table;
  }
}
