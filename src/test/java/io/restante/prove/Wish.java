package io.restante.prove;

import io.restante.prove.Event.Form;
import io.restante.prove.Event.Served;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request for keys, as it may be sent more than once, and how its answer is read.
 *
 * @param pools the names of those that are claimed together
 * @param wanted from whom, one of them where the form is {@link Form#KEYS}
 * @param once the idempotency key, null for none
 * @param accessKey of the account, where the request is anonymous
 */
record Wish(
    Form form,
    List<String> pools,
    List<Place> wanted,
    @Nullable String once,
    @Nullable String accessKey) {
  private static final List<String> SIGNAL = List.of(Pool.EC, Pool.KEM);
  private static final String EVERY_DEVICE = "*";

  /**
   * What an answer says where a named pool is empty and has no last-resort entry, or is not there.
   * It is an answer like any other: an idempotency key holds for it.
   */
  private static final Set<String> NOTHING = Set.of("no_such_key", Served.NO_SUCH_POOL);

  /** Both keys of the Signal protocol. */
  static Wish keys(Place wanted) {
    return new Wish(Form.KEYS, SIGNAL, List.of(wanted), null, null);
  }

  /** The same of many. */
  static Wish batch(List<Place> wanted) {
    return new Wish(Form.BATCH, SIGNAL, wanted, null, null);
  }

  /** An entry of a named pool of each. */
  static Wish pool(String name, List<Place> wanted) {
    return new Wish(Form.POOL, List.of(name), wanted, null, null);
  }

  /** The same under an idempotency key. */
  Wish once(String key) {
    return new Wish(form, pools, wanted, key, null);
  }

  /** The same without credentials. */
  Wish anonymously(String key) {
    return new Wish(form, pools, wanted, null, key);
  }

  /**
   * Under the same idempotency key in another order, and maybe with one more or one less: the key
   * holds for each device by itself. The same where it holds for the request. No more beside a
   * handle, which may be another name of it.
   */
  Wish reshaped(Random random, Place more) {
    if (form == Form.KEYS) {
      return this;
    }
    List<Place> others = new ArrayList<>(wanted);
    Collections.shuffle(others, random);
    int dice = random.nextInt(3);
    if (dice == 0 && others.size() > 1) {
      others.remove(0);
    } else if (dice == 1 && others.stream().noneMatch(each -> mayOverlap(each, more))) {
      others.add(more);
    }
    return new Wish(form, pools, others, once, accessKey);
  }

  private static boolean mayOverlap(Place one, Place other) {
    return Handles.isHandle(one.service()) || one.covers(other) || other.covers(one);
  }

  /** The request, but for credentials. */
  Ask ask() {
    Ask ask =
        switch (form) {
          case KEYS -> Ask.get("/v2/keys/" + wanted.get(0).service() + '/' + device(wanted.get(0)));
          case BATCH -> Ask.post("/v2/keys/batch", destinations());
          case POOL -> Ask.post("/v1/pools/" + pools.get(0) + "/claim", destinations());
        };
    if (once != null) {
      return ask.with("Idempotency-Key", once);
    }
    return accessKey == null ? ask : ask.with("Unidentified-Access-Key", accessKey);
  }

  private static Object device(Place place) {
    return place.device() == Place.ALL ? EVERY_DEVICE : place.device();
  }

  /** The field in which requests and answers name an identity. */
  private String service() {
    return form == Form.BATCH ? "destination" : "account";
  }

  private JsonObject destinations() {
    JsonArray all = new JsonArray();
    for (Place place : wanted) {
      all.add(new JsonObject().put(service(), place.service()).put("device", device(place)));
    }
    return new JsonObject().put("destinations", all);
  }

  /** What an answer with 200 says of each device. */
  List<Served> served(Answer answer) {
    List<Served> served = new ArrayList<>();
    if (form == Form.KEYS) {
      addBundle(served, wanted.get(0).service(), answer.json(), digest(answer.body()));
      return served;
    }
    for (Object each : answer.json().getJsonArray("results")) {
      JsonObject result = (JsonObject) each;
      String service = result.getString(service());
      Object device = result.getValue("device");
      Place place = new Place(service, device instanceof Integer number ? number : Place.ALL);
      String body = digest(result.encode().getBytes(StandardCharsets.UTF_8));
      if (result.containsKey("keys")) {
        addBundle(served, service, result.getJsonObject("keys"), body);
      } else if (result.containsKey("entry")) {
        String key = Pool.key(pools.get(0), result.getJsonObject("entry").getString("data"));
        served.add(new Served(place, 200, "", "", body, Map.of(pools.get(0), key)));
      } else {
        JsonObject error = result.getJsonObject("error");
        String code = error.getString("code");
        boolean isNothing = form == Form.POOL && NOTHING.contains(code);
        int status = isNothing ? 200 : error.getInteger("status");
        served.add(new Served(place, status, code, "", body, Map.of()));
      }
    }
    return served;
  }

  private static void addBundle(
      List<Served> served, String service, JsonObject bundle, String body) {
    for (Object each : bundle.getJsonArray("devices")) {
      JsonObject device = (JsonObject) each;
      Map<String, String> keys = new TreeMap<>();
      putKey(keys, Pool.EC, device.getJsonObject("preKey"));
      putKey(keys, Pool.KEM, device.getJsonObject("pqPreKey"));
      Place place = new Place(service, device.getInteger("deviceId"));
      served.add(new Served(place, 200, "", bundle.getString("identityKey"), body, keys));
    }
  }

  private static void putKey(Map<String, String> keys, String pool, @Nullable JsonObject key) {
    if (key != null) {
      keys.put(pool, Pool.key(pool, key.getString("publicKey")));
    }
  }

  private static String digest(byte[] body) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
