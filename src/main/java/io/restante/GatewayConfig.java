package io.restante;

import io.restante.account.AccountConfig;
import io.restante.account.LinkingConfig;
import io.restante.account.RegistrationConfig;
import io.restante.edge.HttpConfig;
import io.restante.edge.ManagementConfig;
import io.restante.limit.LimitsConfig;
import io.restante.mailbox.MailboxConfig;
import io.restante.prekey.LowStockConfig;
import io.restante.prekey.NamedPoolsConfig;
import io.restante.prekey.PrekeyConfig;
import io.restante.push.webpush.WebPushConfig;
import io.restante.redis.RedisConfig;
import io.restante.session.SessionConfig;
import org.jspecify.annotations.Nullable;

/**
 * All that a gateway can be told, one record for each feature.
 *
 * @param webPush null for no Web Push
 */
public record GatewayConfig(
    HttpConfig http,
    ManagementConfig management,
    RedisConfig redis,
    RegistrationConfig registration,
    AccountConfig account,
    LinkingConfig linking,
    PrekeyConfig prekey,
    LowStockConfig lowStock,
    NamedPoolsConfig pools,
    MailboxConfig mailbox,
    SessionConfig session,
    LimitsConfig limits,
    @Nullable WebPushConfig webPush,
    LogConfig log) {}
