package io.restante.protocol;

/** Which of an account's two identities a key or a destination belongs to. */
public enum Identity {
  /** The account's own identity. */
  ACI("aci"),
  /** The identity behind the phone number. */
  PNI("pni");

  private final String wireName;

  Identity(String wireName) {
    this.wireName = wireName;
  }

  /** The name in queries, key names and JSON: {@code aci} or {@code pni}. */
  public String wireName() {
    return wireName;
  }
}
