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
import io.restante.push.PushConfig;
import io.restante.push.apns.ApnsConfig;
import io.restante.push.fcm.FcmConfig;
import io.restante.push.webhook.WebhookConfig;
import io.restante.push.webpush.WebPushConfig;
import io.restante.redis.RedisConfig;
import io.restante.session.SessionConfig;
import java.util.Optional;

/**
 * All that a gateway can be told, one record for each feature.
 *
 * @param apns empty where devices of Apple are not woken
 * @param fcm empty where no device is woken by FCM
 * @param pushWebhook empty where no pushes are posted to the operator
 * @param webPush empty for no Web Push
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
    PushConfig push,
    Optional<ApnsConfig> apns,
    Optional<FcmConfig> fcm,
    Optional<WebhookConfig> pushWebhook,
    Optional<WebPushConfig> webPush,
    LogConfig log) {}
