package io.restante.contract;

import io.restante.contract.World.Who;
import io.restante.testing.client.Ask;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Requests whose path, query or header is wrong while all else is right. */
record BadRequests(World world, List<Bad> all) {
  /** One of them, with the statuses that may answer it. */
  record Bad(String what, Who who, Ask ask, Set<Integer> statuses) {}

  private static final String MARKER = WrongBodies.MARKER;
  private static final Set<Integer> NO_PATH = Set.of(400, 404);
  private static final String LONG = MARKER.repeat(4);

  private static final List<String> DESTINATIONS =
      List.of(
          "x",
          MARKER + "!",
          MARKER + "%20",
          LONG,
          "PNI:",
          "PNI:" + MARKER,
          "%00" + MARKER,
          "%FF%FE",
          "%zz",
          "%",
          MARKER + "%2F",
          "%F0%9F%92%A9",
          "00000000-0000-0000-0000-00000000000",
          "00000000-0000-0000-0000-00000000000G!",
          "PNI:00000000-0000-0000-0000-00000000000g",
          "%D9%A1%D9%A2%D9%A3");

  /** A UUID less one character is a good handle that nobody has. */
  private static final int HANDLE_CHARS = 35;

  private static final List<String> DEVICES =
      List.of(
          "0",
          "128",
          "-1",
          "+1",
          "1.5",
          MARKER,
          "99999999999999999999",
          "%D9%A1",
          "%2A%2A",
          "1%20",
          "%00",
          "%",
          "0x1");
  private static final List<String> TIMESTAMPS =
      List.of(
          "-1",
          "+1",
          "-0",
          MARKER,
          "9223372036854775808",
          "1e5",
          "1.0",
          "%D9%A1%D9%A2",
          "1%20",
          "%",
          "9".repeat(3000));
  private static final List<String> GUIDS =
      List.of(
          MARKER,
          "1-1-1-1-1",
          "00000000-0000-0000-0000-00000000000g",
          "%",
          "%FF",
          "{00000000-0000-0000-0000-000000000000}".replace("{", "%7B").replace("}", "%7D"));
  private static final List<String> SESSIONS =
      List.of(MARKER, "*", "%00", "%", "%2E%2E%2F", LONG.repeat(20), "verification:" + MARKER);

  static List<Bad> of(World world) {
    BadRequests made = new BadRequests(world, new ArrayList<>());
    made.paths();
    made.queries();
    made.headers();
    made.accessKeysAndIdempotencyKeys();
    return made.all;
  }

  private void add(
      Who who, String method, String path, @Nullable JsonObject body, Set<Integer> by) {
    all.add(new Bad(method + ' ' + path, who, World.ask(method, path, body), by));
  }

  private void paths() {
    String bob = world.bob().aci();
    for (String destination : DESTINATIONS) {
      add(Who.ALICE, "GET", "/v2/keys/" + destination + "/1", null, NO_PATH);
      add(Who.ALICE, "PUT", "/v1/messages/" + destination, world.messageToBob(), NO_PATH);
      add(Who.ALICE, "PUT", "/v1/receipt/" + destination + "/1", null, NO_PATH);
      add(Who.ALICE, "GET", "/v1/profile/" + destination, null, NO_PATH);
      add(Who.ALICE, "GET", "/v1/profile/" + destination + "/v1", null, NO_PATH);
      if (destination.length() != HANDLE_CHARS) {
        add(Who.NOBODY, "GET", "/v1/accounts/sms/code/" + destination, null, NO_PATH);
        add(Who.NOBODY, "GET", "/v1/accounts/voice/code/" + destination, null, NO_PATH);
      }
    }
    for (String device : DEVICES) {
      add(Who.ALICE, "GET", "/v2/keys/" + bob + "/" + device, null, Set.of(400));
      add(Who.ALICE, "DELETE", "/v1/devices/" + device, null, Set.of(400));
    }
    for (String timestamp : TIMESTAMPS) {
      add(Who.ALICE, "PUT", "/v1/receipt/" + bob + "/" + timestamp, null, Set.of(400));
      add(Who.ALICE, "DELETE", "/v1/messages/" + bob + "/" + timestamp, null, Set.of(400));
    }
    for (String guid : GUIDS) {
      add(Who.ALICE, "DELETE", "/v1/messages/uuid/" + guid, null, Set.of(400));
    }
    for (String session : SESSIONS) {
      String path = "/v1/verification/session/" + session;
      add(Who.NOBODY, "GET", path, null, NO_PATH);
      add(Who.NOBODY, "PATCH", path, new JsonObject(), NO_PATH);
      add(Who.NOBODY, "PUT", path + "/code", new JsonObject().put("code", MARKER), NO_PATH);
      add(Who.NOBODY, "POST", path + "/code", new JsonObject().put("transport", "sms"), NO_PATH);
    }
    for (String path :
        List.of(
            "/" + MARKER,
            "/v1/" + MARKER,
            "//v1/keepalive",
            "/v2/keys/a/b/c/d",
            "/" + "a/".repeat(400),
            "/v1/keepalive/../" + MARKER,
            "/%",
            "/v1/keepalive%2F",
            "")) {
      add(Who.NOBODY, "GET", path, null, NO_PATH);
    }
    add(Who.ALICE, "DELETE", "/v1/devices/77", null, Set.of(404));
    add(Who.ALICE, "GET", "/v2/keys/" + bob + "/77", null, Set.of(404));
  }

