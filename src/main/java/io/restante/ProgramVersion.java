package io.restante;

/** Which version this is. */
final class ProgramVersion {
  private ProgramVersion() {}

  /** Of the jar, or as the image tells it; {@code development} where there is neither. */
  static String text() {
    String version = ProgramVersion.class.getPackage().getImplementationVersion();
    // An image has classes and no jar: there a property tells it.
    return version == null ? System.getProperty("restante.version", "development") : version;
  }
}
