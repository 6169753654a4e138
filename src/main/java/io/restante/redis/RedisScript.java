package io.restante.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A Lua script of the class path, which runs as one atomic step.
 *
 * @param name such as {@code prekey/upload}
 * @param text the whole script
 * @param sha1 the digest by which Redis knows it, in lower-case hex
 */
public record RedisScript(String name, String text, String sha1) {
  /** Reads {@code lua/<name>.lua}. */
  public static RedisScript load(String name) {
    String path = "/lua/" + name + ".lua";
    try (InputStream in = RedisScript.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalArgumentException("script: " + path + " (expected: on the class path)");
      }
      byte[] text = in.readAllBytes();
      String sha1 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text));
      return new RedisScript(name, new String(text, StandardCharsets.UTF_8), sha1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a JDK without SHA-1", e);
    }
  }

  @Override
  public String toString() {
    return "RedisScript[" + name + "]";
  }
}
