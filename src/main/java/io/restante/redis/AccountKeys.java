package io.restante.redis;

import io.restante.protocol.Identity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * The names of all Redis keys of one account. They share the hash tag {@code {aci}} and with it one
 * slot, so that every step on an account is atomic on one node.
 */
public final class AccountKeys {
  private static final List<String> POOLS = List.of("ec", "kem");

  private static final List<String> DEVICE_BEGINNINGS = deviceBeginnings();

  private static final List<String> LASTING_BEGINNINGS = lastingBeginnings();

  private final String tag;

  private AccountKeys(String tag) {
    this.tag = tag;
  }

  /** The keys of this account. */
  public static AccountKeys of(UUID aci) {
    return new AccountKeys("{" + aci + "}:");
  }

  /** The hash tag with its colon, for scripts that name the keys of several devices themselves. */
  public String tag() {
    return tag;
  }

  private static List<String> deviceBeginnings() {
    List<String> all =
        new ArrayList<>(
            List.of(
                "device:",
                "mail:",
                "mail-bytes:",
                "mail-online:",
                "mail-failures:",
                "displaced:",
                "takers:",
                "stock-woken:",
                "push-budget:",
                "push-quiet:"));
    for (Identity identity : Identity.values()) {
      all.add("keys:" + identity.wireName() + ':');
      POOLS.forEach(pool -> all.add("pool:" + identity.wireName() + ':' + pool + ':'));
      all.add(reserveBeginning(identity, ""));
    }
    return List.copyOf(all);
  }

  private static List<String> lastingBeginnings() {
    List<String> all = new ArrayList<>(List.of("sessions:"));
    for (Identity identity : Identity.values()) {
      all.add("ledger:" + identity.wireName() + ':');
    }
    return List.copyOf(all);
  }

  /**
   * What stands between the tag and the device id in the names of all keys that go with a device:
   * credentials, keys, pools and mailbox. For scripts that name the keys of several devices. Named
   * pools are not in it: fields {@code pool:<name>} of the device's keys tell which there are.
   */
  public static List<String> ofDevice() {
    return DEVICE_BEGINNINGS;
  }

  /** The same for what outlives a device and goes with its account: ledgers, session counters. */
  public static List<String> outlivingDevice() {
    return LASTING_BEGINNINGS;
  }

  /** Hash: the account's own fields; with the field {@code gone} it is a tombstone. */
  public String account() {
    return tag + "account";
  }

  /** Hash: device id to {@code <registration id>:<PNI registration id>}. */
  public String devices() {
    return tag + "devices";
  }

  /** Hash: credentials and attributes of a device. */
  public String device(int device) {
    return tag + "device:" + device;
  }

  /** Hash: profile version to opaque fields. */
  public String profile() {
    return tag + "profile";
  }

  /** Hash: epoch, identity key, registration id, signed and last-resort keys of a device. */
  public String keys(Identity identity, int device) {
    return tag + "keys:" + identity.wireName() + ':' + device;
  }

  /** List: a pool, such as {@code ec}, {@code kem} or one that its owner named. */
  public String pool(Identity identity, String pool, int device) {
    return tag + "pool:" + identity.wireName() + ':' + pool + ':' + device;
  }

  /** Whether a list is one of those whose entries may reach one caller only. */
  static boolean isPool(String name) {
    int tag = name.indexOf("}:");
    return tag >= 0 && (name.startsWith("pool:", tag + 2) || name.startsWith("reserve:", tag + 2));
  }

  /** Hash: pool to the 8-byte fingerprints of the keys that were uploaded to it. */
  public String ledger(Identity identity, int device) {
    return tag + "ledger:" + identity.wireName() + ':' + device;
  }

  /**
   * What stands between tag and device in the name of a reserve, a list: of the pool with this
   * name, or of those of the Signal protocol where it is empty.
   */
  public static String reserveBeginning(Identity identity, String pool) {
    return "reserve:" + identity.wireName() + ':' + (pool.isEmpty() ? "" : pool + ':');
  }

  /** String: 8 bytes for each of those who took from a reserve of a device, for a time. */
  public String takers(int device) {
    return tag + "takers:" + device;
  }

  /** Stream: the mailbox of a device. */
  public String mail(int device) {
    return tag + "mail:" + device;
  }

  /** String: bytes that wait in the mailbox of a device. */
  public String mailBytes(int device) {
    return tag + "mail-bytes:" + device;
  }

  /** List: envelopes for a live session only, gone within seconds. */
  public String onlineMail(int device) {
    return tag + "mail-online:" + device;
  }

  /** Hash: stream id and nonce of an envelope to the sessions that failed to deliver it. */
  public String mailFailures(int device) {
    return tag + "mail-failures:" + device;
  }

  /** String: sessions of a device that others displaced of late. */
  public String displacements(int device) {
    return tag + "displaced:" + device;
  }

  /** String: how many sessions of a device have been opened; the highest number is the live one. */
  public String sessions(int device) {
    return tag + "sessions:" + device;
  }

  /** String: there while a device was woken for prekeys that run low, once a day. */
  public String lowStockWoken(int device) {
    return tag + "stock-woken:" + device;
  }

  /** String: ms since the epoch at which a device's budget of pushes is whole again. */
  public String pushBudget(int device) {
    return tag + "push-budget:" + device;
  }

  /** String: there while no further push for mail that is not urgent is due. */
  public String pushQuiet(int device) {
    return tag + "push-quiet:" + device;
  }

  /** Sharded channel: rung when something waits for a device, or another session displaces it. */
  public String doorbell(int device) {
    return tag + "bell:" + device;
  }

  /** String: the answer that an idempotency key was given; the hash names caller and key. */
  public String idempotency(String hash) {
    return tag + "idempotency:" + hash.toLowerCase(Locale.ROOT);
  }

  /** String: one-time keys taken from a device by all, until they have come back. */
  public String deviceLimit(int device) {
    return tag + "limit:" + device;
  }

  /** String: claims of one caller from a device, until they have come back; the hash names it. */
  public String callerLimit(int device, String hash) {
    return tag + "limit:" + device + ':' + hash;
  }

  /** String: uploads of a device, until they have come back. */
  public String uploadLimit(int device) {
    return tag + "limit:upload:" + device;
  }

  /** String: messages of one sender to the account, until they have come back. */
  public String senderLimit(String hash) {
    return tag + "limit:sender:" + hash;
  }

  /** A key name or channel as it goes to Redis. */
  public static byte[] bytes(String key) {
    return key.getBytes(StandardCharsets.US_ASCII);
  }
}
