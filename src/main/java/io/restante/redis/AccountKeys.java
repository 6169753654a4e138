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
    List<String> all = new ArrayList<>(List.of("device:", "mail:", "mail-bytes:", "mail-online:"));
    for (Identity identity : Identity.values()) {
      all.add("keys:" + identity.wireName() + ':');
      POOLS.forEach(pool -> all.add("pool:" + identity.wireName() + ':' + pool + ':'));
    }
    return List.copyOf(all);
  }

  private static List<String> lastingBeginnings() {
    List<String> all = new ArrayList<>(List.of("sessions:"));
    for (Identity identity : Identity.values()) {
      POOLS.forEach(pool -> all.add("ledger:" + identity.wireName() + ':' + pool + ':'));
    }
    return List.copyOf(all);
  }

  /**
   * What stands between the tag and the device id in the names of all keys that go with a device:
   * credentials, keys, pools and mailbox. For scripts that name the keys of several devices.
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

  /** List: a pool of one-time prekeys, such as {@code ec} or {@code kem}. */
  public String pool(Identity identity, String pool, int device) {
    return tag + "pool:" + identity.wireName() + ':' + pool + ':' + device;
  }

  /** String: 8-byte fingerprints of the public keys that were uploaded to a pool. */
  public String ledger(Identity identity, String pool, int device) {
    return tag + "ledger:" + identity.wireName() + ':' + pool + ':' + device;
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

  /** String: how many sessions of a device have been opened; the highest number is the live one. */
  public String sessions(int device) {
    return tag + "sessions:" + device;
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

  /** A key name or channel as it goes to Redis. */
  public static byte[] bytes(String key) {
    return key.getBytes(StandardCharsets.US_ASCII);
  }
}
