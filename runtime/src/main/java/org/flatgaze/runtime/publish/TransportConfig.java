package org.flatgaze.runtime.publish;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;

/**
 * How to reach a broker.
 *
 * @param url {@code tcp://host:port} or {@code ssl://host:port} (key and trust store from the {@code javax.net.ssl}
 *     properties)
 * @param clientId MQTT client id, unique at the broker
 * @param userName null for anonymous
 * @param password null for none
 * @param willTopic topic of the last will, null for none
 * @param willPayload retained ASCII payload of the last will
 * @param window most messages on their way at once, 1..65535
 * @param sendBufferBytes send buffer of the socket: what may lie in the kernel when the broker stops reading
 * @param connectTimeout for one attempt, at least 1 s
 * @param keepAlive longest silence on the line, at least 1 s
 * @param stallTimeout how long messages may wait without any of them leaving before the connection is given up
 * @param retryLeast wait before the second attempt to connect; the first follows a loss after a tenth of it
 * @param retryMost longest wait between attempts
 */
public record TransportConfig(
        String url,
        String clientId,
        String userName,
        String password,
        String willTopic,
        String willPayload,
        int window,
        int sendBufferBytes,
        Duration connectTimeout,
        Duration keepAlive,
        Duration stallTimeout,
        Duration retryLeast,
        Duration retryMost) {

    /** How long the broker waits with the last will, so that a short drop of the line is not called a loss. */
    public static final Duration WILL_DELAY = Duration.ofSeconds(2);

    public TransportConfig {
        checkUrl(url);
        if (clientId == null || clientId.isEmpty() || clientId.length() > 128) {
            throw new IllegalArgumentException("clientId=" + clientId + ": expected 1 to 128 characters");
        }
        if ((willTopic == null) != (willPayload == null)) {
            throw new IllegalArgumentException("willTopic=" + willTopic + ": expected both topic and payload, or none");
        }
        if (window < 1 || window > 65535) {
            throw new IllegalArgumentException("window=" + window + ": expected 1..65535");
        }
        if (sendBufferBytes < 1024) {
            throw new IllegalArgumentException("sendBufferBytes=" + sendBufferBytes + ": expected at least 1024");
        }
        checkDuration("connectTimeout", connectTimeout, Duration.ofSeconds(1));
        checkDuration("keepAlive", keepAlive, Duration.ofSeconds(1));
        checkDuration("stallTimeout", stallTimeout, Duration.ofMillis(50));
        checkDuration("retryLeast", retryLeast, Duration.ofMillis(10));
        checkDuration("retryMost", retryMost, retryLeast);
    }

    /** The usual settings: 16 messages on their way, 5 s to connect, 2 to 5 s between attempts, no last will. */
    public static TransportConfig of(String url, String clientId) {
        return new TransportConfig(
                url,
                clientId,
                null,
                null,
                null,
                null,
                16,
                16 * 1024,
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                Duration.ofSeconds(5));
    }

    /** The same with a name and a password. */
    public TransportConfig withLogin(String name, String secret) {
        return new TransportConfig(
                url,
                clientId,
                name,
                secret,
                willTopic,
                willPayload,
                window,
                sendBufferBytes,
                connectTimeout,
                keepAlive,
                stallTimeout,
                retryLeast,
                retryMost);
    }

    /** The same with the last will that a publisher of {@code topics} leaves: its state becomes {@code lost}. */
    public TransportConfig withWill(Topics topics) {
        return new TransportConfig(
                url,
                clientId,
                userName,
                password,
                topics.state(),
                DeviceState.LOST.word(),
                window,
                sendBufferBytes,
                connectTimeout,
                keepAlive,
                stallTimeout,
                retryLeast,
                retryMost);
    }

    /** The same with another bound on messages under way and bytes in the kernel. */
    public TransportConfig withWindow(int messages, int bytes) {
        return new TransportConfig(
                url,
                clientId,
                userName,
                password,
                willTopic,
                willPayload,
                messages,
                bytes,
                connectTimeout,
                keepAlive,
                stallTimeout,
                retryLeast,
                retryMost);
    }

    /** The same with other patience. */
    public TransportConfig withTimes(Duration connect, Duration stall, Duration leastRetry, Duration mostRetry) {
        return new TransportConfig(
                url,
                clientId,
                userName,
                password,
                willTopic,
                willPayload,
                window,
                sendBufferBytes,
                connect,
                keepAlive,
                stall,
                leastRetry,
                mostRetry);
    }

    /** Whether the line is encrypted. */
    public boolean encrypted() {
        return url.startsWith("ssl://");
    }

    /** Everything but the password. */
    @Override
    public String toString() {
        return url + " as " + clientId;
    }

    private static void checkUrl(String url) {
        try {
            URI uri = new URI(String.valueOf(url));
            boolean scheme = "tcp".equals(uri.getScheme()) || "ssl".equals(uri.getScheme());
            if (scheme && uri.getHost() != null && uri.getPort() > 0 && uri.getPort() <= 65535) {
                return;
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(urlMessage(url), e);
        }
        throw new IllegalArgumentException(urlMessage(url));
    }

    private static String urlMessage(String url) {
        return "url=" + url + ": expected tcp://host:port or ssl://host:port";
    }

    private static void checkDuration(String name, Duration value, Duration least) {
        if (value == null || value.compareTo(least) < 0) {
            throw new IllegalArgumentException(name + "=" + value + ": expected at least " + least);
        }
    }
}
