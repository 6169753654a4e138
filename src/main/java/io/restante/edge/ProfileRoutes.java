package io.restante.edge;

import io.restante.account.Directory;
import io.restante.account.Profile;
import io.restante.account.ProfileStore;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Identity;
import io.restante.protocol.ServiceId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Profiles: parse, call, encode. */
public final class ProfileRoutes {
  private static final String PATH = "/v1/profile";
  private static final Base64.Encoder KEY = Base64.getEncoder().withoutPadding();

  private final ProfileStore profiles;
  private final Directory directory;

  /** The routes of one event loop. */
  public ProfileRoutes(ProfileStore profiles, Directory directory) {
    this.profiles = profiles;
    this.directory = directory;
  }

  /** All of them. */
  public List<Route> routes() {
    return List.of(
        new Route("PUT", PATH, Access.DEVICE, this::put),
        new Route("GET", PATH + "/{uuid}", Access.DEVICE_OR_ACCESS_KEY, call -> get(call, null)),
        new Route(
            "GET",
            PATH + "/{uuid}/{version}",
            Access.DEVICE_OR_ACCESS_KEY,
            call -> get(call, call.param(1))));
  }

  private Future<Reply> put(Call call) {
    JsonFields body = JsonFields.parse(call.body());
    String version = body.text("version", Profile.VERSION_CHARS_MAX);
    if (version.isEmpty()) {
      throw GatewayException.invalidField("version", "0 characters", "1 or more");
    }
    JsonObject fields = new JsonObject();
    for (String field : Profile.FIELDS) {
      body.optionalText(field, Profile.FIELD_CHARS_MAX)
          .ifPresent(value -> fields.put(field, value));
    }
    return profiles.put(call.device().aci(), version, fields).map(done -> Reply.ok());
  }

  private Future<Reply> get(Call call, @Nullable String version) {
    ServiceId id = ServiceId.parse(call.param(0));
    byte[] accessKey = call.accessKey();
    if (id.identity() == Identity.PNI) {
      // Profiles belong to ACIs; an anonymous caller holds an access key for none of the others.
      throw accessKey == null ? noSuchProfile() : unauthenticated();
    }
    Future<Boolean> admitted =
        accessKey == null ? Future.succeededFuture(true) : directory.admits(id.uuid(), accessKey);
    return admitted
        .compose(
            admits ->
                admits ? profiles.get(id.uuid(), version) : Future.failedFuture(unauthenticated()))
        .map(found -> encode(id.uuid(), found.orElseThrow(ProfileRoutes::noSuchProfile)));
  }

  private static Reply encode(UUID aci, Profile profile) {
    JsonObject capabilities = new JsonObject();
    profile.capabilities().forEach(name -> capabilities.put(name, true));
    byte[] identityKey = profile.identityKey();
    byte[] accessCheck = profile.accessCheck();
    JsonObject json =
        new JsonObject()
            .put("uuid", aci.toString())
            .put("identityKey", identityKey == null ? null : KEY.encodeToString(identityKey))
            .put(
                "unidentifiedAccess",
                accessCheck == null ? null : Base64.getEncoder().encodeToString(accessCheck))
            .put("unrestrictedUnidentifiedAccess", profile.unrestrictedAccess())
            .put("capabilities", capabilities)
            .put("badges", new JsonArray())
            .putNull("avatar");
    Profile.FIELDS.forEach(field -> json.put(field, profile.fields().getString(field)));
    return Reply.json(200, json);
  }

  private static GatewayException unauthenticated() {
    return new GatewayException(ErrorCode.UNAUTHENTICATED, "credentials are missing or wrong");
  }

  private static GatewayException noSuchProfile() {
    return new GatewayException(ErrorCode.NO_SUCH_PROFILE, "no such profile");
  }
}
