package io.restante.edge;

import io.restante.account.SenderCertificates;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.List;

/** Sender certificates; there are none where the gateway has no key for them. */
public final class CertificateRoutes {
  private final SenderCertificates certificates;

  /** The routes of one event loop. */
  public CertificateRoutes(SenderCertificates certificates) {
    this.certificates = certificates;
  }

  /** All of them. */
  public List<Route> routes() {
    return List.of(new Route("GET", "/v1/certificate/delivery", Access.DEVICE, this::deliver));
  }

  private Future<Reply> deliver(Call call) {
    boolean withHandle = call.flag("includeE164", true);
    // The ACI is always in it: libsignal reads no certificate without.
    call.flag("includeUuid", true);
    return certificates
        .issue(call.device(), withHandle)
        .map(
            certificate ->
                Reply.json(
                    200,
                    new JsonObject()
                        .put("certificate", Base64.getEncoder().encodeToString(certificate))));
  }
}
