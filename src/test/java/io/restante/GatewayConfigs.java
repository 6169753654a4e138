package io.restante;

import java.util.List;
import java.util.Map;

/** Configurations of gateways under test. */
public final class GatewayConfigs {
  private GatewayConfigs() {}

  /** The configuration that these settings make, as on the command line. */
  public static GatewayConfig of(Map<String, String> settings) {
    List<String> sets =
        settings.entrySet().stream().map(one -> one.getKey() + '=' + one.getValue()).toList();
    return ConfigLoader.load(null, Map.of(), sets);
  }
}