  private void queries() {
    for (String identity : List.of("", MARKER, "aci,pni", "%00", "%zz", "%", "ACI%20")) {
      for (String method : List.of("GET", "PUT")) {
        JsonObject body = method.equals("PUT") ? new JsonObject() : null;
        add(Who.ALICE, method, "/v2/keys?identity=" + identity, body, Set.of(400));
      }
      add(Who.ALICE, "GET", "/v2/keys/signed?identity=" + identity, null, Set.of(400));
    }
    add(Who.ALICE, "GET", "/v1/messages?" + MARKER + "=%zz", null, Set.of(400));
  }

  private void headers() {
    Ask fetch = World.ask("GET", "/v2/keys/" + world.bob().aci() + "/1", null);
    for (String given :
        List.of(
            "",
            "Basic",
            "Basic ",
            "Basic !",
            "Bearer " + MARKER,
            "Basic " + MARKER,
            World.basic("", MARKER),
            World.basic(MARKER, ""),
            World.basic(MARKER, MARKER),
            World.basic(world.alice().aci() + ".0", MARKER),
            World.basic(world.alice().aci() + "." + MARKER, MARKER),
            World.basic(world.alice().aci() + ".128", MARKER),
            World.basic("PNI:" + world.alice().pni(), world.alice().password()),
            World.basic(world.alice().aci(), MARKER.repeat(200)),
            World.basic(world.alice().aci(), world.alice().password() + "\u0000"),
            "Basic " + "A".repeat(7000))) {
      Set<Integer> no = Set.of(401);
      String what = "Authorization " + given;
      all.add(new Bad(what, Who.NOBODY, fetch.with("Authorization", given), no));
      Ask whoami = World.ask("GET", "/v1/accounts/whoami", null).with("Authorization", given);
      all.add(new Bad(what + " (whoami)", Who.NOBODY, whoami, no));
      Ask register =
          World.ask("PUT", "/v1/accounts/code/1", new JsonObject().put("registrationId", MARKER));
      Set<Integer> any = Set.of(400, 401, 422);
      all.add(new Bad(what + " (code)", Who.NOBODY, register.with("Authorization", given), any));
    }
  }

  private void accessKeysAndIdempotencyKeys() {
    Ask fetch = World.ask("GET", "/v2/keys/" + world.bob().aci() + "/1", null);
    Ask message = World.ask("PUT", "/v1/messages/" + world.bob().aci(), world.messageToBob());
    for (String given :
        List.of(
            "",
            "!",
            MARKER,
            World.base64(new byte[15]),
            World.base64(new byte[17]),
            World.base64(new byte[16]),
            "A".repeat(7000))) {
      String what = "access key " + given;
      Set<Integer> no = Set.of(401);
      String name = "Unidentified-Access-Key";
      all.add(new Bad(what, Who.NOBODY, fetch.with(name, given), no));
      all.add(new Bad(what + " (send)", Who.NOBODY, message.with(name, given), no));
      Ask profile = World.ask("GET", "/v1/profile/" + world.bob().aci(), null);
      all.add(new Bad(what + " (profile)", Who.NOBODY, profile.with(name, given), no));
    }
    for (String given :
        List.of(
            "",
            "1234567",
            LONG + LONG,
            "\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4",
            MARKER + "\t1")) {
      String what = "Idempotency-Key " + given;
      Set<Integer> no = Set.of(422);
      all.add(new Bad(what, Who.ALICE, fetch.with("Idempotency-Key", given), no));
      all.add(new Bad(what + " (send)", Who.ALICE, message.with("Idempotency-Key", given), no));
    }
  }
}
