package io.restante.account;

import io.restante.protocol.Handle;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an account says of itself to others, at most 5 s old.
 *
 * @param accessKey 16 bytes that admit an anonymous caller, null where none do
 * @param unrestricted whether any access key admits
 */
public record AccessPolicy(
    UUID pni, Handle handle, byte @Nullable [] accessKey, boolean unrestricted) {
  /** Stands in for an absent key, so that the comparison takes its time all the same. */
  private static final byte[] NO_KEY = new byte[AccountAttributes.ACCESS_KEY_BYTES];

  /** Whether an access key admits, compared in constant time; null is no such account. */
  static boolean admits(@Nullable AccessPolicy policy, byte[] accessKey) {
    byte[] own = policy == null || policy.accessKey == null ? NO_KEY : policy.accessKey;
    boolean equal = MessageDigest.isEqual(own, accessKey);
    return policy != null && (policy.unrestricted || (equal && policy.accessKey != null));
  }

  /**
   * Whether an access key is that of all these accounts, put together by XOR, compared in constant
   * time. One that takes any key adds nothing, and where all of them do, any key is right; empty is
   * no such account, and never admits.
   */
  public static boolean admitAll(List<Optional<AccessPolicy>> policies, byte[] accessKey) {
    byte[] combined = new byte[AccountAttributes.ACCESS_KEY_BYTES];
    boolean known = true;
    boolean allOpen = !policies.isEmpty();
    for (Optional<AccessPolicy> found : policies) {
      AccessPolicy policy = found.orElse(null);
      boolean open = policy != null && policy.unrestricted;
      byte[] own = policy == null || policy.accessKey == null ? NO_KEY : policy.accessKey;
      allOpen &= open;
      known &= policy != null && (open || policy.accessKey != null);
      for (int i = 0; i < combined.length; i++) {
        combined[i] ^= open ? 0 : own[i];
      }
    }
    boolean equal = MessageDigest.isEqual(combined, accessKey);
    return (equal || allOpen) && known;
  }

  /** Hides everything. */
  @Override
  public String toString() {
    return "AccessPolicy";
  }
}
