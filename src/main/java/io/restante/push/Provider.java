package io.restante.push;

/** By whom devices can be woken. */
public enum Provider {
  /** Apple's push notification service. */
  APNS("apns"),
  /** Google's Firebase Cloud Messaging. */
  FCM("fcm"),
  /** Any server of RFC 8030, UnifiedPush among them. */
  WEB_PUSH("webpush"),
  /** The operator's own server, for devices that none of the others wakes. */
  WEBHOOK("webhook");

  private final String tag;

  Provider(String tag) {
    this.tag = tag;
  }

  /** The value of the metrics' tag {@code provider}. */
  public String tag() {
    return tag;
  }
}
