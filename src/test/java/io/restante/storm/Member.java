package io.restante.storm;

import io.restante.testing.client.Phone;

/**
 * A device that takes part, and what others need to send to it.
 *
 * @param authorization value of the header
 * @param accessKey of its account, value of {@code Unidentified-Access-Key}
 */
record Member(Device device, int registrationId, String authorization, String accessKey) {
  static Member of(Phone phone, String accessKey) {
    return new Member(
        new Device(phone.aci(), phone.peer().device()),
        phone.aciKeys().registrationId(),
        phone.authorization(),
        accessKey);
  }
}
