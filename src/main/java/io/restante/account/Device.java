package io.restante.account;

import org.jspecify.annotations.Nullable;

/**
 * A device as its owner sees it.
 *
 * @param name opaque, encrypted by the client; null where it told none
 * @param createdMs when it was registered or linked, ms since the epoch
 * @param lastSeenMs midnight (UTC) of the day on which it was last seen
 * @param pushLostMs when its provider of pushes was found to know its token no more; null where it
 *     has one that is known, or none
 */
public record Device(
    int id,
    @Nullable String name,
    long createdMs,
    long lastSeenMs,
    int registrationId,
    @Nullable Long pushLostMs) {}
