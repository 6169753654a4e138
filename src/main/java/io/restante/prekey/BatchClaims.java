package io.restante.prekey;

import io.restante.account.Directory;
import io.restante.protocol.Destination;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.IdempotencyKey;
import io.restante.protocol.IdempotencyKey.Purpose;
import io.restante.protocol.Identity;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Claims about many devices of many accounts in one request, for one event loop. Every device is
 * answered for itself, in the order of the request: what one refuses keeps nothing from another.
 * Nothing is popped before the claimant is authorised.
 */
public final class BatchClaims {
  private static final UUID NO_ACCOUNT = new UUID(0, 0);

  /**
   * What a request names.
   *
   * @param text as it stands in the request, and in its answer
   * @param device 1 to 127, or {@link ClaimTarget#ALL_DEVICES}
   */
  public record Wanted(String text, Destination destination, int device) {}

  private final Directory directory;
  private final PrekeyStore prekeys;
  private final NamedPoolStore pools;
  private final ClaimLimits limits;
  private final PrekeyMetrics metrics;

  /** The batches of one event loop. */
  public BatchClaims(
      Directory directory,
      PrekeyStore prekeys,
      NamedPoolStore pools,
      ClaimLimits limits,
      PrekeyMetrics metrics) {
    this.directory = directory;
    this.prekeys = prekeys;
    this.pools = pools;
    this.limits = limits;
    this.metrics = metrics;
  }

  /**
   * Claims one key of each pool of the Signal protocol from each device.
   *
   * @return the answer as JSON, see {@link BatchEncoding}; fails with 422 where a device is named
   *     twice or they are too many
   */
  public Future<Buffer> claimPrekeys(
      Claimant.Device caller, List<Wanted> wanted, Optional<IdempotencyKey> once) {
    Taker taker = new Taker(caller, limits);
    String record = once.map(key -> key.record(Purpose.CLAIM, caller.address())).orElse(null);
    return resolve(wanted)
        .compose(found -> claim(found, targets -> prekeys.claimBatch(targets, taker, record)))
        .map(answers -> BatchEncoding.prekeys(wanted, answers));
  }

  /**
   * Claims one entry of the pool with this name from each device. Whoever is anonymous may name one
   * account only, and needs its access key.
   *
   * @return the answer as JSON, see {@link BatchEncoding}; fails with 401 where the claimant may
   *     not, 422 where a device is named twice, they are too many, or an anonymous claim names
   *     several accounts or an idempotency key
   */
  public Future<Buffer> claimEntries(
      Claimant claimant, PoolName name, List<Wanted> wanted, Optional<IdempotencyKey> once) {
    Taker taker = new Taker(claimant, limits);
    String record =
        claimant instanceof Claimant.Device caller
            ? once.map(key -> key.record(Purpose.CLAIM, caller.address())).orElse(null)
            : null;
    if (claimant instanceof Claimant.Anonymous && once.isPresent()) {
      throw new GatewayException(
          ErrorCode.INVALID_FIELD, "Idempotency-Key: on an anonymous claim (expected: absent)");
    }
    return resolve(wanted)
        .compose(found -> admit(claimant, found))
        .compose(found -> claim(found, targets -> pools.claim(name, targets, taker, record)))
        .map(answers -> BatchEncoding.entries(wanted, answers));
  }

  /** A wanted one whose account was looked up: either is null. */
  private record Resolved(
      @Nullable ClaimTarget target, @Nullable GatewayException refusal, int device) {}

  private Future<List<Resolved>> resolve(List<Wanted> wanted) {
    List<Future<Resolved>> lookups = new ArrayList<>(wanted.size());
    for (Wanted each : wanted) {
      Identity identity = PrekeyClaims.identityOf(each.destination());
      lookups.add(
          directory
              .aciOf(each.destination())
              .map(
                  aci ->
                      aci.isPresent()
                          ? new Resolved(
                              new ClaimTarget(aci.get(), identity, each.device()),
                              null,
                              each.device())
                          : refused(each, PoolClaims.refusal(ClaimResult.Refused.NO_ACCOUNT)))
              .otherwise(failure -> refused(each, PoolClaims.refusal(failure))));
    }
    return Future.join(lookups).map(all -> all.<Resolved>list());
  }

  private static Resolved refused(Wanted wanted, GatewayException refusal) {
    return new Resolved(null, refusal, wanted.device());
  }

  private Future<List<Resolved>> admit(Claimant claimant, List<Resolved> found) {
    if (!(claimant instanceof Claimant.Anonymous anonymous)) {
      return Future.succeededFuture(found);
    }
    Set<UUID> accounts = new HashSet<>();
    boolean isPni = false;
    for (Resolved each : found) {
      accounts.add(each.target() == null ? NO_ACCOUNT : each.target().aci());
      isPni |= each.target() != null && each.target().identity() == Identity.PNI;
    }
    if (accounts.size() > 1) {
      throw GatewayException.invalidField(
          "destinations", "several accounts", "one, with an access key");
    }
    // An access key belongs to a profile, and a profile to an ACI.
    if (accounts.isEmpty() || isPni) {
      throw PrekeyClaims.unauthenticated();
    }
    return directory
        .admits(accounts.iterator().next(), anonymous.accessKey())
        .map(
            admitted -> {
              if (!admitted) {
                throw PrekeyClaims.unauthenticated();
              }
              return found;
            });
  }

  private <T> Future<List<BatchAnswer<T>>> claim(
      List<Resolved> found, Function<List<ClaimTarget>, Future<List<BatchAnswer<T>>>> store) {
    requireEachOnce(found);
    List<ClaimTarget> targets = new ArrayList<>(found.size());
    List<Integer> places = new ArrayList<>(found.size());
    for (int i = 0; i < found.size(); i++) {
      ClaimTarget target = found.get(i).target();
      if (target != null) {
        targets.add(target);
        places.add(i);
      }
    }
    return store.apply(targets).map(answers -> inOrder(found, places, answers));
  }

  private <T> List<BatchAnswer<T>> inOrder(
      List<Resolved> found, List<Integer> places, List<BatchAnswer<T>> answers) {
    List<BatchAnswer<T>> all = new ArrayList<>(answers.size());
    int next = 0;
    for (int i = 0; i < found.size(); i++) {
      GatewayException refusal = found.get(i).refusal();
      if (refusal != null) {
        if (refusal.code() == ErrorCode.NO_SUCH_ACCOUNT) {
          metrics.refused(ClaimResult.Refused.NO_ACCOUNT);
        }
        all.add(new BatchAnswer<>(i, found.get(i).device(), null, refusal));
      }
      while (next < answers.size() && places.get(answers.get(next).target()) == i) {
        BatchAnswer<T> answer = answers.get(next++);
        all.add(new BatchAnswer<>(i, answer.device(), answer.given(), answer.refusal()));
      }
    }
    return all;
  }

  private record Account(UUID aci, Identity identity) {}

  private static void requireEachOnce(List<Resolved> found) {
    Map<Account, Set<Integer>> seen = new HashMap<>();
    for (int i = 0; i < found.size(); i++) {
      ClaimTarget target = found.get(i).target();
      if (target == null) {
        continue;
      }
      Set<Integer> devices =
          seen.computeIfAbsent(
              new Account(target.aci(), target.identity()), account -> new HashSet<>());
      boolean overlaps =
          devices.contains(ClaimTarget.ALL_DEVICES) || (target.isAll() && !devices.isEmpty());
      if (overlaps || !devices.add(target.device())) {
        throw GatewayException.invalidField(
            "destinations[" + i + "]", "a device again", "each once, * among them");
      }
    }
  }
}
