package io.restante.account;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Profiles, which only those who hold the owner's profile key can read. */
public interface ProfileStore {
  /**
   * Stores a version. Fails with {@link io.restante.protocol.ErrorCode#NO_SUCH_ACCOUNT} where the
   * account is gone by now.
   *
   * @param fields some of {@link Profile#FIELDS}
   */
  Future<Void> put(UUID aci, String version, JsonObject fields);

  /**
   * A version of a profile, or where the version is null the one that was stored last. Empty where
   * there is no such account or version.
   */
  Future<Optional<Profile>> get(UUID aci, @Nullable String version);
}
